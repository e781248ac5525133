/** A run that waits for a yes in the database: no yes and no remark is lost between looking and resting. */
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MOST_REMARKS } from "../../src/domain/ports/store/waiting-store.ts";
import type { Fence } from "../../src/domain/task.ts";
import { openTestStore } from "../support/postgres.ts";
import { claim, countJobs, openTask, REPOSITORY, startRun } from "./fixtures.ts";

const ADA = { id: 11, login: "ada" };
const HASH = "a".repeat(64);
const YES = { repositoryId: REPOSITORY.id, kind: "plan", subject: HASH };
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

const jobsOf = (fence: Fence) => countJobs(sql, "runs", "runId", fence.runId);
const shows = (hash: string | null, revision = 1) => ({ planShown: { revision, hash, comment: 7, must: true } });

async function showing(issue: number): Promise<Fence & { readonly taskId: string }> {
  const task = await openTask(opened.store, issue);
  const fence = await claim(opened.store, (await startRun(opened.store, task.id)).id);
  await opened.store.updateRun(fence, shows(HASH));
  return { ...fence, taskId: task.id };
}

it("rests until somebody says yes, and is queued once however often they say it", async () => {
  const { store } = opened;
  const fence = await showing(1);
  expect(await store.awaitApproval(fence)).toBe(true);
  expect(await store.run(fence.runId)).toMatchObject({ status: "waiting", waitsFor: "approval", endedAt: null });
  await store.resumeRepository(REPOSITORY.id);
  expect(await store.resumeParked()).toBe(0);
  const yes = () => store.approvePlan(fence.runId, HASH, ADA);
  expect(await Promise.all([yes(), yes(), yes()])).toEqual(["approved", "approved", "approved"]);
  expect(await store.run(fence.runId)).toMatchObject({ status: "queued", waitsFor: null });
  expect(await store.approvalOf(YES)).toEqual(ADA);
  expect(await jobsOf(fence)).toBe(2);
});

it("takes a yes again after the work began, so that a command handled twice says the same", async () => {
  const { store } = opened;
  const fence = await showing(1);
  await store.approvePlan(fence.runId, HASH, ADA);
  await store.updateRun(fence, { stage: "red" });
  expect(await store.approvePlan(fence.runId, HASH, ADA)).toBe("approved");
  expect(await jobsOf(fence)).toBe(1);
});

it("takes no yes to a plan that is being made again, was made again, or has ended", async () => {
  const { store } = opened;
  const fence = await showing(1);
  await store.updateRun(fence, shows(null, 2));
  expect(await store.approvePlan(fence.runId, HASH, ADA)).toBe("outdated");
  await store.updateRun(fence, shows("b".repeat(64), 2));
  expect(await store.approvePlan(fence.runId, HASH, ADA)).toBe("outdated");
  await store.updateRun(fence, { ...shows(HASH), status: "stopped" });
  expect(await store.approvePlan(fence.runId, HASH, ADA)).toBe("outdated");
  expect(await store.approvalOf(YES)).toBeNull();
});

it("takes no yes while a remark waits to be planned in", async () => {
  const { store } = opened;
  const fence = await showing(1);
  await store.awaitApproval(fence);
  await store.addRemark(fence.taskId, { comment: 5, person: ADA, text: "use hyphens" });
  expect(await store.run(fence.runId)).toMatchObject({ status: "queued" });
  expect(await store.approvePlan(fence.runId, HASH, ADA)).toBe("outdated");
});

it("never rests on a yes or a remark that comes at the same moment", async () => {
  const { store } = opened;
  for (let issue = 1; issue <= 12; issue += 1) {
    const fence = await showing(issue);
    await sql.query('DELETE FROM "Approval"');
    const comes =
      issue % 2 === 0
        ? store.approvePlan(fence.runId, HASH, ADA)
        : store.addRemark(fence.taskId, { comment: issue, person: ADA, text: "x" });
    const [rested] = await Promise.all([store.awaitApproval(fence), comes]);
    expect(await store.run(fence.runId)).toMatchObject({ status: rested ? "queued" : "running" });
    expect(await jobsOf(fence)).toBe(rested ? 2 : 1);
  }
});

it("rests for nobody who lost the run", async () => {
  const { store } = opened;
  const fence = await showing(1);
  await store.claimRun(fence.runId);
  await expect(store.awaitApproval(fence)).rejects.toMatchObject({ code: "FENCED" });
  await expect(store.takeRemarks(fence, [])).rejects.toMatchObject({ code: "FENCED" });
});

it("keeps a comment's remark once, in the order of the comments, and no more than there is room for", async () => {
  const { store } = opened;
  const fence = await showing(1);
  const add = (comment: number) => store.addRemark(fence.taskId, { comment, person: ADA, text: `no. ${comment}` });
  expect((await Promise.all([add(9), add(9)])).sort()).toEqual(["kept", "known"]);
  expect(await add(8)).toBe("kept");
  const [first, second] = await store.remarks(fence.taskId);
  expect([first, second]).toMatchObject([{ comment: 8, person: ADA, taken: false }, { text: "no. 9" }]);
  await store.takeRemarks(fence, [first?.id ?? ""]);
  expect((await store.remarks(fence.taskId)).map(({ taken }) => taken)).toEqual([true, false]);
  for (let comment = 10; comment < 8 + MOST_REMARKS; comment += 1) await add(comment);
  expect(await add(1_000)).toBe("full");
});

it("stops for approval only a run that has not passed its plan", async () => {
  const { store } = opened;
  const fence = await showing(1);
  expect(await store.askApproval(fence.runId)).toBe(true);
  expect(await store.run(fence.runId)).toMatchObject({ approval: "asked" });
  await store.updateRun(fence, { stage: "red" });
  expect(await store.askApproval(fence.runId)).toBe(false);
});
