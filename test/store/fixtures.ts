/** Short ways to the nouns the store's tests are about, and a wait for a condition. */
import { setTimeout as delay } from "node:timers/promises";
import pg, { type ClientBase } from "pg";
import type { Delivery, NewRun, NewTask, Store, TurnRecord } from "../../src/domain/ports/store-port.ts";
import type { Fence, Run, Task } from "../../src/domain/task.ts";

export const REPOSITORY = { id: 3_000_000_001, installationId: 71, owner: "ada", name: "engine" };
const ADA = { id: 9_000_000_001, login: "ada" };

export function delivery(guid: string): Delivery {
  return { guid, event: "issues", action: "opened", repositoryId: REPOSITORY.id, payload: { issue: { number: 1 } } };
}

export function newTask(issueNumber = 1): NewTask {
  return {
    repositoryId: REPOSITORY.id,
    issueNumber,
    title: "Add a tool",
    request: "please",
    requester: ADA,
    budgetUsd: 2,
  };
}

export async function openTask(store: Store, issueNumber = 1): Promise<Task> {
  await store.saveRepository(REPOSITORY, "ada");
  return store.openTask(newTask(issueNumber));
}

export function newRun(taskId: string, cause = "issue:1"): NewRun {
  return { taskId, kind: "first", cause, text: "go", subject: { kind: "issue", id: 1 }, requestedBy: ADA, place: 1 };
}

export async function startRun(store: Store, taskId: string, cause?: string): Promise<Run> {
  const run = await store.startRun(newRun(taskId, cause));
  if (run === null) throw new Error(`${cause} has started a run already`);
  return run;
}

export async function claim(store: Store, runId: string): Promise<Fence> {
  const claimed = await store.claimRun(runId);
  if (claimed === null) throw new Error(`${runId} has ended`);
  return { runId, attempt: claimed.run.attempt };
}

export function turn(runId: string, ordinal: number, role = "devon"): TurnRecord {
  return {
    runId,
    role,
    thread: "green",
    ordinal,
    text: `turn ${ordinal}`,
    calls: [{ id: "c1", name: "bash", arguments: '{"command":"ls"}' }],
    raw: null,
    results: null,
    notes: [],
    usage: { inputTokens: 100, cachedTokens: 60, outputTokens: 10 },
    costUsd: 0.25,
    model: "scripted",
  };
}

/** How many jobs of a queue are about this. */
export async function countJobs(sql: ClientBase, queue: string, key: string, value: string): Promise<number> {
  const text = "SELECT count(*)::int AS n FROM pgboss.job WHERE name = $1 AND data->>$2 = $3";
  const { rows } = await sql.query<{ n: number }>(text, [queue, key, value]);
  return rows[0]?.n ?? 0;
}

/** The states of all jobs of a queue, oldest first. */
export async function jobStates(connectionString: string, queue: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const text = "SELECT state::text AS state FROM pgboss.job WHERE name = $1 ORDER BY created_on";
  const { rows } = await client.query<{ state: string }>(text, [queue]);
  await client.end();
  return rows.map((row) => row.state);
}

/** Asks again until the answer is true; the test's own time-out ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10);
}

/** A promise that is pending until the signal is aborted, and rejects then: a handler that obeys. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, fail) => {
    if (signal.aborted) fail(signal.reason);
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
  });
}
