/** The switch in the database: what it lays aside is queued again once, whoever lifts it and whenever. */
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Fence } from "../../src/domain/task.ts";
import { openTestStore } from "../support/postgres.ts";
import { claim, countJobs, openTask, REPOSITORY, startRun } from "./fixtures.ts";

const ADA = { id: 11, login: "ada" };
let opened: Awaited<ReturnType<typeof openTestStore>>;
let sql: pg.Client;

beforeEach(async () => {
  opened = await openTestStore();
  sql = new pg.Client({ connectionString: opened.connectionString });
  await sql.connect();
});
afterEach(async () => {
  await sql.end();
  await opened.close();
});

const here = { repositoryId: REPOSITORY.id, everywhere: false };
const jobsOf = (fence: Fence) => countJobs(sql, "runs", "runId", fence.runId);

async function running(issue: number): Promise<Fence> {
  const task = await openTask(opened.store, issue);
  return claim(opened.store, (await startRun(opened.store, task.id)).id);
}

it("is set once, and the first who set it is told", async () => {
  const { store } = opened;
  await openTask(store);
  const [one, other] = await Promise.all(
    [ADA, { id: 12, login: "bob" }].map((who) => store.pauseRepository(REPOSITORY.id, who)),
  );
  expect(one).toEqual(other);
  expect(await store.pauseOf(REPOSITORY.id)).toEqual(one);
  await store.resumeRepository(REPOSITORY.id);
  expect(await store.pauseOf(REPOSITORY.id)).toBeNull();
});

it("queues what was parked once, however many lift it at the same time", async () => {
  const { store } = opened;
  const fence = await running(1);
  await store.pauseRepository(REPOSITORY.id, ADA);
  expect(await store.parkRun(fence, here)).toBe(true);
  expect(await store.run(fence.runId)).toMatchObject({ status: "waiting", waitsFor: "pause", endedAt: null });
  expect(await store.resumeParked()).toBe(0);
  const lift = () => store.resumeRepository(REPOSITORY.id);
  const counts = await Promise.all([lift(), lift(), store.resumeParked(), lift()]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(await jobsOf(fence)).toBe(2);
  expect(await store.run(fence.runId)).toMatchObject({ status: "queued", waitsFor: null });
});

it("leaves no run behind that is parked while it is lifted", async () => {
  const { store } = opened;
  for (let issue = 1; issue <= 12; issue += 1) {
    const fence = await running(issue);
    await store.pauseRepository(REPOSITORY.id, ADA);
    const [parked] = await Promise.all([store.parkRun(fence, here), store.resumeRepository(REPOSITORY.id)]);
    expect(await store.run(fence.runId)).toMatchObject({ status: parked ? "queued" : "running", waitsFor: null });
    expect(await jobsOf(fence)).toBe(parked ? 2 : 1);
  }
});

it("of everything is lifted for those whose own repository is not paused", async () => {
  const { store } = opened;
  const fence = await running(1);
  expect(await store.parkRun(fence, { ...here, everywhere: true })).toBe(true);
  await store.pauseRepository(REPOSITORY.id, ADA);
  expect(await store.resumeParked()).toBe(0);
  await store.resumeRepository(REPOSITORY.id);
  expect(await jobsOf(fence)).toBe(2);
});

it("parks nothing for a worker that lost the run", async () => {
  const { store } = opened;
  const fence = await running(1);
  await store.pauseRepository(REPOSITORY.id, ADA);
  await store.claimRun(fence.runId);
  await expect(store.parkRun(fence, here)).rejects.toMatchObject({ code: "FENCED" });
});

it("lets a wish to stop wake what is parked, and be said twice", async () => {
  const { store } = opened;
  const fence = await running(1);
  const { taskId } = (await store.run(fence.runId)) ?? { taskId: "" };
  await store.pauseRepository(REPOSITORY.id, ADA);
  await store.parkRun(fence, here);
  expect(await store.requestStop(taskId, ADA)).toHaveLength(1);
  expect(await store.requestStop(taskId, ADA)).toEqual([]);
  expect(await store.run(fence.runId)).toMatchObject({ status: "queued", stopBy: "ada" });
  expect(await jobsOf(fence)).toBe(2);
});
