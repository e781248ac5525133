import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Evidence } from "../../src/domain/evidence.ts";
import { featureRef } from "../../src/domain/feature-ref.ts";
import { planSchema } from "../../src/domain/plan.ts";
import type { Store } from "../../src/domain/store-port.ts";
import { openTestStore } from "../support/postgres.ts";
import { claim, delivery, newRun, newTask, openTask, REPOSITORY, startRun, turn, until } from "./fixtures.ts";

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

async function jobs(queue: string, key: string, value: string): Promise<number> {
  const { rows } = await sql.query("SELECT count(*)::int AS n FROM pgboss.job WHERE name = $1 AND data->>$2 = $3", [
    queue,
    key,
    value,
  ]);
  return rows[0].n;
}

async function freshRun() {
  issue += 1;
  const task = await openTask(store, issue);
  const run = await startRun(store, task.id);
  return { task, run };
}

describe("deliveries", () => {
  it("stores and queues a delivery that comes five times at once exactly once", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => store.receiveDelivery(delivery("five"))));
    expect(answers.sort()).toEqual(["duplicate", "duplicate", "duplicate", "duplicate", "stored"]);
    expect(await jobs("deliveries", "guid", "five")).toBe(1);
  });

  it("gives a payload back as it came, whatever characters are in it", async () => {
    const payload = { z: 1, a: "NUL \0, pair \u{1F600}, quote '", $type: "Json", nested: [null, { deep: true }] };
    await store.receiveDelivery({ ...delivery("chars"), payload });
    const stored = await store.delivery("chars");
    expect(JSON.stringify(stored?.payload)).toBe(JSON.stringify(payload));
    expect(stored).toMatchObject({ guid: "chars", event: "issues", action: "opened", repositoryId: REPOSITORY.id });
  });

  it("replaces half a surrogate pair, which no database keeps, instead of losing the delivery", async () => {
    expect(await store.receiveDelivery({ ...delivery("half"), payload: { a: "x\ud800y" } })).toBe("stored");
    expect((await store.delivery("half"))?.payload).toEqual({ a: "x\uFFFDy" });
  });

  it("knows nothing of a delivery that never came", async () => {
    expect(await store.delivery("never")).toBeNull();
  });

  it("notes how a delivery was settled", async () => {
    await store.receiveDelivery(delivery("settled"));
    await store.settleDelivery("settled", "ignored: not a command");
    const { rows } = await sql.query(
      `SELECT outcome, "settledAt" IS NOT NULL AS at FROM "Delivery" WHERE guid = 'settled'`,
    );
    expect(rows).toEqual([{ outcome: "ignored: not a command", at: true }]);
  });
});

describe("repositories and tasks", () => {
  it("keeps a repository under its id when it is renamed and moves to another installation", async () => {
    await store.saveRepository(REPOSITORY, "ada");
    const moved = { ...REPOSITORY, installationId: 72, owner: "grace", name: "renamed" };
    await store.saveRepository(moved, "grace");
    expect(await store.repository(REPOSITORY.id)).toEqual(moved);
    expect(await store.repository(1)).toBeNull();
  });

  it("makes one task of an issue, however many open it at once", async () => {
    await store.saveRepository(REPOSITORY, "ada");
    const opened = await Promise.all(Array.from({ length: 6 }, () => store.openTask(newTask(7))));
    expect(new Set(opened.map((task) => task.id)).size).toBe(1);
    expect(opened[0]).toMatchObject({ ...newTask(7), status: "open", branch: null, plan: null, pullRequest: null });
    expect(await store.taskByIssue(REPOSITORY.id, 7)).toEqual(opened[0]);
  });

  it("finds a task by its pull request, with plan and branch as they were saved", async () => {
    const task = await openTask(store, 8);
    const plan = planSchema.parse({ title: "t", goal: "g", criteria: [{ text: "works" }] });
    await store.updateTask(task.id, { plan, pullRequest: 41, status: "proposed", branch: featureRef("feature/eight") });
    const found = await store.taskByPullRequest(REPOSITORY.id, 41);
    expect(found).toMatchObject({ id: task.id, plan, status: "proposed", branch: "feature/eight" });
    expect(await store.taskByPullRequest(REPOSITORY.id, 42)).toBeNull();
    expect(await store.task(task.id)).toEqual(found);
  });

  it("gives a branch to one task of the repository only", async () => {
    const [one, other] = [await openTask(store, 9), await openTask(store, 10)];
    const branch = featureRef("feature/wanted");
    const won = await Promise.all([one, other].map((task) => store.reserveBranch(task.id, branch)));
    expect(won.sort()).toEqual([false, true]);
    const winner = [await store.task(one.id), await store.task(other.id)].filter((task) => task?.branch === branch);
    expect(winner).toHaveLength(1);
    expect(await store.reserveBranch(winner[0]?.id ?? "", branch)).toBe(true);
  });
});

describe("runs", () => {
  it("starts one run and queues one job when the same cause comes again, even at once", async () => {
    const task = await openTask(store, 20);
    const started = await Promise.all(Array.from({ length: 4 }, () => store.startRun(newRun(task.id, "issue:20:abc"))));
    expect(started.filter((run) => run !== null)).toHaveLength(1);
    expect(await store.startRun(newRun(task.id, "issue:20:abc"))).toBeNull();
    expect(await jobs("runs", "taskId", task.id)).toBe(1);
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

describe("turns, events and what else is kept", () => {
  it("keeps turns in the order they were first saved, replaces one by its number, and adds up the cost", async () => {
    const { task, run } = await freshRun();
    const fence = await claim(store, run.id);
    await store.saveTurn(fence, turn(run.id, 1));
    await store.saveTurn(fence, { ...turn(run.id, 1, "tara"), costUsd: null });
    await store.saveTurn(fence, turn(run.id, 2));
    const finished = { ...turn(run.id, 1), results: ["a\0b"], notes: ["hurry"], raw: [{ b: 1, a: 2 }], text: "NUL \0" };
    await store.saveTurn(fence, finished);
    const turns = await store.turns(run.id);
    expect(turns.map(({ role, ordinal }) => `${role} ${ordinal}`)).toEqual(["devon 1", "tara 1", "devon 2"]);
    expect(turns[0]).toEqual({ ...finished, text: "NUL \uFFFD" });
    expect(JSON.stringify(turns[0]?.raw)).toBe('[{"b":1,"a":2}]');
    expect(await store.spent(task.id)).toEqual({ usd: 0.5, inputTokens: 300, cachedTokens: 180, outputTokens: 30 });
  });

  it("has spent nothing on a task without turns", async () => {
    const task = await openTask(store, 30);
    expect(await store.spent(task.id)).toEqual({ usd: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0 });
  });

  it("tells the last events of a task, the newest last", async () => {
    const { task, run } = await freshRun();
    for (const text of ["one", "two", "three\0"])
      await store.appendEvent({ taskId: task.id, runId: run.id, kind: "k", text });
    await store.appendEvent({ taskId: task.id, runId: null, kind: "k", text: "four", data: { n: 4 } });
    const events = await store.events(task.id, 3);
    expect(events.map((event) => event.text)).toEqual(["two", "three\uFFFD", "four"]);
    expect(events[2]).toMatchObject({ runId: null, data: { n: 4 } });
    expect(events[0]).not.toHaveProperty("data");
  });

  it("keeps the newest evidence of a run and any setting", async () => {
    const { run } = await freshRun();
    const fence = await claim(store, run.id);
    await store.saveEvidence(fence, { headSha: "1" } as unknown as Evidence);
    await store.saveEvidence(fence, { headSha: "2" } as unknown as Evidence);
    expect(await store.evidence(run.id)).toEqual({ headSha: "2" });
    await store.saveSetting("paused", true);
    await store.saveSetting("paused", { by: "ada" });
    expect(await store.setting("paused")).toEqual({ by: "ada" });
    expect(await store.setting("absent")).toBeNull();
  });
});
