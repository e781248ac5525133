import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HookDelivery } from "../../../src/domain/ports/hook-port.ts";
import type { Store } from "../../../src/domain/ports/store-port.ts";
import { askAgain } from "../../../src/intake/missed/ask-again.ts";
import { openTestStore } from "../../support/postgres.ts";

let store: Store;
let close: () => Promise<void>;
let listed: HookDelivery[];
let again: number[];
let since: Date[];
const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 27, 12);

beforeEach(async () => {
  ({ store, close } = await openTestStore());
  [listed, again, since] = [[], [], []];
});
afterEach(() => close());

const lost = (id: number, guid: string) => {
  listed.push({ id, guid, event: "issues", deliveredAt: new Date(NOW), ok: false });
};
const hooks = {
  hookDeliveries: async (from: Date) => {
    since.push(from);
    return listed;
  },
  redeliver: async (id: number) => {
    again.push(id);
  },
};
const look = (now = NOW) => askAgain({ store, hooks, now: () => now });

describe("looking for webhooks that did not arrive", () => {
  it("has each sent again once, however often it is looked", async () => {
    lost(1, "a");
    lost(2, "b");
    await store.receiveDelivery({ guid: "b", event: "issues", action: null, repositoryId: null, payload: {} });
    expect(await look()).toBe(1);
    expect(await look()).toBe(0);
    expect(again).toEqual([1]);
  });

  it("has a second attempt sent again that failed too, and gives up after the third", async () => {
    for (const id of [1, 2, 3]) {
      lost(id, "a");
      await look();
    }
    expect(again).toEqual([1, 2]);
  });

  it("looks three days back at first, then from a little before the last look", async () => {
    await look();
    await look(NOW + 5 * MINUTE);
    expect(since).toEqual([new Date(NOW - 3 * 1_440 * MINUTE), new Date(NOW - 15 * MINUTE)]);
  });

  it("is done by one instance at a time, and by another when that one died", async () => {
    let arrive = () => {};
    const held = new Promise<HookDelivery[]>((resolve) => {
      arrive = () => resolve([]);
    });
    const slow = askAgain({ store, hooks: { ...hooks, hookDeliveries: () => held }, now: () => NOW });
    await expect.poll(() => store.setting("webhooks.looked-through")).toMatchObject({ lease: expect.any(Number) });
    expect(await look(NOW + MINUTE)).toBeNull();
    expect(await look(NOW + 5 * MINUTE)).toBe(0);
    arrive();
    expect(await slow).toBe(0);
  });

  it("that fails is done again from where it began", async () => {
    lost(1, "a");
    const fails = { ...hooks, redeliver: () => Promise.reject(new Error("GitHub is away")) };
    await expect(askAgain({ store, hooks: fails, now: () => NOW })).rejects.toThrow("GitHub is away");
    expect(await look(NOW + MINUTE)).toBe(1);
    expect(again).toEqual([1]);
  });
});
