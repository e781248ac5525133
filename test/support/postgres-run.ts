/**
 * vitest's global set-up for the test server: starts nothing (the first test
 * that asks does), drops what earlier runs left, and stops the server after the
 * last of all runs at work, unless it ran before them.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPostgres } from "../../src/local/postgres/ensure-postgres.ts";
import { stopPostgres } from "../../src/local/postgres/stop-postgres.ts";
import { dropLeftovers, TEST_DATA_DIR } from "./postgres.ts";

/** One file per run at work, named by its process; one more that says the server was there before. */
const RUNS = `${TEST_DATA_DIR}.runs`;
const RAN_BEFORE = "ran-before";

export async function setup(): Promise<() => Promise<void>> {
  mkdirSync(RUNS, { recursive: true });
  const others = livingRuns();
  const startedAt = new Date();
  if (others.length === 0) {
    if ((await findPostgres({ dataDir: TEST_DATA_DIR })) === null) rmSync(join(RUNS, RAN_BEFORE), { force: true });
    else writeFileSync(join(RUNS, RAN_BEFORE), "");
  }
  writeFileSync(join(RUNS, String(process.pid)), "");
  return async () => {
    rmSync(join(RUNS, String(process.pid)), { force: true });
    const server = await findPostgres({ dataDir: TEST_DATA_DIR });
    if (server === null || livingRuns().length > 0) return;
    await dropLeftovers(server, startedAt);
    if (!readdirSync(RUNS).includes(RAN_BEFORE)) await stopPostgres({ dataDir: TEST_DATA_DIR });
  };
}

function livingRuns(): readonly string[] {
  const runs = readdirSync(RUNS).filter((name) => /^\d+$/.test(name));
  const living = runs.filter((name) => isAlive(Number(name)));
  for (const name of runs) if (!living.includes(name)) rmSync(join(RUNS, name), { force: true });
  return living;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // no such process: that is the answer
  }
}
