/** What a finish must be, what becomes of one that is refused, and of calls that are malformed. */
import { describe, expect, it } from "vitest";
import { runAgent } from "../../src/agents/run-agent.ts";
import { rig } from "./support/agent-task.ts";
import { folderSandbox } from "./support/folder-sandbox.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const FINISH = { calls: [["finish", { summary: "did it" }]] } as const;

describe("finish", () => {
  it("tells the agent why its finish was refused and lets it go on", async () => {
    const model = scriptedModel([{ calls: [["finish", { summary: "too early" }]] }, FINISH]);
    const { task, events } = rig(model, null, {
      judge: async (value) =>
        value.summary === "did it" ? { accepted: true } : { accepted: false, because: "test a.ts › adds still fails" },
    });
    expect(await runAgent(task)).toEqual({ kind: "finished", value: { summary: "did it" } });
    expect(model.requests[1]?.thread.at(-1)).toMatchObject({ output: "refused: test a.ts › adds still fails" });
    expect(events).toContainEqual({ kind: "finish.refused", turn: 1, because: "test a.ts › adds still fails" });
  });

  it("stores no reason a database could not hold", async () => {
    const because = "expected \0 to be \uD83D";
    const { task, stored } = rig(scriptedModel([FINISH]), null, { judge: async () => ({ accepted: false, because }) });
    await runAgent(task);
    expect(stored()[0]?.results).toEqual(["refused: expected  to be \uFFFD"]);
  });

  it("stops after three refused finishes, with the last reason", async () => {
    let count = 0;
    const { task } = rig(scriptedModel([(turn) => ({ calls: [["finish", { summary: `try ${turn}` }]] })]), null, {
      judge: async () => ({ accepted: false, because: `reason ${++count}` }),
    });
    expect(await runAgent(task)).toEqual({
      kind: "stopped",
      code: "FINISH_REFUSED",
      because: "reason 3",
      lastRefusal: "reason 3",
    });
  });

  it("names the path and the remedy when a finish has the wrong shape", async () => {
    const model = scriptedModel([{ calls: [["finish", {}]] }, { calls: [["finish", { summary: 7 }]] }, FINISH]);
    const { task, stored } = rig(model, null);
    await runAgent(task);
    expect(stored()[0]?.results?.[0]).toBe(
      "malformed: finish arguments: give either summary or contradiction, not both and not neither. Correct this and call finish again",
    );
    expect(stored()[1]?.results?.[0]).toMatch(/^malformed: finish summary: .*expected string.* call finish again$/);
  });

  it("takes Devon's objection as an end of its own kind", async () => {
    const { task } = rig(scriptedModel([{ calls: [["finish", { contradiction: "slug.test.ts wants A" }]] }]), null);
    expect(await runAgent(task)).toEqual({ kind: "finished", value: { contradiction: "slug.test.ts wants A" } });
  });
});

describe("calls the model got wrong", () => {
  it("answers broken JSON, unknown actions and missing arguments with the remedy, and runs nothing", async () => {
    const sandbox = await folderSandbox();
    const calls = [
      ["bash", "{command: ls"],
      ["push", { branch: "main" }],
      ["bash", { cmd: "ls" }],
    ] as const;
    const { task, stored } = rig(scriptedModel([{ calls }, FINISH]), sandbox);
    await runAgent(task);
    const results = stored()[0]?.results ?? [];
    expect(results[0]).toMatch(/^malformed: the arguments of bash are not JSON .*; send one JSON object$/);
    expect(results[1]).toBe("malformed: no action push; there are bash, read, edit, finish, ask");
    expect(results[2]).toMatch(/^malformed: bash command: .*Correct this and call bash again$/);
    expect(sandbox.ran).toEqual([]);
    await sandbox.close();
  });

  it("takes null for an argument that was left out", async () => {
    const sandbox = await folderSandbox();
    const { task, stored } = rig(
      scriptedModel([{ calls: [["bash", { command: "echo hi", timeout_seconds: null }]] }, FINISH]),
      sandbox,
    );
    await runAgent(task);
    expect(stored()[0]?.results).toEqual(["exit 0\nhi"]);
    await sandbox.close();
  });
});
