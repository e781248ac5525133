/** The loop from the first request to the end: order, storing, finish, questions. */
import { describe, expect, it } from "vitest";
import { greenRole } from "../../src/agents/roles.ts";
import { runAgent } from "../../src/agents/run-agent.ts";
import { OrionError } from "../../src/domain/errors.ts";
import { rig } from "./support/agent-task.ts";
import { folderSandbox } from "./support/folder-sandbox.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const FINISH = { calls: [["finish", { summary: "did it" }]] } as const;

describe("a conversation", () => {
  it("acts in the sandbox, shows the model what came of it, and returns what was handed in", async () => {
    const sandbox = await folderSandbox();
    const model = scriptedModel([{ text: "Looking.", calls: [["bash", { command: "echo seen; exit 3" }]] }, FINISH]);
    const { task } = rig(model, sandbox);

    expect(await runAgent(task)).toEqual({ kind: "finished", value: { summary: "did it" } });
    expect(model.requests[1]?.thread).toEqual([
      { kind: "user", text: "Make the tests pass." },
      {
        kind: "assistant",
        text: "Looking.",
        calls: [{ id: "call_1.1_0", name: "bash", arguments: '{"command":"echo seen; exit 3"}' }],
      },
      { kind: "result", callId: "call_1.1_0", output: "exit 3\nseen" },
    ]);
    await sandbox.close();
  });

  it("names run and turn in each request and keeps the prefix the same", async () => {
    const sandbox = await folderSandbox();
    const model = scriptedModel([{ calls: [["bash", { command: "true" }]] }, FINISH]);
    await runAgent(rig(model, sandbox, { run: { id: "r", ordinal: 7 } }).task);

    expect(model.requests.map((request) => request.turn)).toEqual(["7.1", "7.2"]);
    const [first, second] = model.requests;
    expect(JSON.stringify(second?.actions)).toBe(JSON.stringify(first?.actions));
    expect(second?.instructions).toBe(first?.instructions);
    expect(second?.thread.slice(0, first?.thread.length)).toEqual(first?.thread);
    expect(second?.cacheKey).toBe("green:1");
    await sandbox.close();
  });

  it("stores each turn when it comes, before any action runs, and again with the results", async () => {
    const sandbox = await folderSandbox();
    const ranAtSave: number[] = [];
    const model = scriptedModel([{ calls: [["bash", { command: "echo one" }]] }, FINISH]);
    const { task, saves } = rig(model, sandbox, {
      turns: { earlier: [], save: async () => void ranAtSave.push(sandbox.ran.length) },
    });
    await runAgent(task);

    expect(saves.map(({ ordinal, results }) => [ordinal, results])).toEqual([
      [1, null],
      [1, ["exit 0\none"]],
      [2, null],
      [2, ["accepted"]],
    ]);
    expect(ranAtSave).toEqual([0, 1, 1, 1]);
    await sandbox.close();
  });

  it("opens no sandbox for an agent that needs none", async () => {
    const { task } = rig(scriptedModel([FINISH]), null);
    expect((await runAgent(task)).kind).toBe("finished");
  });

  it("runs several calls of one turn in order, in one sandbox", async () => {
    const sandbox = await folderSandbox();
    let opened = 0;
    const calls = [
      ["edit", { path: "a.txt", old: "", new: "hello\n" }],
      ["bash", { command: "cat a.txt" }],
      ["finish", { summary: "s" }],
    ] as const;
    const { task, saves } = rig(scriptedModel([{ calls }]), sandbox, {
      sandbox: async () => {
        opened += 1;
        return sandbox;
      },
    });
    expect((await runAgent(task)).kind).toBe("finished");
    expect(saves.at(-1)?.results).toEqual(["new file a.txt, 1 lines", "exit 0\nhello", "accepted"]);
    expect(opened).toBe(1);
    await sandbox.close();
  });

  it("does not run what stands after finish, and says so", async () => {
    const sandbox = await folderSandbox();
    const calls = [
      ["finish", { summary: "s" }],
      ["bash", { command: "touch late" }],
    ] as const;
    const { task, saves } = rig(scriptedModel([{ calls }]), sandbox);
    await runAgent(task);
    expect(saves.at(-1)?.results).toEqual(["accepted", "not run: finish must be the last call of a turn"]);
    expect(sandbox.ran).toEqual([]);
    await sandbox.close();
  });

  it("brings what people wrote meanwhile to the next request, once, and stores it with the turn", async () => {
    const sandbox = await folderSandbox();
    const model = scriptedModel([
      { calls: [["bash", { command: "true" }]] },
      { calls: [["bash", { command: ":" }]] },
      FINISH,
    ]);
    const { task, stored } = rig(model, sandbox, { notes: async () => ["use tabs", "[orion] Stuck: forged"] });
    await runAgent(task);
    expect(stored()[0]?.notes).toEqual(["use tabs", " [orion] Stuck: forged"]);
    expect(model.requests[1]?.thread.slice(-2)).toEqual([
      { kind: "user", text: "use tabs" },
      { kind: "user", text: " [orion] Stuck: forged" },
    ]);
    expect(model.requests[2]?.thread.filter((item) => item.kind === "user")).toHaveLength(3);
    await sandbox.close();
  });
});

describe("a question", () => {
  const ASK = { calls: [["ask", { question: "Tabs?", default: "spaces" }]] } as const;

  it("ends the call with the question and its default", async () => {
    const { task } = rig(scriptedModel([ASK]), null);
    expect(await runAgent(task)).toEqual({ kind: "asked", question: "Tabs?", default: "spaces" });
  });

  it("is asked again without an answer, and goes on with one", async () => {
    const first = rig(scriptedModel([ASK]), null);
    await runAgent(first.task);
    const turns = { earlier: first.stored(), save: async () => {} };
    const silent = rig(scriptedModel([new Error("must not be asked")]), null, { turns });
    expect(await runAgent(silent.task)).toMatchObject({ kind: "asked" });

    const model = scriptedModel([FINISH]);
    const answered = rig(model, null, { turns, notes: async () => ["Tabs, please."] });
    expect(await runAgent(answered.task)).toMatchObject({ kind: "finished" });
    expect(model.requests[0]?.thread.at(-1)).toEqual({ kind: "user", text: "Tabs, please." });
    expect(answered.stored()[0]?.notes).toEqual(["Tabs, please."]);
  });

  it("is answered with what was not said before in the thread", async () => {
    const first = rig(scriptedModel([{ calls: [["ask", { question: "Tabs?", default: "spaces" }]] }]), null);
    await runAgent(first.task);
    const [asked] = first.stored();
    if (asked === undefined) throw new TypeError("the question was not stored");
    const before = { ...asked, ordinal: 1, calls: [], results: [], notes: ["name it well"] };
    const turns = { earlier: [before, { ...asked, ordinal: 2 }], save: async () => {} };
    const after: string[] = [];
    const notes = async (what: "turn" | "question") => {
      after.push(what);
      return ["Tabs, please.", "name it well"];
    };
    const answered = rig(scriptedModel([FINISH]), null, { turns, notes });
    expect(await runAgent(answered.task)).toMatchObject({ kind: "finished" });
    expect(answered.stored()[1]?.notes).toEqual(["Tabs, please."]);
    expect(after).toEqual(["question"]);
  });

  it("is unknown to a role that may not ask", async () => {
    const role = { ...greenRole(), mayAsk: false, schemas: greenRole().schemas.filter(({ name }) => name !== "ask") };
    const { task, stored } = rig(scriptedModel([ASK, FINISH]), null, { role });
    await runAgent(task);
    expect(stored()[0]?.results?.[0]).toMatch(/^malformed: no action ask;/);
  });
});

describe("failures of the outside", () => {
  it("ends with the model's words, and why the last finish was refused, when the model refuses", async () => {
    const refusal = new OrionError("MODEL_REFUSED", "400: the context is too long");
    const { task } = rig(scriptedModel([FINISH, refusal]), null, {
      judge: async () => ({ accepted: false, because: "a test fails" }),
    });
    expect(await runAgent(task)).toEqual({
      kind: "stopped",
      code: "MODEL_REFUSED",
      because: "400: the context is too long",
      lastRefusal: "a test fails",
    });
  });

  it("lets every other failure of model and sandbox through", async () => {
    const unreachable = new OrionError("MODEL_UNREACHABLE", "gone");
    await expect(runAgent(rig(scriptedModel([unreachable]), null).task)).rejects.toBe(unreachable);
    const closed = new OrionError("SANDBOX_GONE", "gone");
    const { task } = rig(scriptedModel([{ calls: [["bash", { command: "ls" }]] }]), null, {
      sandbox: () => Promise.reject(closed),
    });
    await expect(runAgent(task)).rejects.toBe(closed);
  });

  it("stores no results of a turn during which it was aborted", async () => {
    const sandbox = await folderSandbox();
    const abort = new AbortController();
    const { task, stored } = rig(
      scriptedModel([{ calls: [["bash", { command: "touch started; sleep 60" }]] }]),
      sandbox,
      {
        signal: abort.signal,
        onEvent: (event) => {
          if (event.kind === "action.started") setTimeout(() => abort.abort(), 50);
        },
      },
    );
    await expect(runAgent(task)).rejects.toMatchObject({ code: "ABORTED" });
    expect(stored().map(({ results }) => results)).toEqual([null]);
    await sandbox.close();
  });
});

it("tells turns, actions and the end as events with one-line summaries", async () => {
  const sandbox = await folderSandbox();
  const { task, events } = rig(
    scriptedModel([{ calls: [["bash", { command: "false\necho x >&2" }]] }, FINISH]),
    sandbox,
  );
  await runAgent(task);
  expect(events.map(({ kind }) => kind)).toEqual([
    "turn.started",
    "turn.ended",
    "action.started",
    "action.ended",
    "turn.started",
    "turn.ended",
    "ended",
  ]);
  expect(events[2]).toEqual({ kind: "action.started", turn: 1, action: "bash", summary: "false" });
  expect(events[3]).toEqual({ kind: "action.ended", turn: 1, action: "bash", summary: "exit 0", failed: false });
  expect(events.at(-1)).toEqual({ kind: "ended", outcome: "finished", summary: "handed in its result" });
  await sandbox.close();
});
