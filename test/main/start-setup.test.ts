/** The set-up process in production: what it says, what it keeps, and that it does nothing else. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { type SetUp, startSetup } from "../../src/wiring/setup/start-setup.ts";
import { KEY } from "../github/app-key.ts";
import { formOf, openBrowser } from "../support/browser.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const SECRET = "f00dfacecafe0123456789abcdef0123456789ab";
const APP = {
  ...{ id: 7, slug: "orion", html_url: "https://github.com/apps/orion", pem: KEY },
  ...{ webhook_secret: SECRET, client_secret: "client-secret-of-the-app" },
};

let folder: string;
let lines: string[];
let setup: SetUp;

async function start(more: Readonly<Record<string, string>>): Promise<void> {
  const given = {
    ORION_PUBLIC_URL: "https://orion.example.org/",
    HOST: "127.0.0.1",
    PORT: "0",
    ORION_DATA_DIR: folder,
  };
  setup = await startSetup(loadConfig({ ...given, ...more }), { onLine: (line) => lines.push(line) });
}

beforeEach(async () => {
  lines = [];
  folder = await mkdtemp(join(tmpdir(), "orion-setup-"));
  nock.disableNetConnect();
  nock.enableNetConnect("127.0.0.1");
});
afterEach(async () => {
  await setup.stop();
  nock.cleanAll();
  nock.enableNetConnect();
  await rm(folder, { recursive: true });
});

async function register(token: string, reply: nock.Body) {
  nock("https://api.github.com").post("/app-manifests/abc/conversions").reply(201, reply);
  const browser = openBrowser();
  const page = await browser.submit(`${setup.url}/setup`, { token, organization: "acme" });
  const form = formOf(page.body);
  const { searchParams } = new URL(form.action);
  const done = await browser.open(`${setup.url}/setup/registered?code=abc&state=${searchParams.get("state")}`);
  return { form, done };
}

describe("the set-up in production", () => {
  const production = { NODE_ENV: "production", ORION_SETUP_TOKEN: TOKEN };

  it("keeps nothing, logs no secret, and asks GitHub for app.yml at this address", async () => {
    await start(production);
    const { form, done } = await register(TOKEN, APP);
    expect(form.action).toMatch(/^https:\/\/github\.com\/organizations\/acme\/settings\/apps\/new\?state=/);
    expect(JSON.parse(form.fields.manifest ?? "")).toMatchObject({
      hook_attributes: { url: "https://orion.example.org/api/github/webhooks", active: true },
      redirect_url: "https://orion.example.org/setup/registered",
      default_permissions: { contents: "write", actions: "read", deployments: "read" },
      public: false,
    });
    expect(done.status).toBe(200);
    for (const shown of ["APP_ID=7", `WEBHOOK_SECRET=${SECRET}`, "kept nowhere"]) expect(done.body).toContain(shown);
    expect(done.body).not.toContain(APP.client_secret);
    expect(await readdir(folder)).toEqual([]);
    for (const secret of [TOKEN, SECRET, KEY.slice(40, 80), APP.client_secret])
      expect(lines.join("\n")).not.toContain(secret);
  });

  it("is ready, as a host needs it to be, and alive", async () => {
    await start(production);
    for (const path of ["/readyz", "/livez"]) expect((await fetch(setup.url + path)).status).toBe(200);
    expect((await fetch(`${setup.url}/api/tools`)).status).toBe(404);
  });

  it.each([
    ["lacks a secret", { ...APP, webhook_secret: null }],
    ["is cut off", `{"pem":"${"x".repeat(20)}`],
  ])("begins again after an answer of GitHub's that %s, and quotes none of it", async (_, reply) => {
    await start(production);
    const { done } = await register(TOKEN, reply);
    expect(done.status).toBe(502);
    expect(lines.join("\n")).toContain("GITHUB_UNREACHABLE");
    expect(lines.join("\n")).not.toContain("xxxx");
    expect((await register(TOKEN, APP)).done.status).toBe(200);
  });
});

it("shows the secrets though they could not be kept", async () => {
  await start({ ORION_DATA_DIR: "/dev/null/nowhere" });
  const token = /with the set-up token (\S+)/.exec(lines.join("\n"))?.[1] ?? "";
  const { done } = await register(token, APP);
  expect(done.body).toContain(`WEBHOOK_SECRET=${SECRET}`);
  expect(done.body).toContain("kept nowhere");
});
