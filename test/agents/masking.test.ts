/** Old outputs leave the thread in batches, the same ones after a resume. */
import { expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/agents/agent-task.ts";
import { createThread } from "../../src/agents/loop/thread.ts";
import { runAgent } from "../../src/agents/run-agent.ts";
import type { ThreadItem } from "../../src/domain/ports/model-port.ts";
import type { TurnRecord } from "../../src/domain/ports/store-port.ts";
import { rig } from "./support/agent-task.ts";
import { folderSandbox } from "./support/folder-sandbox.ts";
import { type Say, scriptedModel } from "./support/scripted-model.ts";

const TURNS = 30;
const limits = { ...DEFAULT_LIMITS, threadChars: 20_000 };
const print = (turn: number): Say => ({
  calls: [["bash", { command: `echo turn ${turn}; printf '%02000d' ${turn}` }]],
});
const script = [
  ...Array.from({ length: TURNS }, (_, index) => print(index + 1)),
  { calls: [["finish", { summary: "s" }]] } as Say,
];

const blank: TurnRecord = {
  runId: "r",
  role: "green",
  thread: "green",
  ordinal: 1,
  text: "",
  calls: [{ id: "c", name: "bash", arguments: "{}" }],
  raw: null,
  results: null,
  notes: [],
  usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
  costUsd: null,
  model: "m",
};

const masked = (thread: readonly ThreadItem[]) =>
  thread.filter((item) => item.kind === "result" && item.output.includes("characters removed to save room")).length;
const size = (thread: readonly ThreadItem[]) => JSON.stringify(thread).length;

it("keeps the thread within its room, breaks the prefix rarely, and keeps call and result together", async () => {
  const sandbox = await folderSandbox();
  const model = scriptedModel(script);
  await runAgent(rig(model, sandbox, { limits }).task);
  const threads = model.requests.map(({ thread }) => thread);
  expect(Math.max(...threads.map(size))).toBeLessThan(limits.threadChars * 1.35);
  const breaks = threads.slice(1).filter((thread, index) => {
    const before = threads[index] ?? [];
    return JSON.stringify(thread.slice(0, before.length)) !== JSON.stringify(before);
  });
  expect(breaks.length).toBeGreaterThan(0);
  expect(breaks.length).toBeLessThanOrEqual(7);
  const last = threads.at(-1) ?? [];
  const called = last.flatMap((item) => (item.kind === "assistant" ? item.calls.map(({ id }) => id) : []));
  const answered = last.flatMap((item) => (item.kind === "result" ? [item.callId] : []));
  expect(answered).toEqual(called);
  await sandbox.close();
});

it("masks the oldest, says how to see them again, and never the newest", async () => {
  const sandbox = await folderSandbox();
  const model = scriptedModel(script);
  await runAgent(rig(model, sandbox, { limits }).task);
  const thread = model.requests.at(-1)?.thread ?? [];
  const results = thread.filter((item) => item.kind === "result");
  expect(results[0]?.output).toBe("exit 0\n[2014 characters removed to save room; read output:1 shows them]");
  expect(results.at(-1)?.output).toContain("turn 30");
  expect(results.at(-1)?.output.length).toBeGreaterThan(2000);
  await sandbox.close();
});

it("masks the same outputs when the thread is rebuilt from stored turns", async () => {
  const sandbox = await folderSandbox();
  const killed = new Error("killed");
  const first = rig(scriptedModel([...script.slice(0, 20), killed]), sandbox, { limits });
  await expect(runAgent(first.task)).rejects.toBe(killed);
  const whole = scriptedModel(script);
  await runAgent(rig(whole, sandbox, { limits }).task);
  const resumed = scriptedModel(script.slice(20));
  const turns = { earlier: first.stored(), save: async () => {} };
  await runAgent(rig(resumed, sandbox, { limits, turns }).task);
  expect(masked(resumed.requests[0]?.thread ?? [])).toBeGreaterThan(0);
  expect(resumed.requests.map(({ thread }) => thread)).toEqual(whole.requests.slice(20).map(({ thread }) => thread));
  await sandbox.close();
});

it("shows a masked output again through read", async () => {
  const sandbox = await folderSandbox();
  const model = scriptedModel([
    ...script.slice(0, TURNS),
    { calls: [["read", { path: "output:1", start: 2, end: 2 }]] },
    ...script.slice(TURNS),
  ]);
  await runAgent(rig(model, sandbox, { limits }).task);
  const last = model.requests.at(-1)?.thread.at(-1);
  expect(last?.kind === "result" && last.output).toContain("2\tturn 1");
  await sandbox.close();
});

it("never masks the newest output, even where that is all there is to mask", () => {
  const thread = createThread("b".repeat(19_000), 20_000);
  thread.add({ ...blank, ordinal: 1, results: ["r".repeat(5000)] });
  expect(thread.items().at(-1)).toMatchObject({ output: "r".repeat(5000) });
});

it("keeps the prefix where masking would save little", () => {
  const thread = createThread("b".repeat(25_000), 20_000);
  for (const ordinal of [1, 2, 3, 4, 5, 6]) thread.add({ ...blank, ordinal, results: ["r".repeat(400)] });
  expect(masked(thread.items())).toBe(0);
});
