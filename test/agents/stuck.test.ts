/** Every pattern of turning in circles is told once, then ends the thread. */
import { expect, it } from "vitest";
import { seeStuck } from "../../src/agents/loop/stuck.ts";
import { runAgent } from "../../src/agents/run-agent.ts";
import type { TurnRecord } from "../../src/domain/ports/store-port.ts";
import { rig } from "./support/agent-task.ts";
import { folderSandbox } from "./support/folder-sandbox.ts";
import { type Say, scriptedModel } from "./support/scripted-model.ts";

const bash = (command: string): Say => ({ calls: [["bash", { command }]] });

async function nudgedThenStopped(answers: readonly (Say | ((turn: number) => Say))[]) {
  const sandbox = await folderSandbox();
  const { task, events } = rig(scriptedModel(answers), sandbox);
  const outcome = await runAgent(task);
  await sandbox.close();
  return { outcome, nudges: events.filter((event) => event.kind === "nudge") };
}

it.each([
  { what: "the same action and result", answers: [bash("echo same")], pattern: "same-result", at: 4 },
  {
    what: "the same failing action",
    answers: [
      (turn: number) => bash("echo $RANDOM$RANDOM; exit 1") && { ...bash("date +%N; exit 1"), text: `${turn}` },
    ],
    pattern: "same-error",
    at: 3,
  },
  {
    what: "messages without an action",
    answers: [(turn: number) => ({ text: `I think ${turn}` })],
    pattern: "no-action",
    at: 3,
  },
  {
    what: "malformed calls",
    answers: [(turn: number): Say => ({ calls: [["bash", `{"broken ${turn}`]] })],
    pattern: "malformed",
    at: 3,
  },
  {
    what: "two actions taking turns",
    answers: [(turn: number) => bash(turn % 2 === 0 ? "echo a" : "echo b")],
    pattern: "back-and-forth",
    at: 6,
  },
])("sees $what, nudges first and stops when that does not help", async ({ answers, pattern, at }) => {
  const { outcome, nudges } = await nudgedThenStopped(answers);
  expect(nudges).toMatchObject([{ pattern, turn: at }]);
  expect(outcome).toMatchObject({ kind: "stopped", code: "AGENT_STUCK" });
  expect(outcome.kind === "stopped" && outcome.because).toContain("A nudge did not help");
});

it("tells the agent what was seen, in the thread", async () => {
  const sandbox = await folderSandbox();
  const model = scriptedModel([bash("echo same")]);
  await runAgent(rig(model, sandbox).task);
  expect(model.requests).toHaveLength(5);
  expect(model.requests[4]?.thread.at(-1)).toEqual({
    kind: "user",
    text: "[orion] Stuck: The same action gave the same result four times. Try something different, or call finish with what you have.",
  });
  await sandbox.close();
});

it("lets an agent that was nudged and changed its way go on", async () => {
  const sandbox = await folderSandbox();
  const same = bash("echo same");
  const { task, events } = rig(
    scriptedModel([same, same, same, same, bash("echo other"), { calls: [["finish", { summary: "s" }]] }]),
    sandbox,
  );
  expect(await runAgent(task)).toMatchObject({ kind: "finished" });
  expect(events.filter(({ kind }) => kind === "nudge")).toHaveLength(1);
  await sandbox.close();
});

it("answers a message without an action with what to do", async () => {
  const model = scriptedModel([{ text: "Let me think." }, { calls: [["finish", { summary: "s" }]] }]);
  await runAgent(rig(model, null).task);
  expect(model.requests[1]?.thread.at(-1)).toEqual({
    kind: "user",
    text: "[orion] Nothing was called. Act, or call finish.",
  });
});

function turn(command: string, result: string): TurnRecord {
  return {
    runId: "r",
    role: "green",
    thread: "green",
    ordinal: 1,
    text: "",
    calls: [{ id: "c", name: "bash", arguments: JSON.stringify({ command }) }],
    raw: null,
    results: [result],
    notes: [],
    usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
    costUsd: null,
    model: "m",
  };
}

it("does not take the same command with new results for a circle", () => {
  expect(
    seeStuck(["5 failed", "4 failed", "3 failed", "2 failed"].map((result) => turn("npm test", `exit 0\n${result}`))),
  ).toBeNull();
});

it("takes results that differ only in durations for the same", () => {
  const turns = ["1.2 s", "1.31 s", "980 ms", "2 s"].map((time) => turn("npm test", `exit 0\n3 passed in ${time}`));
  expect(seeStuck(turns)?.pattern).toBe("same-result");
});

it("does not take edit and test in turns for a circle while the edits differ", () => {
  const turns = [1, 2, 3, 4, 5, 6].map((n) =>
    n % 2 === 0 ? turn("npm test", "exit 1\nred") : turn(`sed -i s/a/${n}/ f`, "exit 0"),
  );
  expect(seeStuck(turns)).toBeNull();
});

it("judges a result of a hundred thousand digits at once", () => {
  const turns = [1, 2, 3, 4].map(() => turn("yes 0 | tr -d '\\n'", `exit 0\n${"0".repeat(100_000)}`));
  const started = performance.now();
  expect(seeStuck(turns)?.pattern).toBe("same-result");
  expect(performance.now() - started).toBeLessThan(500);
});
