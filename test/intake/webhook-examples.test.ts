/** Webhooks as GitHub really sends them, at most five of each kind: all are read, none does anything. */
import { randomUUID } from "node:crypto";
import examples from "@octokit/webhooks-examples/api.github.com/index.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { handleDelivery } from "../../src/intake/handle-delivery.ts";
import { receiveWebhook } from "../../src/intake/receive.ts";
import { openTestStore } from "../support/postgres.ts";
import { githubDouble, REST } from "./github-double.ts";

const MOST = 5;
const outcomes = new Map<string, string>();
const hub = githubDouble();
let store: Store;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  const settled = store.settleDelivery;
  store = Object.assign(Object.create(store) as Store, {
    settleDelivery: async (guid: string, outcome: string) => {
      outcomes.set(guid, outcome);
      await settled(guid, outcome);
    },
  });
});
afterAll(() => close());

describe("webhooks as GitHub sends them", () => {
  it.each(examples.map(({ name, examples: payloads }) => [name, payloads.slice(0, MOST)] as const))(
    "%s is stored, read, and asks nothing",
    async (event, payloads) => {
      for (const payload of payloads) {
        const guid = randomUUID();
        expect(await receiveWebhook(store, { guid, event, payload })).toBe("stored");
        await handleDelivery({ store, github: hub.github, ...REST }, guid);
        expect(outcomes.get(guid)).toMatch(/^(nothing asked: |touches no migration$)/);
      }
      expect(hub.reactions).toEqual([]);
      expect(hub.comments).toEqual([]);
      expect(await store.livingRuns()).toEqual([]);
    },
  );
});
