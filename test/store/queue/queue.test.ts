import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OrionError } from "../../../src/domain/errors.ts";
import { type OpenStore, openStore } from "../../../src/store/open-store.ts";
import { openTestStore } from "../../support/postgres.ts";
import { claim, delivery, jobStates, openTask, REPOSITORY, startRun, until } from "../fixtures.ts";

let opened: OpenStore & { readonly connectionString: string };
let others: OpenStore[] = [];
const ignore = async () => {};

beforeEach(async () => {
  opened = await openTestStore();
  others = [];
});

afterEach(async () => {
  for (const other of others) await other.close();
  await opened.close();
});

/** Another process, as far as the database can tell. */
async function another(): Promise<OpenStore> {
  const other = await openStore({ connectionString: opened.connectionString, poolSize: 5 });
  others.push(other);
  return other;
}

describe("taking work", () => {
  it("hands a delivery over when it is committed, not at the next poll a second later", async () => {
    const { store, queue } = opened;
    const taken = new Map<string, number>();
    await queue.work({ run: ignore, delivery: async (guid) => void taken.set(guid, performance.now()) });
    const waits: number[] = [];
    for (const guid of ["warm-up", "a", "b", "c", "d", "e"]) {
      await store.receiveDelivery(delivery(guid));
      const committed = performance.now();
      await until(() => taken.has(guid));
      waits.push((taken.get(guid) ?? Number.POSITIVE_INFINITY) - committed);
    }
    const [, ...measured] = waits;
    expect(measured.sort((a, b) => a - b)[2]).toBeLessThan(500);
  });

  it("takes what was sent before anybody worked", async () => {
    await opened.store.receiveDelivery(delivery("early"));
    const taken: string[] = [];
    await opened.queue.work({ run: ignore, delivery: async (guid) => void taken.push(guid) });
    await until(() => taken.length === 1);
    expect(taken).toEqual(["early"]);
  });

  it("gives each delivery to one of two workers", async () => {
    const taken: string[] = [];
    const handlers = { run: ignore, delivery: async (guid: string) => void taken.push(guid) };
    await Promise.all([opened.queue.work(handlers), (await another()).queue.work(handlers)]);
    const guids = Array.from({ length: 20 }, (_, n) => `d${n}`);
    await Promise.all(guids.map((guid) => opened.store.receiveDelivery(delivery(guid))));
    await until(async () =>
      (await jobStates(opened.connectionString, "deliveries")).every((state) => state === "completed"),
    );
    expect([...taken].sort()).toEqual([...guids].sort());
  });

  it("parks what GitHub's limit stopped until GitHub said to come again, and lets others pass", async () => {
    const attempts: { readonly guid: string; readonly at: number }[] = [];
    let dueMs = 0;
    await opened.queue.work({
      run: ignore,
      delivery: async (guid) => {
        attempts.push({ guid, at: Date.now() });
        if (attempts.length > 1) return;
        dueMs = Date.now() + 2_500;
        throw new OrionError("RATE_LIMITED", "wait", { retryAtMs: dueMs });
      },
    });
    await opened.store.receiveDelivery(delivery("limited"));
    await until(() => attempts.length === 1);
    await opened.store.receiveDelivery(delivery("other"));
    await until(() => attempts.length === 3);
    expect(attempts.map(({ guid }) => guid)).toEqual(["limited", "other", "limited"]);
    expect(attempts[2]?.at).toBeGreaterThanOrEqual(dueMs);
  });

  it("gives the places of deploys that have nothing to see to others, and comes back to them", async () => {
    const { store, queue } = opened;
    await store.saveRepository(REPOSITORY, "ada");
    const places = 4;
    const deploy = (commit: string) =>
      store.openDeploy({ repositoryId: REPOSITORY.id, commit, taskId: null, pullRequest: 1, followed: true });
    const ids: string[] = [];
    for (let n = 0; n <= places; n += 1) ids.push((await deploy(`c${n}`)).id);
    const looks: string[] = [];
    await queue.work({
      ...{ run: ignore, delivery: ignore },
      deploy: async (id) => {
        looks.push(id);
        throw new OrionError("LATER", "nothing to see", { retryAtMs: Date.now() + 2_500 });
      },
    });
    await until(() => ids.every((id) => looks.filter((one) => one === id).length > 1));
    expect(await jobStates(opened.connectionString, "deploys")).not.toContain("retry");
  });

  it("tries again what a handler threw at", async () => {
    const attempts: string[] = [];
    await opened.queue.work({
      run: ignore,
      delivery: async (guid) => {
        attempts.push(guid);
        if (attempts.length === 1) throw new Error("the forge was away");
      },
    });
    await opened.store.receiveDelivery(delivery("again"));
    await until(async () => (await jobStates(opened.connectionString, "deliveries")).includes("completed"));
    expect(attempts).toEqual(["again", "again"]);
  });

  it("refuses to work twice", async () => {
    await opened.queue.work({ run: ignore, delivery: ignore });
    await expect(opened.queue.work({ run: ignore, delivery: ignore })).rejects.toMatchObject({ code: "QUEUE_WORKING" });
  });
});

describe("runs", () => {
  it("never conducts two runs of a task at once, in any worker, while runs of other tasks go on", async () => {
    const { store } = opened;
    const [one, two] = [await openTask(store, 1), await openTask(store, 2)];
    const runs = new Map<string, string>();
    for (const [task, causes] of [
      [one, ["a", "b", "c"]],
      [two, ["a", "b", "c"]],
    ] as const) {
      for (const cause of causes) runs.set((await startRun(store, task.id, cause)).id, task.id);
    }
    const active: string[] = [];
    const finished: string[] = [];
    let overlapOfTask = false;
    let overlapOfTasks = false;
    const handlers = {
      delivery: ignore,
      run: async (runId: string) => {
        const task = runs.get(runId) ?? "";
        overlapOfTask ||= active.includes(task);
        active.push(task);
        // both tasks reach this only when they run side by side
        if (finished.length === 0) await until(() => new Set(active).size === 2);
        overlapOfTasks ||= new Set(active).size === 2;
        await store.updateRun(await claim(store, runId), { status: "done" });
        active.splice(active.indexOf(task), 1);
        finished.push(runId);
      },
    };
    await Promise.all([opened.queue.work(handlers), (await another()).queue.work(handlers)]);
    await until(() => finished.length === 6);
    expect(overlapOfTask).toBe(false);
    expect(overlapOfTasks).toBe(true);
    expect([...finished].sort()).toEqual([...runs.keys()].sort());
  });

  it("conducts as many tasks at once as one worker is told to, and not more", async () => {
    const { store } = opened;
    const worker = await openStore({ connectionString: opened.connectionString, poolSize: 5, runConcurrency: 2 });
    others.push(worker);
    for (const issue of [1, 2, 3]) await startRun(store, (await openTask(store, issue)).id);
    const { promise: end, resolve: release } = Promise.withResolvers<void>();
    let active = 0;
    let most = 0;
    await worker.queue.work({
      delivery: ignore,
      run: async (runId) => {
        active += 1;
        most = Math.max(most, active);
        await end;
        await store.updateRun(await claim(store, runId), { status: "done" });
        active -= 1;
      },
    });
    await until(() => active === 2);
    release();
    await until(async () => (await store.livingRuns()).length === 0);
    expect(most).toBe(2);
  });

  it("conducts the runs of a task in their order, also when an earlier one has to be tried again", async () => {
    const { store } = opened;
    const task = await openTask(store);
    const ids = [];
    for (const cause of ["a", "b", "c"]) ids.push((await startRun(store, task.id, cause)).id);
    const begun: string[] = [];
    await opened.queue.work({
      delivery: ignore,
      run: async (runId) => {
        begun.push(runId);
        const fence = await claim(store, runId);
        if (begun.length === 1) throw new Error("the model was away");
        await store.updateRun(fence, { status: "done" });
      },
    });
    await until(async () => (await store.livingRuns()).length === 0);
    expect(begun).toEqual([ids[0], ids[0], ids[1], ids[2]]);
    await until(async () => (await jobStates(opened.connectionString, "runs")).every((state) => state === "completed"));
  });

  it("completes a job silently when its run has ended before", async () => {
    const { store } = opened;
    const task = await openTask(store);
    const run = await startRun(store, task.id);
    await store.updateRun(await claim(store, run.id), { status: "stopped" });
    const begun: string[] = [];
    await opened.queue.work({ delivery: ignore, run: async (runId) => void begun.push(runId) });
    await until(async () => (await jobStates(opened.connectionString, "runs"))[0] === "completed");
    expect(begun).toEqual([]);
  });
});
