import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Evidence } from "../../src/domain/evidence.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { openTestStore } from "../support/postgres.ts";
import { claim, countJobs, newRun, openTask, startRun, turn, until } from "./fixtures.ts";

let store: Store;
let close: () => Promise<void>;
let sql: pg.Client;
let issue = 100;

beforeAll(async () => {
  const opened = await openTestStore();
  ({ store, close } = opened);
  sql = new pg.Client({ connectionString: opened.connectionString });
  await sql.connect();
});

afterAll(async () => {
  await sql.end();
  await close();
});

async function freshRun() {
  issue += 1;
  const task = await openTask(store, issue);
  const run = await startRun(store, task.id);
  return { task, run };
}

describe("runs", () => {
  it("starts one run and queues one job when the same cause comes again, even at once", async () => {
    const task = await openTask(store, 20);
    const started = await Promise.all(Array.from({ length: 4 }, () => store.startRun(newRun(task.id, "issue:20:abc"))));
    expect(started.filter((run) => run !== null)).toHaveLength(1);
    expect(await store.startRun(newRun(task.id, "issue:20:abc"))).toBeNull();
    expect(await countJobs(sql, "runs", "taskId", task.id)).toBe(1);
    expect(await store.runsOf(task.id)).toHaveLength(1);
  });

  it("numbers the runs of a task from 1 and lets another task have the same cause", async () => {
    const [task, other] = [await openTask(store, 21), await openTask(store, 22)];
    await Promise.all(["a", "b", "c"].map((cause) => store.startRun(newRun(task.id, cause))));
    expect((await store.runsOf(task.id)).map((run) => run.ordinal)).toEqual([1, 2, 3]);
    expect((await startRun(store, other.id, "a")).ordinal).toBe(1);
  });

  it("raises the attempt at every claim and keeps the first start", async () => {
    const { task, run } = await freshRun();
    const first = await store.claimRun(run.id);
    expect(first?.run).toMatchObject({ attempt: 1, status: "running" });
    expect(first?.task).toEqual(task);
    const second = await store.claimRun(run.id);
    expect(second?.run.attempt).toBe(2);
    expect(second?.run.startedAt).toEqual(first?.run.startedAt);
    expect(second?.run.startedAt).toBeInstanceOf(Date);
  });

  it.each(["done", "failed", "stopped"] as const)(
    "is not claimed once it is %s, and knows when it ended",
    async (status) => {
      const { run } = await freshRun();
      const ended = await store.updateRun(await claim(store, run.id), { status });
      expect(ended.endedAt).toBeInstanceOf(Date);
      expect(await store.claimRun(run.id)).toBeNull();
      expect(await store.livingRuns()).not.toContain(run.id);
    },
  );

  it("can be claimed while it waits for a person", async () => {
    const { run } = await freshRun();
    const waiting = await store.updateRun(await claim(store, run.id), { status: "waiting" });
    expect(waiting.endedAt).toBeNull();
    expect(await store.livingRuns()).toContain(run.id);
    expect((await store.claimRun(run.id))?.run).toMatchObject({ status: "running", attempt: 2 });
  });

  it("keeps what a patch does not name and takes a failure back with null", async () => {
    const { run } = await freshRun();
    const fence = await claim(store, run.id);
    await store.updateRun(fence, {
      stage: "green",
      round: 2,
      baseSha: "b".repeat(40),
      failure: { code: "X", because: "y" },
    });
    const patched = await store.updateRun(fence, { headSha: "h".repeat(40), failure: null });
    expect(patched).toMatchObject({
      stage: "green",
      round: 2,
      baseSha: "b".repeat(40),
      headSha: "h".repeat(40),
      failure: null,
    });
    expect(await store.run(run.id)).toEqual(patched);
  });

  it("says which task is missing instead of starting a run of nothing", async () => {
    await expect(store.startRun(newRun("no-task"))).rejects.toMatchObject({ code: "TASK_UNKNOWN" });
  });
});

describe("the fence", () => {
  it("refuses every write of an attempt that was overtaken, and nothing of it stays", async () => {
    const { run } = await freshRun();
    const old = await claim(store, run.id);
    const now = await claim(store, run.id);
    const evidence = { baseSha: "x" } as unknown as Evidence;
    const writes = [
      () => store.updateRun(old, { stage: "verify" }),
      () => store.intendStep(old, run.id, "push"),
      () => store.completeStep(old, run.id, "push", {}),
      () => store.saveTurn(old, turn(run.id, 1)),
      () => store.saveEvidence(old, evidence),
    ];
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: "FENCED" });
    expect(await store.run(run.id)).toMatchObject({ stage: "plan" });
    expect(await store.step(run.id, "push")).toBeNull();
    expect(await store.turns(run.id)).toEqual([]);
    expect(await store.evidence(run.id)).toBeNull();
    await expect(store.updateRun(now, { stage: "verify" })).resolves.toMatchObject({ stage: "verify" });
  });

  it("refuses a write that overlaps with the claim of another, whichever began first", async () => {
    const { run } = await freshRun();
    const fence = await claim(store, run.id);
    await sql.query("BEGIN");
    await sql.query(`UPDATE "Run" SET attempt = attempt + 1 WHERE id = $1`, [run.id]);
    const writing = store.saveTurn(fence, turn(run.id, 1)).catch((error: unknown) => error);
    await until(async () => {
      const { rows } = await sql.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      return rows[0].n > 0;
    });
    await sql.query("COMMIT");
    expect(await writing).toMatchObject({ code: "FENCED", facts: { attempt: 1, current: 2 } });
    expect(await store.turns(run.id)).toEqual([]);
  });
});

describe("steps", () => {
  it("goes from intent to done, and a second intent finds what is there", async () => {
    const { run } = await freshRun();
    const fence = await claim(store, run.id);
    expect(await store.intendStep(fence, run.id, "comment")).toMatchObject({ state: "intent", result: null });
    await store.completeStep(fence, run.id, "comment", { id: 5 });
    expect(await store.intendStep(fence, run.id, "comment")).toMatchObject({ state: "done", result: { id: 5 } });
    expect(await store.step(run.id, "other")).toBeNull();
  });

  it("makes one intent of two at once, without a fence too", async () => {
    const both = await Promise.all([1, 2].map(() => store.intendStep(null, "deploy", "abc")));
    expect(both[0]?.createdAt).toEqual(both[1]?.createdAt);
    await store.completeStep(null, "deploy", "abc", null);
    expect(await store.step("deploy", "abc")).toMatchObject({ state: "done", result: null });
  });
});
