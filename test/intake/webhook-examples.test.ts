/**
 * Webhooks as GitHub really sends them, at most five of each kind, over HTTP and
 * signed: all are taken and read, none does anything.
 */
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import examples from "@octokit/webhooks-examples/api.github.com/index.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { githubApp } from "../../src/github/github-app.ts";
import { readManifest } from "../../src/github/registration/manifest.ts";
import { handleDelivery } from "../../src/intake/handle-delivery.ts";
import { receiveWebhook } from "../../src/intake/receive.ts";
import { startWeb, WEBHOOK_PATH, type Web } from "../../src/web/server.ts";
import { KEY } from "../github/app-key.ts";
import { openTestStore } from "../support/postgres.ts";
import { githubDouble, REST } from "./github-double.ts";

const MOST = 5;
const SECRET = "a-secret-of-at-least-32-characters!";
/** What says that nobody asked anything: a pull request's checks are made unasked, the doctor's look has no words. */
const NOTHING = /^(nothing asked: |(no scope here; )?its migrations are checked$|no scope here$)/;
const SUBSCRIBED = readManifest(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")).default_events;

const outcomes = new Map<string, string>();
const hub = githubDouble();
let store: Store;
let web: Web;
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
  const options = { appId: 1, privateKey: KEY, webhookSecret: SECRET, baseUrl: "https://api.github.com" };
  const { verify } = githubApp({ ...options, clean: (text) => text, onSecret: () => {} });
  web = await startWeb({
    host: "127.0.0.1",
    port: 0,
    webhooks: { verify, receive: (webhook) => receiveWebhook(store, webhook) },
    readiness: async () => ({ ready: true, checks: {} }),
    status: async () => [],
    onError: (error) => expect.unreachable(String(error)),
  });
});
afterAll(async () => {
  await web.stop(1_000);
  await close();
});

/** @returns what became of it */
async function deliver(event: string, payload: object): Promise<string | undefined> {
  const guid = randomUUID();
  const body = JSON.stringify(payload);
  const headers = {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": guid,
    "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`,
  };
  const response = await fetch(web.url + WEBHOOK_PATH, { method: "POST", headers, body });
  expect([response.status, await response.text()]).toEqual([202, "stored\n"]);
  await handleDelivery({ store, github: hub.github, ...REST }, guid);
  return outcomes.get(guid);
}

describe("webhooks as GitHub sends them", () => {
  it.each(examples.map(({ name, examples: payloads }) => [name, payloads.slice(0, MOST)] as const))(
    "%s is taken, read, and asks nothing",
    async (event, payloads) => {
      for (const payload of payloads) {
        expect(await deliver(event, payload)).toMatch(NOTHING);
        // examples were recorded by hooks of a repository; an App's say which installation they are for
        if ("repository" in payload)
          expect(await deliver(event, { ...payload, installation: { id: 77 } })).toMatch(NOTHING);
      }
      expect(hub.reactions).toEqual([]);
      expect(hub.comments).toEqual([]);
      expect(await store.livingRuns()).toEqual([]);
    },
  );

  it.each([...SUBSCRIBED, "installation", "installation_repositories"])("are there for the subscribed %s", (event) => {
    expect(examples.find(({ name }) => name === event)?.examples.length).toBeGreaterThan(0);
  });
});
