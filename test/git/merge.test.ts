/** Merges built by plumbing: two parents, what both sides wrote, and conflicts as markers. */
import { describe, expect, it } from "vitest";
import type { MergeResult } from "../../src/domain/ports/git-port.ts";
import { originGit, seed } from "./support/backend.ts";
import { AT, AUTHOR, REPOSITORY, refusal, useRoom, write } from "./support/room.ts";

const room = useRoom();
const BASE = { "a.txt": "one\ntwo\nthree\nfour\nfive\n", "gone.txt": "old\n" };
const LABELS = { message: "Merge main\n", author: AUTHOR, at: AT };

async function merge(ours: string, theirs: string): Promise<MergeResult> {
  const { git, remote } = room();
  await git.fetch(remote);
  return git.merge({ repositoryId: REPOSITORY, ours, theirs, ...LABELS });
}

async function textOf(commit: string, file: string): Promise<string> {
  return Buffer.from((await room().git.file(REPOSITORY, commit, file)) ?? []).toString("utf8");
}

describe("merge", () => {
  it("holds what both sides wrote, has both as parents, and is the same when it is asked for again", async () => {
    const { origin, git, remote } = room();
    const base = seed(origin, "main", BASE);
    const branch = seed(origin, "feature/a", { ...BASE, "a.txt": "ONE\ntwo\nthree\nfour\nfive\n" }, base);
    const main = seed(origin, "main", { ...BASE, "a.txt": "one\ntwo\nthree\nfour\nFIVE\n" }, base);
    const made = await merge(branch, main);
    if (made.kind !== "merged") throw new Error(`not merged: ${JSON.stringify(made)}`);
    expect(await textOf(made.commit, "a.txt")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
    const [facts] = await git.history(REPOSITORY, made.commit, 1);
    expect(facts?.parents).toEqual([branch, main]);
    expect(await merge(branch, main)).toEqual(made);
    await git.push(remote, {
      ref: "feature/a" as never,
      commit: made.commit,
      expected: branch,
      defaultBranch: "main",
    });
    expect(originGit(origin, ["rev-parse", "feature/a"]).trim()).toBe(made.commit);
  });

  it("is nothing when the branch holds the other already", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    const branch = seed(origin, "feature/b", { ...BASE, "b.txt": "b\n" }, base);
    expect(await merge(branch, base)).toEqual({ kind: "nothing" });
  });

  it("of files that one side moved or that are no text is told all the same", async () => {
    const { origin } = room();
    const base = seed(origin, "main", { ...BASE, "bin.dat": "a\0b\n" });
    const branch = seed(
      origin,
      "feature/e",
      { "b.txt": BASE["a.txt"].replace("two", "TWO"), "gone.txt": "old\n", "bin.dat": "a\0c\n" },
      base,
    );
    const main = seed(
      origin,
      "main",
      { ...BASE, "a.txt": BASE["a.txt"].replace("two", "zwei"), "bin.dat": "a\0d\n" },
      base,
    );
    const made = await merge(branch, main);
    if (made.kind !== "conflict") throw new Error(`no conflict: ${JSON.stringify(made)}`);
    expect(made.files.map(({ path }) => path)).toEqual(["b.txt", "bin.dat"]);
    expect(await textOf(made.commit, "b.txt")).toMatch(/^<<<<<<< [0-9a-f]{40}/m);
    expect(await textOf(made.commit, "bin.dat")).toBe("a\0c\n");
  });

  it("with conflicts names the files and shows what each side has between markers that carry the ids", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    const ours = { "a.txt": "one\nTWO\nthree\nfour\nfive\n", "gone.txt": "new\n" };
    const branch = seed(origin, "feature/c", ours, base);
    const main = seed(origin, "main", { "a.txt": "one\nzwei\nthree\nfour\nfive\n" }, base);
    const made = await merge(branch, main);
    if (made.kind !== "conflict") throw new Error(`no conflict: ${JSON.stringify(made)}`);
    expect(made.files).toEqual([
      { path: "a.txt", base: true, ours: true, theirs: true },
      { path: "gone.txt", base: true, ours: true, theirs: false },
    ]);
    const text = await textOf(made.commit, "a.txt");
    expect(text).toContain(`<<<<<<< ${branch}\nTWO\n||||||| `);
    expect(text).toContain(`\ntwo\n=======\nzwei\n>>>>>>> ${main}\nthree`);
    expect(await textOf(made.commit, "gone.txt")).toBe("new\n");
    expect(await room().git.conflicts(REPOSITORY, branch, main)).toEqual(made.files);
    expect(await room().git.conflicts(REPOSITORY, branch, base)).toEqual([]);
  });

  it("is resolved by a commit that starts from the markers and has the two sides as parents", async () => {
    const { origin, git } = room();
    const base = seed(origin, "main", BASE);
    const branch = seed(origin, "feature/d", { ...BASE, "a.txt": "A\n" }, base);
    const main = seed(origin, "main", { ...BASE, "a.txt": "B\n", "more.txt": "more\n" }, base);
    const made = await merge(branch, main);
    if (made.kind !== "conflict") throw new Error(`no conflict: ${JSON.stringify(made)}`);
    const resolved = await git.commit({
      repositoryId: REPOSITORY,
      parent: made.commit,
      parents: [branch, main],
      changes: [write("a.txt", "A and B\n")],
      ...LABELS,
    });
    const [facts] = await git.history(REPOSITORY, resolved, 1);
    expect(facts?.parents).toEqual([branch, main]);
    expect(await textOf(resolved, "a.txt")).toBe("A and B\n");
    expect(await textOf(resolved, "more.txt")).toBe("more\n");
  });

  it("of a commit that the mirror does not hold is refused", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    expect(await refusal(merge(base, "1".repeat(40)))).toMatchObject({ code: "UNKNOWN_COMMIT" });
  });
});
