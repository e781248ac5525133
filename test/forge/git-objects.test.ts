/** The forge's reader of objects, on a real repository: many questions at once, from one process. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differences } from "../../src/local/forge/git/diff.ts";
import { closeObjects, objectAt } from "../../src/local/forge/git/objects.ts";
import { commitInfo, resolveCommit } from "../../src/local/forge/git/read.ts";

let dir = "";
const git = (...args: string[]) => execFileSync("git", args, { cwd: dir, encoding: "utf8" }).trim();
const commit = (message: string) => {
  git("add", "--all");
  git("-c", "user.name=Zoë O'Hara", "-c", "user.email=zoe@example.org", "commit", "--quiet", "-m", message);
  return git("rev-parse", "HEAD");
};
const LARGE = Buffer.alloc(700_000, "x\n");
let first = "";
let second = "";

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "forge-test-"));
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(dir, "large.txt"), LARGE);
  writeFileSync(join(dir, "café\ttab.txt"), "one\ntwo\n");
  writeFileSync(join(dir, "gone.txt"), "gone\n");
  first = commit("feat: first\n\nA body.\n\n- with lines");
  writeFileSync(join(dir, "café\ttab.txt"), "one\n3\n");
  git("mv", "large.txt", "moved.txt");
  git("rm", "--quiet", "gone.txt");
  writeFileSync(join(dir, "bytes.bin"), Buffer.from([0, 1, 2, 0, 10]));
  second = commit("second");
});
afterAll(async () => {
  await closeObjects(dir);
  rmSync(dir, { recursive: true });
});

describe("objectAt", () => {
  it("answers questions in any number, in order, large and missing ones among them", async () => {
    const names = [`${first}:large.txt`, "refs/heads/none", `${second}:bytes.bin`, "main", "a\nb", `${first}:gone.txt`];
    const found = await Promise.all(Array.from({ length: 30 }, () => names.map((name) => objectAt(dir, name))).flat());
    const texts = found.map((one) =>
      one === null ? null : one.type === "commit" ? one.sha : one.bytes.toString("latin1"),
    );
    const expected = [LARGE.toString(), null, "\0\x01\x02\0\n", second, null, "gone\n"];
    expect(texts).toEqual(Array.from({ length: 30 }, () => expected).flat());
  });

  it("sees at once where a branch was moved to", async () => {
    expect(await resolveCommit(dir, "refs/heads/moving")).toBeNull();
    for (const sha of [first, second, first]) {
      git("update-ref", "refs/heads/moving", sha);
      expect(await resolveCommit(dir, "refs/heads/moving")).toBe(sha);
    }
    git("pack-refs", "--all");
    expect(await resolveCommit(dir, "refs/heads/moving")).toBe(first);
    git("update-ref", "-d", "refs/heads/moving");
    expect(await resolveCommit(dir, "refs/heads/moving")).toBeNull();
  });

  it("says so when git cannot run there", async () => {
    await expect(objectAt(join(dir, "nowhere"), "main")).rejects.toMatchObject({ code: "FORGE_GIT" });
  });
});

it("reads of a commit what git log shows", async () => {
  const shown = git("log", "-1", "--format=%an|%ae|%at|%T|%P|%B", second).split("|");
  const found = await commitInfo(dir, second);
  expect([found?.author.name, found?.author.email, found?.tree, found?.parents.join(" "), found?.message]).toEqual([
    ...[shown[0], shown[1], shown[3], shown[4], shown[5]?.trim()],
  ]);
  expect(found?.author.date).toBe(new Date(Number(shown[2]) * 1_000).toISOString().replace(".000", ""));
  expect((await commitInfo(dir, first))?.message).toBe("feat: first\n\nA body.\n\n- with lines");
});

it("tells differences of every kind in one question", async () => {
  const found = await differences(dir, first, second);
  expect(found.map(({ patch, sha, ...rest }) => ({ ...rest, patched: patch !== null }))).toEqual([
    { path: "bytes.bin", previousPath: null, status: "added", additions: 0, deletions: 0, patched: false },
    { path: "café\ttab.txt", previousPath: null, status: "modified", additions: 1, deletions: 1, patched: true },
    { path: "gone.txt", previousPath: null, status: "removed", additions: 0, deletions: 1, patched: true },
    { path: "moved.txt", previousPath: "large.txt", status: "renamed", additions: 0, deletions: 0, patched: false },
  ]);
  expect(found[1]?.patch).toBe("@@ -1,2 +1,2 @@\n one\n-two\n+3");
  expect(await differences(dir, first, first)).toEqual([]);
});
