/** GitHub's part in registering an App: which manifests it takes, and a code that counts once. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { convertCode } from "../../src/github/registration/convert.ts";
import { manifestFor, readManifest } from "../../src/github/registration/manifest.ts";
import type { Forge } from "../../src/local/forge/start-forge.ts";
import { openBrowser } from "../support/browser.ts";
import { makeForge } from "./setup.ts";

const OURS = readManifest(readFileSync(new URL("../../app.yml", import.meta.url), "utf8"));
const ADDRESSES = { publicUrl: "https://orion.example.org", webhookPath: "/hooks", donePath: "/setup/registered" };

let forge: Forge;
beforeAll(async () => {
  forge = await makeForge();
});
afterAll(() => forge.close());

const send = (manifest: string, from?: string) =>
  openBrowser().submit(`${forge.url}/settings/apps/new?state=s%26t`, { manifest }, from);

describe("the manifest of app.yml", () => {
  const text = manifestFor(OURS, ADDRESSES);

  it("is taken, with this instance's addresses, and sends the person back with a code that counts once", async () => {
    const sent = await send(text);
    expect(sent.status, sent.body).toBe(302);
    const back = new URL(sent.headers.get("location") ?? "");
    expect(back.origin + back.pathname).toBe("https://orion.example.org/setup/registered");
    expect(back.searchParams.get("state")).toBe("s&t");
    const code = back.searchParams.get("code") ?? "";
    const app = await convertCode(forge.apiUrl, code);
    expect(app).toMatchObject({ slug: "codemaestro-orion", htmlUrl: `${forge.url}/apps/codemaestro-orion` });
    await expect(convertCode(forge.apiUrl, code)).rejects.toMatchObject({ code: "MANIFEST_CODE" });
  });

  it("is not taken with an event that no permission covers, without a name, or as anything but JSON", async () => {
    const { deployments: _, ...fewer } = OURS.default_permissions;
    const deaf = manifestFor({ ...OURS, default_permissions: fewer }, ADDRESSES);
    expect(await send(deaf)).toMatchObject({ status: 422, body: expect.stringContaining("deployment_status") });
    expect(await send(text.replace(OURS.name, ""))).toMatchObject({ status: 422 });
    expect(await send("name: x")).toMatchObject({ status: 422 });
  });

  it("is brought by a page of this machine, never by one of the open web", async () => {
    expect(await send(text, "http://localhost:3000")).toMatchObject({ status: 302 });
    expect(await send(text, "https://evil.example")).toMatchObject({ status: 403 });
  });
});

describe("taking an App over", () => {
  it.each(["", "../app", "a/b", "x".repeat(200), "a b"])("asks GitHub nothing for the code %j", async (code) => {
    await expect(convertCode("http://127.0.0.1:1", code)).rejects.toMatchObject({ code: "MANIFEST_CODE" });
  });

  it("says that GitHub does not answer", async () => {
    await expect(convertCode("http://127.0.0.1:1", "abc")).rejects.toMatchObject({ code: "GITHUB_UNREACHABLE" });
  });
});
