import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenStore, openStore } from "../../../src/store/open-store.ts";
import { openTestStore } from "../../support/postgres.ts";
import { claim, delivery, jobStates, openTask, startRun, until, untilAborted } from "../fixtures.ts";

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

describe("stopping", () => {
  it("aborts what runs and gives it back, due at once and with all its retries", async () => {
    const { store } = opened;
    const task = await openTask(store);
    const run = await startRun(store, task.id);
    let attempts = 0;
    for (let restart = 1; restart <= 3; restart += 1) {
      const worker = await another();
      await worker.queue.work({
        delivery: ignore,
        run: async (runId, signal) => {
          await claim(store, runId);
          attempts += 1;
          await untilAborted(signal);
        },
      });
      await until(() => attempts === restart);
      const began = performance.now();
      await worker.queue.stop(5_000);
      expect(performance.now() - began).toBeLessThan(2_000);
      await worker.close();
    }
    const states = await jobStates(opened.connectionString, "runs");
    expect(states.filter((state) => state === "created")).toHaveLength(1);
    expect(states.filter((state) => state === "completed")).toHaveLength(3);
    expect(await store.run(run.id)).toMatchObject({ status: "running", attempt: 3 });
  });

  it("does not wait longer than the grace for a handler that ignores its signal, and its work goes on elsewhere", async () => {
    const { store } = opened;
    const task = await openTask(store);
    await startRun(store, task.id);
    const deaf = await another();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: end, resolve: release } = Promise.withResolvers<void>();
    await deaf.queue.work({
      delivery: ignore,
      run: async () => {
        begin();
        await end;
      },
    });
    await begun;
    const began = performance.now();
    await deaf.queue.stop(200);
    expect(performance.now() - began).toBeLessThan(3_000);
    const taken: string[] = [];
    const resumed = performance.now();
    await opened.queue.work({ delivery: ignore, run: async (runId) => void taken.push(runId) });
    await until(() => taken.length === 1);
    expect(performance.now() - resumed).toBeLessThan(3_000);
    release();
  });

  it("takes nothing new and leaves it to others", async () => {
    const { store, queue } = opened;
    const taken: string[] = [];
    await queue.work({ run: ignore, delivery: async (guid) => void taken.push(`first ${guid}`) });
    await queue.stop(1_000);
    await store.receiveDelivery(delivery("late"));
    await (await another()).queue.work({ run: ignore, delivery: async (guid) => void taken.push(`second ${guid}`) });
    await until(() => taken.length > 0);
    expect(taken).toEqual(["second late"]);
  });

  it("lets work that is done be done, not queued again", async () => {
    const { store, queue } = opened;
    const task = await openTask(store);
    const run = await startRun(store, task.id);
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    await queue.work({
      delivery: ignore,
      run: async (runId, signal) => {
        const fence = await claim(store, runId);
        begin();
        await untilAborted(signal).catch(() => undefined);
        await store.updateRun(fence, { status: "done" });
      },
    });
    await begun;
    await queue.stop(2_000);
    const begunAgain: string[] = [];
    const next = await another();
    await next.queue.work({ delivery: ignore, run: async (runId) => void begunAgain.push(runId) });
    await until(async () => (await jobStates(opened.connectionString, "runs")).every((state) => state === "completed"));
    expect(begunAgain).toEqual([]);
    expect(await store.run(run.id)).toMatchObject({ status: "done", attempt: 1 });
  });
});
