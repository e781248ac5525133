import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readContract } from "../../src/local/forge/openapi/contract.ts";
import { extract, toJsonSchema } from "../../src/local/forge/openapi/extract.ts";
import { cloneOf, commitIn, makeForge } from "./setup.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function forge() {
  const made = await makeForge();
  ends.push(() => rm(made.dir, { recursive: true, force: true }), made.close);
  return made;
}

describe("importing a repository", () => {
  it("brings the history of one commit under the default branch's name and no other branch", async () => {
    const target = await forge();
    const { token } = target.addUser({ login: "octo" });
    const origin = await target.addRepository({ owner: "octo", name: "origin", files: { "a.txt": "1" } });
    const source = await cloneOf(origin.cloneUrl(token));
    ends.push(source.remove);
    const first = await commitIn(source, "a.txt", "2");
    await source.git("checkout", "-b", "junk");
    await commitIn(source, "junk.txt", "x");

    const given = { owner: "octo", name: "copy", from: source.dir, ref: first, as: "trunk" };
    const copy = await target.importRepository(given);
    const cloned = await cloneOf(copy.cloneUrl(token));
    ends.push(cloned.remove);
    expect((await cloned.git("rev-parse", "HEAD")).out.trim()).toBe(first);
    expect((await cloned.git("log", "--format=%s")).out.split("\n")[1]).toBe("Initial commit");
    expect(
      (await cloned.git("ls-remote", "origin")).out
        .trim()
        .split("\n")
        .map((line) => line.slice(41)),
    ).toEqual(["HEAD", "refs/heads/trunk"]);
  });

  it("leaves a repository that has commits as it is, and says what it could not fetch", async () => {
    const target = await forge();
    const origin = await target.addRepository({ owner: "octo", name: "origin", files: { "a.txt": "1" } });
    const given = { owner: "octo", name: "copy", from: origin.path };
    const once = await target.importRepository(given);
    expect(target.hasRepository("octo", "copy")).toBe(true);
    expect((await target.importRepository({ ...given, ref: "nowhere" })).id).toBe(once.id);
    const wrong = target.importRepository({ owner: "octo", name: "wrong", from: origin.path, ref: "nowhere" });
    await expect(wrong).rejects.toMatchObject({ code: "FORGE_IMPORT" });
  });
});

describe("starting", () => {
  it("listens on this machine only", async () => {
    await expect(makeForge({ host: "0.0.0.0" })).rejects.toMatchObject({ code: "FORGE_ADDRESS" });
  });

  it("refuses a port that is taken and a key that is none", async () => {
    const first = await forge();
    await expect(makeForge({ port: first.port })).rejects.toMatchObject({ code: "FORGE_ADDRESS" });
    const app = { id: 1, slug: "x", webhookSecret: "s", privateKey: "no key" };
    await expect(makeForge({ app })).rejects.toMatchObject({ code: "FORGE_KEY" });
  });

  it("answers nobody who calls it by another name, or from a page of the web", async () => {
    const target = await forge();
    const asked = (headers: Record<string, string>): Promise<number> =>
      new Promise((done) => {
        request({ port: target.port, path: "/api/v3/meta", headers }, (response) => {
          response.resume();
          done(response.statusCode ?? 0);
        }).end();
      });
    expect(await asked({ host: `127.0.0.1:${target.port}` })).toBe(200);
    expect(await asked({ host: `evil.example:${target.port}` })).toBe(403);
    expect(await asked({ host: `127.0.0.1:${target.port}`, origin: "https://evil.example" })).toBe(403);
  });

  it("is not led by the git configuration of whoever runs it", async () => {
    const trap = await mkdtemp(join(tmpdir(), "forge-trap-"));
    ends.push(() => rm(trap, { recursive: true, force: true }));
    process.env.GIT_TEMPLATE_DIR = trap;
    process.env.GIT_DIR = trap;
    process.env.GIT_CONFIG_PARAMETERS = "'core.hooksPath'='/nowhere'";
    try {
      const target = await forge();
      const made = await target.addRepository({ owner: "octo", name: "app", files: { a: "a" } });
      expect(await readdir(made.path)).toContain("HEAD");
      expect(await readdir(trap)).toEqual([]);
    } finally {
      delete process.env.GIT_TEMPLATE_DIR;
      delete process.env.GIT_DIR;
      delete process.env.GIT_CONFIG_PARAMETERS;
    }
  });
});

describe("GitHub's description", () => {
  const contract = readContract();

  it("tells an answer that lacks what GitHub promises", () => {
    expect(contract.fault("issues/get-comment", 200, { id: 1 })).toContain("node_id");
    expect(contract.fault("issues/get-comment", 418, {})).toContain("describes no answer 418");
    expect(contract.fault("issues/delete-comment", 204, null)).toBeNull();
  });

  it("makes numbers of a path's numbers and fills in defaults", () => {
    const path = { owner: "octo", repo: "app", issue_number: "7" };
    const checked = contract.parameters("issues/list-comments", { path, query: { page: "2" } });
    expect(checked).toEqual({ path: { ...path, issue_number: 7 }, query: { page: 2, per_page: 30 } });
  });

  it("is cut to what is served, with null as a type and alternatives as alternatives", () => {
    expect(toJsonSchema({ type: "string", nullable: true, description: "x" })).toEqual({ type: ["string", "null"] });
    expect(toJsonSchema({ oneOf: [{ type: "string" }, { $ref: "#/components/schemas/issue" }] })).toEqual({
      anyOf: [{ type: "string" }, { $ref: "#/$defs/issue" }],
    });
    expect(toJsonSchema({ properties: { title: { type: "string", example: "t" } } })).toEqual({
      properties: { title: { type: "string" } },
    });
    expect(() => extract({ paths: {} })).toThrow("GitHub describes no apps/get-authenticated");
  });
});
