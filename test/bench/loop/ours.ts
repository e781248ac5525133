/**
 * Our loop in its own process: `runAgent` with the real model client, Devon's
 * role, and a sandbox that answers at once. Turns are stored in memory.
 */
import { DEFAULT_LIMITS } from "../../../src/agents/agent-task.ts";
import { greenRole } from "../../../src/agents/roles.ts";
import { runAgent } from "../../../src/agents/run-agent.ts";
import type { Sandbox } from "../../../src/domain/ports/sandbox-port.ts";
import type { TurnRecord } from "../../../src/domain/ports/store-port.ts";
import { openaiModel } from "../../../src/model/openai-model.ts";
import { PRINTED } from "./still-command.ts";

const baseURL = process.argv[2];
if (baseURL === undefined) throw new TypeError("ours.ts <base URL of a model>");

const sandbox: Sandbox = {
  name: "still",
  workdir: "/workspace",
  exec: async () => ({ exitCode: 0, timedOut: false, outOfMemory: false, output: PRINTED, durationMs: 0 }),
  readFile: async () => null,
  writeFile: async () => {},
  export: () => {
    throw new Error("nothing is exported in this bench");
  },
  close: async () => {},
};
const stored = new Map<number, string>();

const outcome = await runAgent({
  role: greenRole(),
  brief: "Make the tests of slug() pass.",
  thread: "green",
  run: { id: "bench", ordinal: 1 },
  cacheKey: "green:1",
  model: openaiModel({ apiKey: "none", baseURL, model: "instant", api: "responses", idleMs: 10_000, maxRetries: 0 }),
  sandbox: async () => sandbox,
  replay: false,
  turns: { earlier: [], save: async (turn: TurnRecord) => void stored.set(turn.ordinal, JSON.stringify(turn)) },
  judge: async () => ({ accepted: true }),
  limits: DEFAULT_LIMITS,
  signal: new AbortController().signal,
  onEvent: () => {},
});
if (outcome.kind !== "finished") throw new Error(`the loop ended as ${JSON.stringify(outcome)}`);
process.send?.({ rssBytes: process.memoryUsage.rss() });
process.disconnect?.();
