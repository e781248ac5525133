/**
 * Our door in its own process: the real HTTP face, Probot's signature check and
 * the durable insert with its job. Nobody takes the jobs meanwhile.
 */
import { generateKeyPairSync } from "node:crypto";
import { githubApp } from "../../../src/github/github-app.ts";
import { receiveWebhook } from "../../../src/intake/receive.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { startWeb } from "../../../src/web/server.ts";
import { doorFacts } from "./door.ts";

const { connectionString, secret } = doorFacts();
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const { store } = await openStore({ connectionString });
const app = githubApp({
  appId: 1,
  privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  webhookSecret: secret,
  baseUrl: "http://127.0.0.1:1",
  clean: (text) => text,
  onSecret: () => undefined,
});
const web = await startWeb({
  host: "127.0.0.1",
  port: 0,
  webhooks: { verify: app.verify, receive: (webhook) => receiveWebhook(store, webhook) },
  readiness: async () => ({ ready: true, checks: {} }),
  status: async () => [],
  onError: (error) => console.error(error),
});
process.send?.({ port: web.port });
