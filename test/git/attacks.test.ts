/**
 * Every attack goes the whole way (export, commit, diff, push) together with a
 * legitimate change. Either it is refused by its rule, or the legitimate change
 * arrives and the attack had no effect.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { featureRef } from "../../src/domain/feature-ref.ts";
import type { FileChange } from "../../src/domain/ports/git-port.ts";
import { openGit } from "../../src/git/open-git.ts";
import { type Attack, gitDirectoryAttacks, plantedFileAttacks, type Target } from "./support/attacks.ts";
import { kindAttacks, linkAttacks, nameAttacks, recordAttacks, sizeAttacks } from "./support/attacks-on-tar.ts";
import { makeOrigin, originGit, seed } from "./support/backend.ts";
import { AT, AUTHOR, REPOSITORY, refusal, refusedRule, useRoom } from "./support/room.ts";
import { rawTar, stream } from "./support/tar.ts";
import { BASE_FILES, workspaceEntries } from "./support/workspace.ts";

const SECRET_TEXT = "the host's own secret 7f3a";
const host = mkdtempSync(path.join(tmpdir(), "orion-host-"));
const marks = path.join(host, "marks");
const target: Target = {
  payload: path.join(host, "payload.sh"),
  secret: path.join(host, "secret.txt"),
  elsewhere: path.join(host, "elsewhere.git"),
};
const room = useRoom();
let base = "";
let hostFiles: readonly string[] = [];

beforeAll(async () => {
  mkdirSync(marks);
  writeFileSync(target.payload, `#!/bin/sh\ntouch ${marks}/executed\n`, { mode: 0o755 });
  writeFileSync(target.secret, SECRET_TEXT);
  makeOrigin(host, "elsewhere");
  const { origin, git, remote } = room();
  base = seed(origin, "main", BASE_FILES);
  await git.fetch(remote);
  hostFiles = readdirSync(host, { recursive: true, encoding: "utf8" }).sort();
});

afterEach(() => {
  expect(readdirSync(marks)).toEqual([]);
  expect(readdirSync(host, { recursive: true, encoding: "utf8" }).sort()).toEqual(hostFiles);
  expect(readFileSync(target.secret, "utf8")).toBe(SECRET_TEXT);
  expect(originGit(room().origin, ["rev-parse", "refs/heads/main"]).trim()).toBe(base);
});

afterAll(() => rmSync(host, { recursive: true, force: true }));

const LEGITIMATE: FileChange = { kind: "write", path: "legit.txt", mode: "100644", bytes: Buffer.from("legit\n") };

function workspaceOf(attack: Attack): Buffer {
  const replaced = new Set(attack.entries.flatMap((entry) => (Buffer.isBuffer(entry) ? [] : [`./${entry.name}`])));
  const rest = workspaceEntries({ "legit.txt": "legit\n" }).filter((entry) => !replaced.has(entry.name));
  return rawTar([...rest, ...attack.entries]);
}

/** Commits, diffs and pushes what was exported, as a run would. */
async function wholeWay(changes: readonly FileChange[], branch: string): Promise<string> {
  const { git, remote } = room();
  const request = { repositoryId: REPOSITORY, parent: base, changes, message: "feat: x", author: AUTHOR, at: AT };
  const commit = await git.commit(request);
  await git.diff(REPOSITORY, base, commit);
  const pushed = await git.push(remote, { ref: featureRef(branch), commit, expected: null, defaultBranch: "main" });
  expect(pushed).toEqual({ kind: "pushed" });
  return commit;
}

async function withstand(attack: Attack, branch: string): Promise<void> {
  const { git, origin } = room();
  const exporting = git.changes(REPOSITORY, base, stream(workspaceOf(attack)));
  if ("refused" in attack.outcome) {
    expect(await refusedRule(exporting)).toBe(attack.outcome.refused);
    return;
  }
  const changes = await exporting;
  expect(changes.map((change) => change.path)).toEqual([...attack.outcome.exported, "legit.txt"].sort());
  expect(changes).toContainEqual(LEGITIMATE);
  const commit = await wholeWay(changes, branch);
  const arrived = originGit(origin, ["ls-tree", "-r", "--name-only", `refs/heads/${branch}`]);
  expect(arrived).not.toMatch(/(^|\/)\.git\//m);
  expect(originGit(origin, ["rev-parse", `refs/heads/${branch}`]).trim()).toBe(commit);
  for (const change of changes) {
    if (change.kind === "write") expect(Buffer.from(change.bytes).toString("utf8")).not.toContain(SECRET_TEXT);
  }
}

const SUITES: Readonly<Record<string, readonly Attack[]>> = {
  "what lies in .git": gitDirectoryAttacks(target),
  "files that mean something to git": plantedFileAttacks(target),
  links: linkAttacks(target),
  "kinds of entries": kindAttacks(),
  names: nameAttacks(target),
  "PAX and GNU records": recordAttacks(target),
  sizes: sizeAttacks(),
};

let ordinal = 0;
for (const [suite, attacks] of Object.entries(SUITES)) {
  describe(`an attack by ${suite} is without effect`, () => {
    it.each(attacks.map((attack) => [attack.name, attack] as const))("%s", async (_name, attack) => {
      ordinal += 1;
      await withstand(attack, `feature/attack-${ordinal}`);
    });
  });
}

describe("the host's own surroundings", () => {
  it("count at least 44 attacks, and a refused one leaves nothing in the mirror", async () => {
    const all = Object.values(SUITES).flat();
    expect(all.length).toBeGreaterThanOrEqual(44);
    const names = readdirSync(path.join(room().dir, `${REPOSITORY}.git`));
    expect(names.filter((name) => name.startsWith("index-"))).toEqual([]);
  });

  it("do not reach git through variables of the environment or a home directory", async () => {
    const { remote, dir } = room();
    const home = path.join(host, "marks");
    const git = openGit({
      dir,
      allowHttpLoopback: true,
      environment: {
        PATH: process.env.PATH,
        HOME: home,
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "core.fsmonitor",
        GIT_CONFIG_VALUE_0: target.payload,
        GIT_CONFIG_PARAMETERS: `'core.hooksPath=${host}'`,
        GIT_EXTERNAL_DIFF: target.payload,
        GIT_SSH_COMMAND: target.payload,
        GIT_PROXY_COMMAND: target.payload,
        GIT_ASKPASS: target.payload,
        GIT_EXEC_PATH: host,
        GIT_DIR: target.elsewhere,
        GIT_OBJECT_DIRECTORY: host,
        GIT_TRACE: path.join(host, "trace"),
        LD_PRELOAD: "/nonexistent.so",
      },
    });
    await git.fetch(remote);
    const changes = await git.changes(REPOSITORY, base, stream(rawTar(workspaceEntries({ "legit.txt": "legit\n" }))));
    expect(changes).toEqual([LEGITIMATE]);
    await wholeWay(changes, "feature/environment");
  });

  it("do not run hooks or drivers that somebody put into the mirror itself", async () => {
    const { git, dir } = room();
    const mirror = path.join(dir, `${REPOSITORY}.git`);
    mkdirSync(path.join(mirror, "hooks"));
    for (const name of ["pre-push", "reference-transaction", "post-index-change"]) {
      writeFileSync(path.join(mirror, "hooks", name), `#!/bin/sh\n${target.payload}\n`, { mode: 0o755 });
    }
    const changes = await git.changes(REPOSITORY, base, stream(rawTar(workspaceEntries({ "legit.txt": "legit\n" }))));
    await wholeWay(changes, "feature/hooks-in-mirror");
    rmSync(path.join(mirror, "hooks"), { recursive: true });
  });

  it("refuse a commit built past the export with a path into .git", async () => {
    for (const name of [".git/config", ".GIT/config", "sub/.git/x", "../x", "/x"]) {
      const request = { repositoryId: REPOSITORY, parent: base, message: "m", author: AUTHOR, at: AT };
      const changes: FileChange[] = [{ ...LEGITIMATE, path: name }];
      const error = await refusal(room().git.commit({ ...request, changes }));
      expect(error.code).toBe("BAD_COMMIT");
    }
  });
});
