/** Checks of pull requests wait in a queue of their own: coalesced, one at a time, given up at last. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Queue } from "../../../src/domain/ports/store-port.ts";
import type { OpenStore } from "../../../src/store/open-store.ts";
import { CHECK_TRIES } from "../../../src/store/queue/queues.ts";
import { ask } from "../../flow/support/database.ts";
import { openTestStore } from "../../support/postgres.ts";
import { jobStates, until } from "../fixtures.ts";

type Check = NonNullable<Parameters<Queue["work"]>[0]["check"]>;

let opened: OpenStore & { readonly connectionString: string };
const ignore = async () => {};
const work = (check: Check) => opened.queue.work({ run: ignore, delivery: ignore, check });
const states = () => jobStates(opened.connectionString, "checks");
const pull = (pullRequest: number) => ({ repositoryId: 7, pullRequest });

beforeEach(async () => {
  opened = await openTestStore();
});
afterEach(() => opened.close());

describe("a pull request whose check is asked for", () => {
  it("again and again before it begins is checked once; another one has a check of its own", async () => {
    const { store } = opened;
    await Promise.all([1, 1, 1, 1, 2].map((number) => store.queueCheck(pull(number))));
    const seen: number[] = [];
    await work(async ({ pullRequest }) => void seen.push(pullRequest));
    await until(async () => (await states()).every((state) => state === "completed"));
    expect(seen.sort()).toEqual([1, 2]);
  });

  it("while it is checked is checked once more, and not at the same time", async () => {
    const { store } = opened;
    const gate = Promise.withResolvers<void>();
    let together = 0;
    let most = 0;
    let count = 0;
    await store.queueCheck(pull(1));
    await work(async () => {
      count += 1;
      together += 1;
      most = Math.max(most, together);
      await gate.promise;
      together -= 1;
    });
    await until(() => count === 1);
    expect(await store.checksInHand()).toEqual([pull(1)]);
    for (let again = 0; again < 4; again += 1) await store.queueCheck(pull(1));
    gate.resolve();
    await until(async () => (await states()).every((state) => state === "completed"));
    expect({ count, most }).toEqual({ count: 2, most: 1 });
    expect(await store.checksInHand()).toEqual([]);
  });

  it("is tried again when it breaks, and told which try is the last", async () => {
    const tries: boolean[] = [];
    await opened.store.queueCheck(pull(1));
    await work(async ({ last }) => {
      tries.push(last);
      if (!last) throw new Error("breaks");
    });
    await until(async () => {
      await ask(opened.connectionString, "UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'");
      return (await states()).every((state) => state === "completed");
    });
    expect(tries).toEqual([...Array.from({ length: CHECK_TRIES - 1 }, () => false), true]);
  });
});
