/** The adapter against nock: opened anew for every test of the file that imports this. */
import nock from "nock";
import { afterEach, beforeEach } from "vitest";
import type { GitHub } from "../../src/domain/ports/github-port.ts";
import type { Reviews } from "../../src/domain/ports/threads-port.ts";
import type { Repository } from "../../src/domain/task.ts";
import { githubApp } from "../../src/github/github-app.ts";
import { KEY } from "./app-key.ts";

export const REPOSITORY: Repository = { id: 900, installationId: 77, owner: "acme", name: "web" };
export const API = "https://api.github.com";
export const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000).toISOString();

export let minted: { repository_ids: number[]; permissions: Record<string, string> }[];
export let secrets: string[];
export let github: GitHub & Reviews;

/** What the pace answers, one after the other, then 0. */
export let paces: number[];

export const open = (baseUrl = API) => openApp(baseUrl).github;

export function openApp(baseUrl = API) {
  return githubApp({
    appId: 42,
    privateKey: KEY,
    webhookSecret: "a-secret-of-at-least-32-characters!",
    baseUrl,
    clean: (text) => text.replaceAll("hunter2", "[redacted]"),
    onSecret: (secret) => secrets.push(secret),
    pace: async () => paces.shift() ?? 0,
    retryDelaysMs: [1, 1],
    timeoutMs: 1_000,
  });
}

/** Answers every request for a token, until the test ends. */
export function mints(expiresAt: () => string = IN_AN_HOUR, base = API) {
  nock(base)
    .persist()
    .post(/\/app\/installations\/77\/access_tokens$/)
    .reply(201, async (request: Request) => {
      minted.push((await request.json()) as (typeof minted)[number]);
      return { token: `ghs_42_token${minted.length}`, expires_at: expiresAt() };
    });
}

beforeEach(() => {
  nock.disableNetConnect();
  minted = [];
  secrets = [];
  paces = [];
  github = open();
});
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

export const api = () => nock(API);
export const slug = () => api().get("/app").reply(200, { id: 42, slug: "orion-app" });
