/**
 * Webhook to durable answer, and stored delivery to handler. The database is a
 * real one that survives a power cut (fsync on); each door is its own process.
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { z } from "zod";
import { ensurePostgres } from "../../../src/local/postgres/ensure-postgres.ts";
import { stopPostgres } from "../../../src/local/postgres/stop-postgres.ts";
import { runMigrations } from "../../../src/store/migrate/run-migrations.ts";
import { type Bench, compared, type Figure, quantile } from "../bench.ts";
import { type Knocked, knock } from "./door.ts";
import { bareNotify, handOver } from "./hand-over.ts";

const MIGRATIONS = resolve(import.meta.dirname, "../../../prisma/migrations");
const ROUNDS = 3;
const DELIVERIES = 3_000;
const WARM_UP = 500;
const CONNECTIONS = 32;
const HAND_OVERS = 60;
const listening = z.object({ port: z.number() });

export const intakeBench: Bench = {
  name: "intake",
  about: `signed webhook of 12 KB to its durable 202, ${CONNECTIONS} connections, against node:http with one insert; fsync on, medians of ${ROUNDS}`,
  run: () => withDatabase(measure),
};

async function measure(connectionString: string): Promise<readonly Figure[]> {
  const rounds = { ours: [] as Knocked[], floor: [] as Knocked[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const door of ["floor", "ours"] as const) rounds[door].push(await through(door, connectionString));
  }
  const both = (id: string, unit: string, of: (one: Knocked) => number): Figure =>
    compared(id, unit, quantile(rounds.ours.map(of), 0.5), quantile(rounds.floor.map(of), 0.5));
  await forgetJobs(connectionString);
  const waits = {
    ours: await handOver(connectionString, HAND_OVERS),
    floor: await bareNotify(connectionString, HAND_OVERS),
  };
  return [
    both("durable", "requests/s", ({ perSecond }) => perSecond),
    both("answer.p50", "ms", ({ latenciesMs }) => quantile(latenciesMs, 0.5)),
    both("answer.p99", "ms", ({ latenciesMs }) => quantile(latenciesMs, 0.99)),
    compared("hand-over.p50", "ms", quantile(waits.ours, 0.5), quantile(waits.floor, 0.5)),
    compared("hand-over.p99", "ms", quantile(waits.ours, 0.99), quantile(waits.floor, 0.99)),
  ];
}

/** What the doors stored is nothing to hand over. */
async function forgetJobs(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query("TRUNCATE pgboss.job");
  await client.end();
}

async function through(door: "ours" | "floor", connectionString: string): Promise<Knocked> {
  const secret = randomBytes(32).toString("hex");
  const file = fileURLToPath(new URL(`${door}.ts`, import.meta.url));
  const child = fork(file, [connectionString, secret]);
  try {
    const { port } = listening.parse(await firstMessage(child));
    await knock(port, { secret, connections: CONNECTIONS, count: WARM_UP });
    return await knock(port, { secret, connections: CONNECTIONS, count: DELIVERIES });
  } finally {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
}

/** @throws Error when the process ends without a word */
async function firstMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`a door of the bench ended with ${code} before it opened`);
  });
  const [message] = await Promise.race([once(child, "message"), ended]);
  // what it ends with later is no longer asked
  ended.catch(() => undefined);
  return message;
}

async function withDatabase<T>(act: (connectionString: string) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), "orion-bench-"));
  const postgres = await ensurePostgres({ dataDir });
  try {
    const connectionString = postgres.connectionString("postgres");
    await runMigrations({ connectionString, directory: MIGRATIONS, onLine: () => {} });
    return await act(connectionString);
  } finally {
    await stopPostgres({ dataDir });
    for (const directory of [dataDir, postgres.home]) rmSync(directory, { recursive: true, force: true });
  }
}
