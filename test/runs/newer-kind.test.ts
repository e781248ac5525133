/** A run that only a newer release knows, met by this one during a deploy. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RunKind } from "../../src/domain/task.ts";
import { conductRun } from "../../src/runs/conduct-run.ts";
import { leaveToNewer } from "../../src/runs/newer-kind.ts";
import type { RunDeps } from "../../src/runs/run-context.ts";
import { newRun, openTask, startRun } from "../store/fixtures.ts";
import { openTestStore } from "../support/postgres.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let lines: string[];
beforeEach(async () => {
  opened = await openTestStore();
  lines = [];
});
afterEach(() => opened.close());

/** Whatever it does beyond looking fails. */
const conduct = (runId: string) => {
  const deps = { store: opened.store, paused: true, log: (line: string) => lines.push(line) } as unknown as RunDeps;
  return conductRun(deps, runId, new AbortController().signal);
};

async function newer(): Promise<string> {
  const { store } = opened;
  const task = await openTask(store);
  const run = await store.startRun({ ...newRun(task.id), kind: "translate" as RunKind });
  if (run === null) throw new Error("not started");
  return run.id;
}

it("is left as it is, and looked at again a minute later", async () => {
  const id = await newer();
  const before = await opened.store.run(id);
  for (const _ of [1, 2]) {
    const left = await conduct(id).catch((error: unknown) => error);
    expect(left).toMatchObject({ code: "LATER", facts: { runId: id } });
    const { retryAtMs } = (left as { facts: { retryAtMs: number } }).facts;
    expect(Math.abs(retryAtMs - Date.now() - 60_000)).toBeLessThan(10_000);
  }
  expect(await opened.store.run(id)).toEqual(before);
  expect(before).toMatchObject({ status: "queued", attempt: 0, startedAt: null });
  expect(lines[0]).toContain("only a newer release knows (translate)");
});

it("does not hold back what this release knows, nor what a person ended", async () => {
  const { store } = opened;
  const task = await openTask(store, 2);
  const known = await startRun(store, task.id);
  await conduct(known.id);
  expect(await store.run(known.id)).toMatchObject({ status: "waiting", waitsFor: "pause" });
  const id = await newer();
  const { taskId = "" } = (await store.run(id)) ?? {};
  await store.requestStop(taskId, { id: 11, login: "ada" });
  // else a release that was taken back would hold its task for good
  expect(await leaveToNewer({ store, log: () => undefined }, id)).toBeUndefined();
});
