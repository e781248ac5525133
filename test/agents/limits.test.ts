/** An agent is told when a limit is near, and stopped when it is reached. */
import { expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/agents/agent-task.ts";
import { runAgent } from "../../src/agents/run-agent.ts";
import { rig } from "./support/agent-task.ts";
import { folderSandbox } from "./support/folder-sandbox.ts";
import { type Say, scriptedModel } from "./support/scripted-model.ts";

const busy = (turn: number): Say => ({ calls: [["bash", { command: `echo ${turn}` }]] });

it("stops at the cap of turns, having told the agent at 80 percent, once", async () => {
  const sandbox = await folderSandbox();
  const model = scriptedModel([busy]);
  const { task, events, stored } = rig(model, sandbox, { limits: { ...DEFAULT_LIMITS, turns: 10 } });
  expect(await runAgent(task)).toEqual({
    kind: "stopped",
    code: "LIMIT_TURNS",
    because: "The limit of 10 turns was reached before the work was handed in.",
  });
  expect(model.requests).toHaveLength(10);
  expect(events.filter(({ kind }) => kind === "steer")).toMatchObject([{ turn: 8 }]);
  expect(stored()[7]?.notes).toEqual([
    "[orion] Most of the turns are used (8 of 10). Wrap up: bring what you have into a sound state and call finish.",
  ]);
  expect(stored()[8]?.notes).toEqual([]);
  await sandbox.close();
});

it("stops when the money is spent, and does not count turns of unknown price", async () => {
  const sandbox = await folderSandbox();
  const paid = scriptedModel([(turn) => ({ ...busy(turn), costUsd: turn % 2 === 0 ? null : 0.3 })]);
  const { task, events } = rig(paid, sandbox, { limits: { ...DEFAULT_LIMITS, usd: 1 } });
  expect(await runAgent(task)).toMatchObject({ kind: "stopped", code: "LIMIT_USD" });
  expect(paid.requests).toHaveLength(7);
  expect(events.filter(({ kind }) => kind === "steer")).toMatchObject([{ turn: 5 }]);
  await sandbox.close();
});

it("asks nothing when there is no money from the start", async () => {
  const model = scriptedModel([busy]);
  const { task } = rig(model, null, { limits: { ...DEFAULT_LIMITS, usd: 0 } });
  expect(await runAgent(task)).toMatchObject({ kind: "stopped", code: "LIMIT_USD" });
  expect(model.requests).toHaveLength(0);
});

it("stops when the time is over, by the clock it is given", async () => {
  const sandbox = await folderSandbox();
  let minutes = 0;
  const model = scriptedModel([
    (turn) => {
      minutes += 10;
      return busy(turn);
    },
  ]);
  const { task, events } = rig(model, sandbox, { now: () => minutes * 60_000 });
  expect(await runAgent(task)).toMatchObject({ kind: "stopped", code: "LIMIT_MINUTES" });
  expect(model.requests).toHaveLength(4);
  expect(events.filter(({ kind }) => kind === "steer")).toHaveLength(1);
  await sandbox.close();
});

it("accepts a finish in the last turn there is", async () => {
  const model = scriptedModel([{ calls: [["finish", { summary: "s" }]] }]);
  const { task } = rig(model, null, { limits: { ...DEFAULT_LIMITS, turns: 1 } });
  expect(await runAgent(task)).toMatchObject({ kind: "finished" });
});

it("counts stored turns, and does not steer again after a resume", async () => {
  const sandbox = await folderSandbox();
  const killed = new Error("killed");
  const limits = { ...DEFAULT_LIMITS, turns: 5 };
  const script = [1, 2, 3, 4].map(busy);
  const first = rig(scriptedModel([...script, killed]), sandbox, { limits });
  await expect(runAgent(first.task)).rejects.toBe(killed);
  const model = scriptedModel([(turn) => busy(turn + 10)]);
  const again = rig(model, sandbox, { limits, turns: { earlier: first.stored(), save: async () => {} } });
  expect(await runAgent(again.task)).toMatchObject({ code: "LIMIT_TURNS" });
  expect(model.requests).toHaveLength(1);
  expect([...first.events, ...again.events].filter(({ kind }) => kind === "steer")).toHaveLength(1);
  await sandbox.close();
});

it("asks before each question what may still be spent", async () => {
  const sandbox = await folderSandbox();
  const left = [1, 0.8, 0.6, -0.1];
  const paid = scriptedModel([(turn) => ({ ...busy(turn), costUsd: 0.2 })]);
  const { task } = rig(paid, sandbox, { leftUsd: async () => left.shift() ?? 9 });
  expect(await runAgent(task)).toMatchObject({
    code: "LIMIT_USD",
    because: "The limit of 0.50 dollars was reached before the work was handed in.",
  });
  expect(paid.requests).toHaveLength(3);
  await sandbox.close();
});
