/** This very repository as a service on the local host: the specification's own lines, typed in a plain clone. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DEMO_SCRIPT } from "../../src/local/cloud.ts";
import { type Stage, setStage } from "../../src/local/demo/story.ts";
import { type DeployedWorld, startDeployedWorld } from "../../src/local/deployed-world.ts";
import { git } from "../flow/support/clone.ts";
import { emptyDatabase, type TestDatabase } from "../support/postgres.ts";
import { PROCESS_ENV } from "../support/process-env.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const ROOT = resolve(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "orion-deployed-"));
const clone = join(home, "clone");
const lines: string[] = [];
let database: TestDatabase;
let world: DeployedWorld;
let stage: Stage;

beforeAll(async () => {
  database = await emptyDatabase();
  const env = { ...PROCESS_ENV, HOME: process.env.HOME, DATABASE_URL: database.connectionString };
  world = await startDeployedWorld(
    {
      ...{ env: { ...env, ORION_SANDBOX: "process" }, database: "unused", script: DEMO_SCRIPT, forgePort: 0 },
      postgresDir: join(home, "unused"),
      dataDir: join(home, "data"),
      onLine: (line) => lines.push(line),
    },
    async ({ forge }) => {
      if (forge === null) throw new TypeError("no forge");
      stage = await setStage(forge, ROOT, true);
      const { login, token } = stage.person;
      const url = `${forge.url.replace("//", `//${login}:${token}@`)}/${stage.owner}/${stage.name}.git`;
      await git(null, ["clone", "--quiet", url, clone]);
      await git(clone, ["config", "user.name", login]);
      await git(clone, ["config", "user.email", `${login}@example.org`]);
      return stage;
    },
  );
});
afterAll(async () => {
  await world?.stop();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

const typed = async (line: string): Promise<string> => (await git(clone, line.split(" ").slice(1))).trim();

/** @returns what became of the commit that the default branch is at */
async function shipped(): Promise<string> {
  const commit = await typed("git rev-parse HEAD");
  return (await world.host.waitFor(commit, ["live"])).status;
}

async function ready(): Promise<number> {
  return (await fetch(`${world.host.url}/readyz`)).status;
}

async function change(path: string, edit: (text: string) => string, message: string): Promise<void> {
  writeFileSync(join(clone, path), edit(readFileSync(join(clone, path), "utf8")));
  await git(clone, ["commit", "--quiet", "--all", "-m", message]);
}

const raise = (version: string) => (text: string) => text.replace(/"version": "[^"]*"/, `"version": "${version}"`);

describe("Orion on the local host", () => {
  it("is live and ready at the commit of the default branch, with its tools", async () => {
    expect(await ready()).toBe(200);
    expect(await world.store.newestIncarnation()).toMatchObject({ commit: stage.defaultSha });
    const { tools } = (await (await fetch(`${world.host.url}/api/tools`)).json()) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toContain("MemoryTool");
  });

  it("follows `git merge` and `git push`, and `git revert HEAD` and `git push` brings the version before back", async () => {
    await typed("git checkout -q -b feature/two-commits");
    await change("README.md", (text) => `${text}\nOne more line.\n`, "test: the first of two");
    await change("package.json", raise("9.1.0"), "feat: the second of two");
    await typed("git checkout -q master");
    await typed("git merge -q feature/two-commits");
    await typed("git push -q origin master");
    expect(await shipped()).toBe("live");
    expect(await world.store.newestIncarnation()).toMatchObject({ version: "9.1.0" });
    await typed("git revert --no-edit HEAD");
    await typed("git push -q");
    expect(await shipped()).toBe("live");
    const before = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(await world.store.newestIncarnation()).toMatchObject({ version: before.version });
  });

  it("keeps serving when a merge brings code that crashes, and a revert of the merge commit deploys", async () => {
    const serving = await world.store.newestIncarnation();
    await typed("git checkout -q -b feature/crash");
    await change("src/main.ts", (text) => text.replace("await main();", "process.exit(7);"), "feat: crash");
    await typed("git checkout -q master");
    await typed("git merge -q --no-ff --no-edit feature/crash");
    await typed("git push -q origin master");
    expect(await shipped()).toBe("update_failed");
    expect(await ready()).toBe(200);
    expect(await world.store.newestIncarnation()).toMatchObject({ id: serving?.id });
    await typed("git revert --no-edit -m 1 HEAD");
    await typed("git push -q");
    expect(await shipped()).toBe("live");
    expect(await ready()).toBe(200);
    expect(lines.join("\n")).not.toMatch(/BEGIN RSA PRIVATE KEY/);
  });
});
