/** A killed agent goes on where it was: same bytes, same workspace, same end. */
import { expect, it } from "vitest";
import { runAgent } from "../../src/agents/run-agent.ts";
import type { TurnRecord } from "../../src/domain/ports/store-port.ts";
import { rig } from "./support/agent-task.ts";
import { folderSandbox } from "./support/folder-sandbox.ts";
import { type Say, scriptedModel } from "./support/scripted-model.ts";

const KILLED = new Error("killed");
const SCRIPT: readonly Say[] = [
  { text: "a", calls: [["edit", { path: "n.txt", old: "", new: "one\ntwo\n" }]], raw: { items: '{"z":1,"a":2}' } },
  {
    calls: [
      ["edit", { path: "n.txt", old: "two", new: "two\nthree" }],
      ["bash", { command: "echo run >> log; cat n.txt" }],
    ],
  },
  { calls: [["read", { path: "n.txt" }]] },
  { calls: [["finish", { summary: "done" }]] },
];

/** Runs the script until the given save, at which the process dies. */
async function dieAtSave(save: number) {
  const sandbox = await folderSandbox();
  let saves = 0;
  const first = rig(scriptedModel(SCRIPT), sandbox, {
    turns: {
      earlier: [],
      save: async () => {
        saves += 1;
        if (saves === save) throw KILLED;
      },
    },
  });
  await expect(runAgent(first.task)).rejects.toBe(KILLED);
  return { sandbox, stored: first.stored() };
}

async function wholeRun() {
  const sandbox = await folderSandbox();
  const model = scriptedModel(SCRIPT);
  const whole = rig(model, sandbox);
  await runAgent(whole.task);
  await sandbox.close();
  return { stored: whole.stored(), lastRequest: model.requests.at(-1) };
}

/** Later answers of the script, for a model that is asked from some turn on. */
function rest(turnsDone: number) {
  return scriptedModel(SCRIPT.slice(turnsDone));
}

function resumed(stored: readonly TurnRecord[]) {
  return { earlier: stored, save: async () => {} };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])("killed at save %i, ends in the living sandbox as if never killed", async (save) => {
  const { sandbox, stored } = await dieAtSave(save);
  const model = rest(stored.length);
  const again = rig(model, sandbox, { turns: resumed(stored) });

  expect(await runAgent(again.task)).toEqual({ kind: "finished", value: { summary: "done" } });
  const expected = await wholeRun();
  const lastRequest = model.requests.at(-1);
  if (lastRequest !== undefined) {
    expect(JSON.stringify(lastRequest.thread)).toBe(
      JSON.stringify(sameResults(expected.lastRequest?.thread, again.stored())),
    );
    expect(lastRequest.turn).toBe("1.4");
  }
  expect(Buffer.from((await sandbox.readFile("n.txt")) ?? []).toString()).toBe("one\ntwo\nthree\n");
  await sandbox.close();
});

/** What a repeated action answers may differ ("already applied"); everything else may not. */
function sameResults(thread: readonly object[] | undefined, stored: readonly TurnRecord[]) {
  const results = stored.flatMap((turn) => turn.results ?? []).values();
  return thread?.map((item) => ("output" in item ? { ...item, output: results.next().value } : item));
}

it("answers a repeated edit with 'already applied' and leaves the file alone", async () => {
  const { sandbox, stored } = await dieAtSave(4);
  expect(stored.at(-1)?.results).toBeNull();
  const again = rig(rest(2), sandbox, { turns: resumed(stored) });
  await runAgent(again.task);
  expect(again.stored()[1]?.results?.[0]).toBe("already applied: n.txt");
  expect(Buffer.from((await sandbox.readFile("log")) ?? []).toString()).toBe("run\nrun\n");
  await sandbox.close();
});

it("carries out the stored commands and edits again in a fresh sandbox, but no reads", async () => {
  const { sandbox: lost, stored } = await dieAtSave(7);
  await lost.close();
  const fresh = await folderSandbox();
  const again = rig(rest(3), fresh, { turns: resumed(stored), replay: true });
  expect(await runAgent(again.task)).toMatchObject({ kind: "finished" });
  expect(Buffer.from((await fresh.readFile("n.txt")) ?? []).toString()).toBe("one\ntwo\nthree\n");
  expect(fresh.ran).toEqual(["echo run >> log; cat n.txt"]);
  expect(again.events).toContainEqual({ kind: "replayed", calls: 3 });
  await fresh.close();
});

it("carries out an unfinished turn once in a fresh sandbox, after what came before it", async () => {
  const { sandbox: lost, stored } = await dieAtSave(4);
  await lost.close();
  const fresh = await folderSandbox();
  const again = rig(rest(2), fresh, { turns: resumed(stored), replay: true });
  await runAgent(again.task);
  expect(again.stored()[1]?.results).toEqual(["edited n.txt\n@@ line 3 @@\n+three", "exit 0\none\ntwo\nthree"]);
  expect(fresh.ran).toHaveLength(1);
  await fresh.close();
});

it("returns at once what was handed in and accepted before the kill", async () => {
  const { stored } = await wholeRun();
  const model = scriptedModel([new Error("must not be asked")]);
  const again = rig(model, null, { turns: resumed(stored), replay: true });
  expect(await runAgent(again.task)).toEqual({ kind: "finished", value: { summary: "done" } });
  expect(again.saves.length).toBe(stored.length);
});

it("counts finishes refused before the kill", async () => {
  const judge = async () => ({ accepted: false, because: "red" }) as const;
  const finish = { calls: [["finish", { summary: "x" }]] } as const;
  const first = rig(scriptedModel([finish, { calls: [["finish", { summary: "y" }]] }, KILLED]), null, { judge });
  await expect(runAgent(first.task)).rejects.toBe(KILLED);
  const model = scriptedModel([{ calls: [["finish", { summary: "z" }]] }]);
  const again = rig(model, null, { judge, turns: resumed(first.stored()) });
  expect(await runAgent(again.task)).toMatchObject({ kind: "stopped", code: "FINISH_REFUSED", lastRefusal: "red" });
  expect(model.requests).toHaveLength(1);
});

it("numbers turns over all threads of the role, and takes no words from another thread", async () => {
  const { stored } = await wholeRun();
  const model = scriptedModel([{ calls: [["finish", { summary: "second" }]] }]);
  const second = rig(model, null, { thread: "green-2", turns: resumed(stored) });
  expect(await runAgent(second.task)).toMatchObject({ kind: "finished", value: { summary: "second" } });
  expect(model.requests[0]?.turn).toBe("1.5");
  expect(model.requests[0]?.thread).toEqual([{ kind: "user", text: "Make the tests pass." }]);
});

it("refuses a thread with a hole instead of guessing", async () => {
  const { stored } = await wholeRun();
  const holed = stored.map((turn) => (turn.ordinal === 2 ? { ...turn, results: null } : turn));
  await expect(runAgent(rig(rest(3), null, { turns: resumed(holed) }).task)).rejects.toMatchObject({
    code: "TURNS_BROKEN",
  });
});
