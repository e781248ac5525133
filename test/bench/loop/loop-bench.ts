/**
 * The agent's loop against the shortest loop on the same client: time between a
 * model's answer and the next request, tokens, memory. Each loop and each model
 * server is its own process.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Bench, compared, type Figure, quantile } from "../bench.ts";
import type { FromServer, Seen } from "./instant-model.ts";

type LoopName = "ours" | "bare";

interface Measured extends Seen {
  readonly startedAtMs: number;
  readonly rssBytes: number;
}

const ROUNDS = 5;
const TURNS = [10, 50];
const CHARS_PER_TOKEN = 4;
const loopReport = z.object({ rssBytes: z.number() });

export const loopBench: Bench = {
  name: "loop",
  about: "our agent loop against a bare loop on the openai client, instant model, medians of 5",
  async run() {
    const figures: Figure[] = [];
    for (const turns of TURNS) figures.push(...(await figuresFor(turns)));
    return figures;
  },
};

async function figuresFor(turns: number): Promise<readonly Figure[]> {
  const measured: Record<LoopName, Measured[]> = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const loop of ["bare", "ours"] as const) measured[loop].push(await measure(loop, turns));
  }
  const both = (id: string, unit: string, of: (one: Measured) => number) =>
    compared(`${turns}-turns.${id}`, unit, median(measured.ours, of), median(measured.bare, of));
  return [
    both("gap.p50", "ms", ({ gapsMs }) => quantile(gapsMs, 0.5)),
    both("gap.p95", "ms", ({ gapsMs }) => quantile(gapsMs, 0.95)),
    both("start-to-first-request", "ms", ({ firstAtMs, startedAtMs }) => firstAtMs - startedAtMs),
    both("resident", "MB", ({ rssBytes }) => rssBytes / 1e6),
    both("first-request", "tokens", ({ bodies }) => tokens(bodies.slice(0, 1), "chars")),
    both("all-requests", "tokens", ({ bodies }) => tokens(bodies, "chars")),
    both("fresh", "tokens", ({ bodies }) => tokens(bodies, "freshChars")),
  ];
}

function median(rounds: readonly Measured[], of: (one: Measured) => number): number {
  return quantile(rounds.map(of), 0.5);
}

function tokens(bodies: Seen["bodies"], count: "chars" | "freshChars"): number {
  return Math.ceil(bodies.reduce((sum, body) => sum + body[count], 0) / CHARS_PER_TOKEN);
}

async function measure(loop: LoopName, turns: number): Promise<Measured> {
  const server = start("instant-model.ts", String(turns));
  const listening = await nextMessage(server);
  if (listening.kind !== "listening") throw new TypeError("the model server spoke out of turn");
  const startedAtMs = performance.timeOrigin + performance.now();
  const child = start(`${loop}.ts`, `http://127.0.0.1:${listening.port}/v1`);
  const [report, [exitCode]] = await Promise.all([firstMessage(child), once(child, "exit")]);
  if (exitCode !== 0) throw new Error(`${loop}.ts ended with ${exitCode}`);
  const told = nextMessage(server);
  server.send("done");
  const seen = await told;
  if (seen.kind !== "seen") throw new TypeError("the model server spoke out of turn");
  return { ...seen.seen, startedAtMs, rssBytes: loopReport.parse(report).rssBytes };
}

function start(file: string, argument: string): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [argument]);
}

/** @throws Error when the process ends without a word */
function firstMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (exitCode) => reject(new Error(`a process of the bench ended with ${exitCode} and no report`)));
  });
}

function nextMessage(server: ChildProcess): Promise<FromServer> {
  return firstMessage(server) as Promise<FromServer>;
}
