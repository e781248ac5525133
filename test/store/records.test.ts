import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { featureRef } from "../../src/domain/feature-ref.ts";
import { planSchema } from "../../src/domain/plan.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { openTestStore } from "../support/postgres.ts";
import { countJobs, delivery, newTask, openTask, REPOSITORY } from "./fixtures.ts";

let store: Store;
let close: () => Promise<void>;
let sql: pg.Client;

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

describe("deliveries", () => {
  it("stores and queues a delivery that comes five times at once exactly once", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => store.receiveDelivery(delivery("five"))));
    expect(answers.sort()).toEqual(["duplicate", "duplicate", "duplicate", "duplicate", "stored"]);
    expect(await countJobs(sql, "deliveries", "guid", "five")).toBe(1);
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
