import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { openTestStore } from "../support/postgres.ts";
import { openTask, REPOSITORY, startRun } from "./fixtures.ts";

let store: Store;
let sql: pg.Client;
let close: () => Promise<void>;
const ADA = { installationId: REPOSITORY.installationId, person: { id: 9_000_000_001, login: "ada" } };
const facts = (commit: string, tools: readonly string[] = []) => ({ version: "1.0.0", commit, tools, schema: "s" });

beforeEach(async () => {
  const opened = await openTestStore();
  ({ store, close } = opened);
  sql = new pg.Client({ connectionString: opened.connectionString });
  await sql.connect();
});
afterEach(async () => {
  await sql.end();
  await close();
});

/** The first incarnation lives and marks; the memory holds two tasks, a run and two habits. */
async function livedOnce(): Promise<void> {
  const task = await openTask(store, 1);
  await openTask(store, 2);
  await startRun(store, task.id);
  for (const text of ["tabs", "short names"]) await store.remember(ADA, { kind: "stated", text, source: "a/b#1" });
  const first = await store.beginIncarnation(facts("one"));
  expect(first).toMatchObject({ previousId: null, memory: null, readyAt: null });
  await store.readyIncarnation(first.id);
  await store.markMemory(first.id);
}

describe("the memory between two incarnations", () => {
  it("is intact when nothing was touched, and what came since is no loss", async () => {
    await livedOnce();
    await openTask(store, 3);
    expect((await store.beginIncarnation(facts("two"))).memory).toEqual({
      tasks: { kept: 2, of: 2 },
      runs: { kept: 1, of: 1 },
      user_context: { kept: 2, of: 2 },
    });
  });

  it.each([
    ["a task that is gone", 'DELETE FROM "Task" WHERE "issueNumber" = 2', { tasks: { kept: 1, of: 2 } }],
    [
      "words that were changed",
      `UPDATE "UserContext" SET text = 'spaces' WHERE text = 'tabs'`,
      { user_context: { kept: 1, of: 2 } },
    ],
    ["a run whose words are others", `UPDATE "Run" SET text = 'other'`, { runs: { kept: 0, of: 1 } }],
  ])("shows %s", async (_, statement, expected) => {
    await livedOnce();
    await sql.query(statement);
    expect((await store.beginIncarnation(facts("two"))).memory).toMatchObject(expected);
  });

  it("misses nothing that a person had forgotten, nor what goes on as it should", async () => {
    await livedOnce();
    await store.forgetHabit(ADA, 1, "delivery:1");
    const task = await store.taskByIssue(REPOSITORY.id, 1);
    await store.updateTask(task?.id ?? "", { status: "merged", pullRequest: 4 });
    expect((await store.beginIncarnation(facts("two"))).memory).toMatchObject({
      tasks: { kept: 2, of: 2 },
      user_context: { kept: 1, of: 1 },
    });
  });

  it("is compared with the newest mark, and older marks go", async () => {
    await livedOnce();
    const second = await store.beginIncarnation(facts("two"));
    await store.readyIncarnation(second.id);
    await openTask(store, 3);
    await store.markMemory(second.id);
    const { rows } = await sql.query('SELECT DISTINCT "incarnationId" FROM "MemoryMark"');
    expect(rows).toEqual([{ incarnationId: second.id }]);
    const third = await store.beginIncarnation(facts("three"));
    expect(third).toMatchObject({ previousId: second.id, memory: { tasks: { kept: 3, of: 3 } } });
  });

  it("is told by the second process of a version as by the first: it came after another version", async () => {
    await livedOnce();
    const first = await store.beginIncarnation(facts("two"));
    await store.readyIncarnation(first.id);
    await store.markMemory(first.id);
    const second = await store.beginIncarnation(facts("two"));
    await store.readyIncarnation(second.id);
    expect(second).toMatchObject({ previousId: first.previousId, memory: { tasks: { kept: 2, of: 2 } } });
    expect(first.previousId).not.toBeNull();
    // what compared the memory with the version before is what is told of the commit
    expect(await store.readyIncarnationOf("two")).toMatchObject({ id: first.id });
  });

  it("is not told as if an old process that starts again beside the new one came after it", async () => {
    await livedOnce();
    const next = await store.beginIncarnation(facts("two"));
    await store.readyIncarnation(next.id);
    const again = await store.beginIncarnation(facts("one"));
    await store.readyIncarnation(again.id);
    expect(again.previousId).toBeNull();
    const second = await store.beginIncarnation(facts("two"));
    expect(second.previousId).toBe(next.previousId);
    const third = await store.beginIncarnation(facts("three"));
    expect(await store.incarnation(third.previousId ?? "")).toMatchObject({ commit: "two" });
  });

  it("is compared with the last that served, not with one that never got ready", async () => {
    await livedOnce();
    await store.beginIncarnation(facts("broken"));
    const next = await store.beginIncarnation(facts("mended"));
    expect(await store.incarnation(next.previousId ?? "")).toMatchObject({ commit: "one" });
    expect(next.memory).toMatchObject({ tasks: { kept: 2, of: 2 } });
  });
});

describe("a deploy", () => {
  it("is one for each commit of a repository, queued once, and ends", async () => {
    const task = await openTask(store);
    const wanted = { repositoryId: REPOSITORY.id, commit: "c1", taskId: task.id, pullRequest: 4, followed: true };
    const opened = await Promise.all([1, 2, 3].map(() => store.openDeploy(wanted)));
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    const { rows } = await sql.query("SELECT count(*)::int AS jobs FROM pgboss.job WHERE name = 'deploys'");
    expect(rows).toEqual([{ jobs: 1 }]);
    const [{ id } = { id: "" }] = opened;
    expect(await store.updateDeploy(id, { status: "deploying" })).toMatchObject({ endedAt: null });
    expect((await store.updateDeploy(id, { status: "live" })).endedAt).toBeInstanceOf(Date);
    expect(await store.deployOf(task.id)).toMatchObject({ status: "live", commit: "c1" });
    expect(await store.deployOfCommit(REPOSITORY.id, "c1")).toMatchObject({ id });
  });
});
