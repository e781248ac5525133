/** The set-up page against strangers: who finds it first, comes twice, or comes with a code of their own. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OrionError } from "../../src/domain/errors.ts";
import { startWeb, type Web } from "../../src/web/server.ts";
import { setupDoor } from "../../src/web/setup/door.ts";
import { setupDesk } from "../../src/web/setup/setup-desk.ts";
import { formOf, openBrowser } from "../support/browser.ts";

const TOKEN = "a-token-nobody-guesses-0123456789";
const LINES = ["APP_ID=7", "WEBHOOK_SECRET=shown-once"];
const HOUR_MS = 3_600_000;

let web: Web;
let codes: string[];
let lines: string[];
let clock: number;
let trouble: boolean;

async function start(secure = false): Promise<void> {
  web = await startWeb({
    host: "127.0.0.1",
    port: 0,
    webhooks: { verify: async () => true, receive: async () => "stored" },
    readiness: async () => ({ ready: true, checks: {} }),
    status: async () => [],
    onError: (error) => lines.push(String(error)),
    desk: setupDesk({
      door: setupDoor(TOKEN, () => clock),
      githubUrl: "https://github.com",
      manifest: { manifest: '{"name":"<Orion> & \\"co\\""}', permissions: { contents: "write" } },
      secure,
      register: async (code) => {
        codes.push(code);
        if (trouble) throw new OrionError("GITHUB_UNREACHABLE", "GitHub did not answer");
        return { name: "orion", installUrl: "https://github.com/apps/orion", lines: LINES, keptIn: null };
      },
      onLine: (line) => lines.push(line),
    }),
  });
}

beforeEach(async () => {
  [codes, lines, clock, trouble] = [[], [], 0, false];
  await start();
});
afterEach(() => web.stop(1_000));

const at = (path: string) => `${web.url}${path}`;
const stateOf = (page: string) => new URL(formOf(page).action).searchParams.get("state") ?? "";
const back = (state: string, code = "abc") => at(`/setup/registered?code=${code}&state=${state}`);

async function entered() {
  const browser = openBrowser();
  const page = await browser.submit(at("/setup"), { token: TOKEN, organization: "" });
  return { browser, page, state: stateOf(page.body) };
}

describe("a stranger who finds /setup first", () => {
  it.each(["", "orion", TOKEN.slice(0, -1), `${TOKEN}x`, TOKEN.toUpperCase()])(
    "gets no further with the token %j",
    async (token) => {
      const seen = await openBrowser().submit(at("/setup"), { token });
      expect(seen).toMatchObject({ status: 403 });
      expect(seen.headers.get("set-cookie")).toBeNull();
      expect(seen.body).not.toContain("state=");
    },
  );

  it("cannot bring a code of an App of their own, with a state of theirs or without a browser that began", async () => {
    const { browser, state } = await entered();
    for (const given of ["", "x", state.slice(1)])
      expect(await browser.open(back(given))).toMatchObject({ status: 403 });
    expect(await openBrowser().open(back(state))).toMatchObject({ status: 403 });
    expect(codes).toEqual([]);
  });

  it("learns nothing from the page of somebody else's visit", async () => {
    const mine = await entered();
    const other = await entered();
    expect(await mine.browser.open(back(other.state))).toMatchObject({ status: 403 });
    expect(codes).toEqual([]);
  });

  it("sends no huge form, no JSON and no other method", async () => {
    const huge = { token: "x".repeat(5_000) };
    expect(await openBrowser().submit(at("/setup"), huge)).toMatchObject({ status: 413 });
    const json = {
      method: "POST",
      body: JSON.stringify({ token: TOKEN }),
      headers: { "content-type": "application/json" },
    };
    expect((await fetch(at("/setup"), json)).status).toBe(413);
    expect((await fetch(at("/setup"), { method: "PUT" })).status).toBe(405);
    expect((await fetch(at("/setup/registered"), { method: "POST" })).status).toBe(405);
  });

  it("cannot put the page into a frame, run a script on it or have it cached", async () => {
    for (const seen of [await openBrowser().open(at("/setup")), (await entered()).page]) {
      expect(seen.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(seen.headers.get("content-security-policy")).not.toContain("script-src");
      expect(seen.headers.get("cache-control")).toBe("no-store");
    }
  });

  it.each(["acme/../..", "acme?x", "-acme", "acme ", "a".repeat(40), "ac--me", "acme/settings"])(
    "cannot bend GitHub's address by the organisation %j",
    async (organization) => {
      const seen = await openBrowser().submit(at("/setup"), { token: TOKEN, organization });
      if (organization.trim() === "acme")
        expect(formOf(seen.body).action).toMatch(
          /^https:\/\/github\.com\/organizations\/acme\/settings\/apps\/new\?state=/,
        );
      else expect(seen).toMatchObject({ status: 400 });
    },
  );

  it("finds no webhook taken before there is an App", async () => {
    const sent = await fetch(at("/api/github/webhooks"), { method: "POST", body: "{}" });
    expect(sent.status).toBe(503);
  });
});

describe("whoever holds the token", () => {
  it("is sent to GitHub with the manifest as it is, and back in the same browser sees the secrets once", async () => {
    const { browser, page, state } = await entered();
    expect(formOf(page.body)).toEqual({
      action: `https://github.com/settings/apps/new?state=${state}`,
      fields: { manifest: '{"name":"<Orion> & \\"co\\""}' },
    });
    expect(page.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(page.headers.get("content-security-policy")).toContain("form-action 'self' https://github.com;");
    const done = await browser.open(back(state));
    expect(done).toMatchObject({ status: 200 });
    for (const line of LINES) expect(done.body).toContain(line);
    expect(lines.join("\n")).not.toContain("shown-once");
    for (const path of [back(state), at("/setup")]) {
      const again = await browser.open(path);
      expect(again).toMatchObject({ status: 410 });
      expect(again.body).not.toContain("shown-once");
    }
    expect(await openBrowser().submit(at("/setup"), { token: TOKEN })).toMatchObject({ status: 410 });
    expect(codes).toEqual(["abc"]);
  });

  it("has one App made, though two browsers come back at once", async () => {
    const visits = [await entered(), await entered()];
    const seen = await Promise.all(visits.map(({ browser, state }) => browser.open(back(state))));
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect(codes).toHaveLength(1);
  });

  it("begins again when GitHub did not hand over, and when an hour has gone", async () => {
    trouble = true;
    const first = await entered();
    expect(await first.browser.open(back(first.state))).toMatchObject({ status: 502 });
    expect(lines).toEqual(["set-up: GITHUB_UNREACHABLE: GitHub did not answer"]);
    trouble = false;
    expect(await first.browser.open(back(first.state))).toMatchObject({ status: 403 });
    const late = await entered();
    clock += HOUR_MS;
    expect(await late.browser.open(back(late.state))).toMatchObject({ status: 403 });
    const { browser, state } = await entered();
    expect(await browser.open(back(state))).toMatchObject({ status: 200 });
  });

  it("has a cookie that travels over https only, where that is how people come", async () => {
    await web.stop(1_000);
    await start(true);
    expect((await entered()).page.headers.get("set-cookie")).toMatch(/; Secure$/);
  });
});
