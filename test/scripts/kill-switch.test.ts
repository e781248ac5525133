/** The kill switch in the hands of a person: plain clones, their own credentials, no Orion anywhere. */
import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followDeploy } from "../../scripts/kill-switch/follow.ts";
import type { HostDeploy } from "../../src/domain/ports/deploy-port.ts";
import { type Forge, startForge } from "../../src/local/forge/start-forge.ts";
import { clone, git, nodeTest } from "../flow/support/clone.ts";
import { adminClone, commitIn, filesAt, HOWS, mergedPull } from "../flow/support/merged.ts";
import { makeProject, type Project } from "../flow/support/project.ts";

const SCRIPT = resolve(import.meta.dirname, "../../scripts/kill-switch.ts");
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const MIGRATION = "prisma/migrations/1_tool/migration.sql";
const TEST = 'import test from "node:test";\nimport { tool } from "../src/tool.js";\ntest("tool", () => tool());\n';
const COMMITS = [
  { "test/tool.test.js": TEST, [MIGRATION]: "CREATE TABLE tool ();\n" },
  { "src/tool.js": "export const tool = () => 1;\n" },
];

let dir: string;
let forge: Forge;
let project: Project;
let folder: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kill-switch-test-"));
  const app = { id: 1, slug: "orion", privateKey: pem, webhookSecret: randomBytes(32).toString("hex") };
  forge = await startForge({ dir, app, webhookUrl: null });
  project = await makeProject(forge);
  folder = await adminClone({ forge, project });
  await git(folder, ["config", "user.name", "Ada"]);
  await git(folder, ["config", "user.email", "ada@example.org"]);
});
afterEach(async () => {
  await forge.close();
  for (const one of [dir, folder]) await rm(one, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** The script as anybody starts it. */
function pressed(argv: readonly string[], cwd: string = folder): Promise<Ended> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  return new Promise((ended) => {
    const child = execFile(process.execPath, [SCRIPT, ...argv], { cwd, env, encoding: "utf8" }, (_, out, err) =>
      ended({ code: child.exitCode ?? 1, said: `${out}${err}` }),
    );
    child.stdin?.end();
  });
}

/** What a fresh clone has on the default branch. */
async function landed(): Promise<Readonly<Record<string, string>>> {
  const fresh = await adminClone({ forge, project });
  try {
    return await filesAt(fresh, "origin/main");
  } finally {
    await rm(fresh, { recursive: true });
  }
}

describe("npm run kill-switch", () => {
  it.each(HOWS)("takes the last merge back, a %s, and lets it land again", async (how) => {
    const before = await landed();
    await mergedPull({ forge, project }, "feature/tool", COMMITS, how);
    const after = await landed();
    const several = how === "rebase" || how === "fast-forward";
    const { code, said } = await pressed(["--yes", ...(several ? ["--count", "2"] : [])]);
    expect(said).toContain(
      several ? "2 commits in a row" : how === "squash" ? "a squash of pull request #1" : "a merge commit",
    );
    expect(said).toContain("src/tool.js");
    expect(code).toBe(0);
    expect(await landed()).toEqual({ ...before, [MIGRATION]: "CREATE TABLE tool ();" });

    const [, revert = ""] = /git revert ([0-9a-f]+)/.exec(said) ?? [];
    await git(folder, ["pull", "--quiet"]);
    await git(folder, ["revert", "--no-edit", revert]);
    await git(folder, ["push", "--quiet"]);
    expect(await landed()).toEqual(after);
  });

  it("takes the commits of one task of Orion's together", async () => {
    const before = await landed();
    await commitIn(folder, [{ "other.txt": "other\n" }]);
    for (const files of COMMITS) {
      await commitIn(folder, [files]);
      await git(folder, ["commit", "--quiet", "--amend", "--no-edit", "--trailer", "Orion-Task: 7"]);
    }
    await git(folder, ["push", "--quiet"]);
    expect((await pressed(["--yes"])).said).toContain("2 commits in a row");
    expect(await landed()).toEqual({ ...before, "other.txt": "other", [MIGRATION]: "CREATE TABLE tool ();" });
  });

  it("needs neither a clean tree nor the top folder nor a remote called origin", async () => {
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "merge");
    await git(folder, ["remote", "rename", "origin", "home"]);
    await writeFile(join(folder, "README.md"), "half a thought\n");
    await writeFile(join(folder, "staged.txt"), "staged\n");
    await git(folder, ["add", "staged.txt"]);
    await mkdir(join(folder, "deep/down"), { recursive: true });
    const status = await git(folder, ["status", "--porcelain"]);
    const head = await git(folder, ["rev-parse", "HEAD"]);
    expect(await pressed(["--yes"], join(folder, "deep/down"))).toMatchObject({ code: 0 });
    expect(Object.keys(await landed())).not.toContain("src/tool.js");
    expect(await git(folder, ["status", "--porcelain"])).toBe(status);
    expect(await git(folder, ["rev-parse", "HEAD"])).toBe(head);
    expect(await readFile(join(folder, "README.md"), "utf8")).toBe("half a thought\n");
    expect((await git(folder, ["worktree", "list"])).split("\n")).toHaveLength(1);
  });

  it("shows what it would do and pushes nothing until somebody agrees", async () => {
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "merge");
    const { code, said } = await pressed(["--diff"]);
    expect(code).toBe(1);
    expect(said).toContain("-export const tool = () => 1;");
    expect(said).toContain("say --yes");
    expect((await project.branches()).main).toBe(project.mainSha);
  });

  it("pressed twice does not bring back what it took away", async () => {
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "merge");
    await pressed(["--yes"]);
    const once = await landed();
    expect(await pressed(["--yes"])).toMatchObject({
      code: 1,
      said: expect.stringContaining("already takes something back"),
    });
    expect(await landed()).toEqual(once);
  });

  it("takes an older merge back and leaves what came later, or says what stands in the way", async () => {
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "merge");
    const merge = project.mainSha;
    await mergedPull({ forge, project }, "feature/other", [{ "other.txt": "other\n" }], "squash");
    expect(await pressed(["--yes", "--commit", merge])).toMatchObject({ code: 0 });
    const now = await landed();
    expect(now["other.txt"]).toBe("other");
    expect(now["src/tool.js"]).toBeUndefined();
    await mergedPull({ forge, project }, "feature/more", [{ "other.txt": "more\n" }], "squash");
    const stuck = await pressed(["--yes", "--commit", `${project.mainSha}~2`]);
    expect(stuck).toMatchObject({ code: 1, said: expect.stringContaining("other.txt") });
    expect((await project.branches()).main).toBe(project.mainSha);
  });

  it("says what to do when the server refuses, and never forces", async () => {
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "merge");
    const hers = await clone(project.cloneUrl);
    try {
      await git(hers, ["config", "user.name", "Maya"]);
      await git(hers, ["config", "user.email", "maya@example.org"]);
      const { code, said } = await pressed(["--yes"], hers);
      expect(code).toBe(1);
      expect(said).toContain("GH013");
      const [, aside = ""] = /^ {2}git (push .*)$/m.exec(said) ?? [];
      await git(hers, aside.split(" "));
      expect(Object.keys(await project.branches())).toContain("feature/revert-by-hand");
      expect((await project.branches()).main).toBe(project.mainSha);
    } finally {
      await rm(hers, { recursive: true });
    }
  });

  it("says what is wrong when the network is gone, the folder is no clone, or a word is wrong", async () => {
    await git(folder, ["remote", "set-url", "origin", "http://127.0.0.1:9/acme/math.git"]);
    expect(await pressed(["--yes"])).toMatchObject({
      code: 1,
      said: expect.stringContaining("origin cannot be reached"),
    });
    expect(await pressed(["--yes"], tmpdir())).toMatchObject({ code: 1, said: expect.stringContaining("no clone") });
    expect(await pressed(["--now"])).toMatchObject({ code: 2, said: expect.stringContaining("usage:") });
  });

  it("waits until the server runs the new commit", async () => {
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "merge");
    let asked = 0;
    const server = createServer(async (_, response) => {
      asked += 1;
      const commit = asked < 3 ? project.mainSha : (await project.branches()).main;
      response.end(JSON.stringify({ ready: true, checks: {}, commit }));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, said } = await pressed(["--yes", "--url", url, "--seconds", "0.05"]);
    server.close();
    expect(said).toContain(`still runs ${project.mainSha.slice(0, 7)}`);
    expect(said).toContain(`ready, runs ${(await project.branches()).main}`);
    expect(code).toBe(0);
  });
});

describe("following a deploy", () => {
  const deploy = (commit: string, status: HostDeploy["status"]): HostDeploy => ({
    ...{ id: commit, commit, status, hostStatus: status, trigger: "new_commit" },
    createdAt: new Date(0),
    finishedAt: null,
  });

  it.each([
    ["live", true],
    ["failed", false],
  ] as const)("ends when the host says %s", async (end, good) => {
    const answers = [[], [deploy("new", "building"), deploy("old", "live")], [deploy("new", end)]];
    const lines: string[] = [];
    const host = { deploys: async () => answers.shift() ?? [] };
    const patience = { everyMs: 1, deadlineMs: 10_000, onLine: (line: string) => lines.push(line) };
    expect(await followDeploy(host, "new", patience)).toBe(good);
    expect(lines).toEqual(["deploy: waiting for the host to see the push", "deploy: building", `deploy: ${end}`]);
  });
});

describe("the specification's own lines", () => {
  const MAIN = ["revert", "--no-edit"];

  it("`git revert HEAD` and `git push` are open to an administrator", async () => {
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "squash");
    await git(folder, ["pull", "--quiet"]);
    await git(folder, [...MAIN, "HEAD"]);
    await git(folder, ["push", "--quiet"]);
    expect(Object.keys(await landed())).not.toContain("src/tool.js");
  });

  it("`git revert -m 1 HEAD` undoes a merge", async () => {
    const before = await landed();
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "merge");
    await git(folder, ["pull", "--quiet"]);
    await git(folder, [...MAIN, "-m", "1", "HEAD"]);
    await git(folder, ["push", "--quiet"]);
    expect(await landed()).toEqual(before);
  });

  it("are taken even where only the last of two commits goes and a test stays red", async () => {
    await mergedPull({ forge, project }, "feature/tool", COMMITS, "fast-forward");
    await git(folder, ["pull", "--quiet"]);
    await git(folder, [...MAIN, "HEAD"]);
    await git(folder, ["push", "--quiet"]);
    const now = await landed();
    expect(now["src/tool.js"]).toBeUndefined();
    expect(now["test/tool.test.js"]).toBeDefined();
    expect((await nodeTest(folder)).passes).toBe(false);
  });
});
