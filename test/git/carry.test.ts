/** A commit as bytes from one mirror to another, and what counts as being there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Git } from "../../src/domain/ports/git-port.ts";
import { openGit } from "../../src/git/open-git.ts";
import { originGit, seed } from "./support/backend.ts";
import { AT, AUTHOR, REPOSITORY, refusal, useRoom, write } from "./support/room.ts";

const room = useRoom();
let base = "";
let elsewhere = "";
let other: Git;

beforeAll(async () => {
  const { origin, git, remote } = room();
  base = seed(origin, "main", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  await git.fetch(remote);
  elsewhere = mkdtempSync(path.join(tmpdir(), "orion-carry-"));
  other = openGit({ dir: elsewhere, allowHttpLoopback: true, environment: process.env });
  await other.fetch(remote);
});
afterAll(() => rmSync(elsewhere, { recursive: true }));

const build = (parent: string, text: string) =>
  room().git.commit({
    ...{ repositoryId: REPOSITORY, parent, changes: [write("a.txt", text), write("bytes.bin", `${text}\0`)] },
    ...{ message: "test: x", author: AUTHOR, at: AT },
  });

describe("a commit that was pushed nowhere", () => {
  it("is unpacked in another mirror, one on top of the other, with all its files", async () => {
    const { git } = room();
    const first = await build(base, "two\n");
    const second = await build(first, "three\n");
    expect(await other.has(REPOSITORY, [base, second])).toBe(false);
    for (const commit of [first, second]) await other.unpack(REPOSITORY, commit, await git.pack(REPOSITORY, commit));
    expect(await other.has(REPOSITORY, [base, first, second])).toBe(true);
    expect(await other.tree(REPOSITORY, second)).toEqual(await git.tree(REPOSITORY, second));
    expect(Buffer.from((await other.file(REPOSITORY, second, "a.txt")) ?? []).toString()).toBe("three\n");
    // only what it adds travels
    expect((await git.pack(REPOSITORY, second)).byteLength).toBeLessThan(600);
  });

  it("is refused without its parents, and by another's name", async () => {
    const { git } = room();
    const first = await build(base, "x\n");
    const second = await build(first, "y\n");
    expect((await refusal(other.unpack(REPOSITORY, second, await git.pack(REPOSITORY, second)))).code).toBe(
      "GIT_FAILED",
    );
    expect((await refusal(other.unpack(REPOSITORY, second, await git.pack(REPOSITORY, first)))).code).toBe(
      "GIT_FAILED",
    );
    expect(await other.has(REPOSITORY, [second])).toBe(false);
  });
});

describe("has", () => {
  it("counts only what a ref leads to: a fetch that died leaves objects and no ref", async () => {
    const { git, dir } = room();
    const commit = await build(base, "lost\n");
    expect(await git.has(REPOSITORY, [commit])).toBe(true);
    const unnamed = await build(base, "unnamed\n");
    originGit(path.join(dir, `${REPOSITORY}.git`), ["update-ref", "-d", `refs/orion/${unnamed}`]);
    expect(await git.has(REPOSITORY, [unnamed])).toBe(false);
    expect(await git.has(REPOSITORY, [base, `${"0".repeat(39)}1`])).toBe(false);
    expect(await git.has(REPOSITORY, [])).toBe(true);
  });
});
