/** Commits built by plumbing, and what a diff says of them. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CommitRequest, FileChange } from "../../src/domain/ports/git-port.ts";
import { originGit, type SeedFile, seed } from "./support/backend.ts";
import { AT, AUTHOR, REPOSITORY, refusal, useRoom, write } from "./support/room.ts";

const room = useRoom();
const files: Readonly<Record<string, SeedFile>> = {
  "a.txt": "one\ntwo\nthree\n",
  "dir/b.txt": "b\n",
  "dir/c.txt": "c\n",
  "binary.bin": { mode: "100644", data: Buffer.from([0, 1, 2, 0]) },
  link: { mode: "120000", data: "a.txt" },
  ".gitattributes": "*.txt diff=evil\n*.md binary\n",
  "notes.md": "text\n",
};
let base = "";

beforeAll(async () => {
  const { origin, git, remote } = room();
  base = seed(origin, "main", files);
  await git.fetch(remote);
});

function request(changes: readonly FileChange[], over: Partial<CommitRequest> = {}): CommitRequest {
  return {
    repositoryId: REPOSITORY,
    parent: base,
    changes,
    message: "feat: x\n\nbody",
    author: AUTHOR,
    at: AT,
    ...over,
  };
}

function mirrorGit(...args: readonly string[]): string {
  return originGit(path.join(room().dir, `${REPOSITORY}.git`), args);
}

describe("commit", () => {
  it("gives the same id for the same request, in any order and from twelve at once", async () => {
    const { git } = room();
    const changes = [
      write("n.txt", "n\n"),
      write("dir/b.txt", "B\n", "100755"),
      { kind: "delete", path: "a.txt" } as const,
    ];
    const ids = await Promise.all(Array.from({ length: 12 }, () => git.commit(request(changes))));
    ids.push(await git.commit(request(changes.toReversed())));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBe("24f25f63904da4eb5c7bc6a65c38bc699c9da130");
  });

  it("gives another id for another date, author, message, parent or mode", async () => {
    const { git } = room();
    const changes = [write("n.txt", "n\n")];
    const first = await git.commit(request(changes));
    const others = await Promise.all([
      git.commit(request(changes, { at: new Date(AT.getTime() + 1_000) })),
      git.commit(request(changes, { author: { ...AUTHOR, name: "Devon" } })),
      git.commit(request(changes, { message: "feat: y" })),
      git.commit(request(changes, { parent: first })),
      git.commit(request([write("n.txt", "n\n", "100755")])),
    ]);
    expect(new Set([first, ...others]).size).toBe(6);
  });

  it("holds exactly what was asked for, who and when, on top of the parent", async () => {
    const { git } = room();
    const commit = await git.commit(
      request([
        write("dir", "now a file\n"),
        { kind: "delete", path: "dir/b.txt" },
        { kind: "delete", path: "dir/c.txt" },
        { kind: "delete", path: "a.txt" },
        write("a.txt/in/x.sh", "#!\n", "100755"),
        write("größe.txt", "ü"),
      ]),
    );
    const tree = (await git.tree(REPOSITORY, commit)).map((entry) => `${entry.mode} ${entry.path}`);
    expect(tree).toEqual([
      "100644 .gitattributes",
      "100755 a.txt/in/x.sh",
      "100644 binary.bin",
      "100644 dir",
      "100644 größe.txt",
      "120000 link",
      "100644 notes.md",
    ]);
    const format = "--format=%P|%an|%ae|%cn|%ce|%ad|%cd|%B";
    const text = `${base}|Orion|orion@example.org|Orion|orion@example.org`;
    const date = "2026-05-01T12:00:00+00:00";
    expect(mirrorGit("show", "-s", "--date=iso-strict", format, commit).trim()).toBe(
      `${text}|${date}|${date}|feat: x\n\nbody`,
    );
  });

  it("stores bytes as they are, whatever attributes of the repository say", async () => {
    const { git } = room();
    const bytes = Buffer.from([0, 255, 13, 10, 36, 73, 100, 36]);
    const commit = await git.commit(
      request([
        { kind: "write", path: "raw.txt", mode: "100644", bytes },
        write(".gitattributes", "* text eol=crlf ident working-tree-encoding=UTF-16\n"),
        write("empty", ""),
        { kind: "write", path: "large", mode: "100644", bytes: Buffer.alloc(1_500_000, 1) },
      ]),
    );
    expect(await git.file(REPOSITORY, commit, "raw.txt")).toEqual(bytes);
    expect(await git.file(REPOSITORY, commit, "empty")).toEqual(Buffer.alloc(0));
    expect((await git.file(REPOSITORY, commit, "large"))?.byteLength).toBe(1_500_000);
    mirrorGit("fsck", "--strict", "--no-dangling");
  });

  it("takes a hundred files at once and a change without files", async () => {
    const { git } = room();
    const many = Array.from({ length: 100 }, (_, at) => write(`many/${at}.txt`, `${at}`));
    const commit = await git.commit(request(many));
    expect(await git.tree(REPOSITORY, commit)).toHaveLength(Object.keys(files).length + 100);
    const empty = await git.commit(request([]));
    expect(await git.diff(REPOSITORY, base, empty)).toEqual([]);
  });

  it("survives a collection of the mirror that prunes everything it may", async () => {
    const { git } = room();
    const commit = await git.commit(request([write("kept.txt", "kept")]));
    mirrorGit("gc", "--quiet", "--prune=now");
    expect(await git.file(REPOSITORY, commit, "kept.txt")).toEqual(Buffer.from("kept"));
  });

  it("leaves no temporary index behind, whether it is built or fails", async () => {
    const { git, dir } = room();
    await git.commit(request([write("x.txt", "x")]));
    // git takes no author whose name is nothing but a dot, and says so after the tree is written
    const impossible = request([write("y.txt", "y")], { author: { name: ".", email: "a@b" } });
    expect((await refusal(git.commit(impossible))).code).toBe("GIT_FAILED");
    const left = readdirSync(path.join(dir, `${REPOSITORY}.git`)).filter((name) => name.startsWith("index"));
    expect(left).toEqual([]);
  });

  it.each<[string, Partial<CommitRequest>, string]>([
    ["a parent the mirror lacks", { parent: "e".repeat(40) }, "UNKNOWN_COMMIT"],
    ["a parent that is a name", { parent: "main" }, "NOT_A_COMMIT"],
    ["no message", { message: " \n" }, "BAD_COMMIT"],
    ["a NUL in the message", { message: "a\0b" }, "BAD_COMMIT"],
    ["an author with a line break", { author: { name: "A\nB", email: "a@b" } }, "BAD_COMMIT"],
    ["an author without an address", { author: { name: "A", email: "" } }, "BAD_COMMIT"],
    ["no date", { at: new Date("never") }, "BAD_COMMIT"],
    ["a file below a file", { changes: [write("x", "1"), write("x/y/z", "2")] }, "BAD_COMMIT"],
    ["one path twice", { changes: [write("x", "1"), { kind: "delete", path: "x" }] }, "BAD_COMMIT"],
  ])("refuses %s", async (_what, over, code) => {
    expect((await refusal(room().git.commit(request([write("x.txt", "x")], over)))).code).toBe(code);
  });
});

describe("diff", () => {
  const diffOf = async (changes: readonly FileChange[]) => {
    const { git } = room();
    return git.diff(REPOSITORY, base, await git.commit(request(changes)));
  };

  it("tells hunks and counts of edited, added and removed files", async () => {
    expect(
      await diffOf([
        write("a.txt", "one\nTWO\nthree\nfour"),
        write("n.txt", "1\n2\n"),
        { kind: "delete", path: "dir/b.txt" },
      ]),
    ).toEqual([
      {
        path: "a.txt",
        status: "modified",
        hunks: [
          { newStart: 1, text: "@@ -1,3 +1,4 @@\n one\n-two\n+TWO\n three\n+four\n\\ No newline at end of file" },
        ],
        added: 2,
        deleted: 1,
      },
      {
        path: "dir/b.txt",
        status: "deleted",
        hunks: [{ newStart: 0, text: "@@ -1 +0,0 @@\n-b" }],
        added: 0,
        deleted: 1,
      },
      {
        path: "n.txt",
        status: "added",
        hunks: [{ newStart: 1, text: "@@ -0,0 +1,2 @@\n+1\n+2" }],
        added: 2,
        deleted: 0,
      },
    ]);
  });

  it("has no hunks for binary files, empty files and changes of mode", async () => {
    const binary: FileChange = { kind: "write", path: "binary.bin", mode: "100644", bytes: Buffer.from([0, 9]) };
    const found = await diffOf([binary, write("empty.txt", ""), write("a.txt", "one\ntwo\nthree\n", "100755")]);
    expect(found.map(({ path: name, status, hunks }) => [name, status, hunks])).toEqual([
      ["a.txt", "modified", []],
      ["binary.bin", "modified", []],
      ["empty.txt", "added", []],
    ]);
  });

  it("does not let attributes of the repository hide a text", async () => {
    const [found] = await diffOf([write("notes.md", "changed\n")]);
    expect(found?.hunks).toHaveLength(1);
  });

  it("is not taken in by content that looks like a patch", async () => {
    const fake = "diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n--- a/y\n+++ b/y\n";
    const found = await diffOf([write("a.txt", fake), write("z.txt", `${fake}\n\n`)]);
    expect(found.map((file) => [file.path, file.added, file.deleted])).toEqual([
      ["a.txt", 6, 3],
      ["z.txt", 8, 0],
    ]);
  });

  it("keeps odd names and a link that became a file apart", async () => {
    const odd = 'q"uo\tte\\d\n@@ -1 +1 @@\nü.txt';
    const found = await diffOf([write(odd, "x\n"), write("link", "plain\n"), write("zz.txt", "z\n")]);
    expect(found.map((file) => [file.path, file.status, file.added, file.deleted])).toEqual([
      ["link", "modified", 1, 1],
      [odd, "added", 1, 0],
      ["zz.txt", "added", 1, 0],
    ]);
  });
});

describe("mergeBase", () => {
  it("finds the newest common ancestor, or none", async () => {
    const { git, origin, remote } = room();
    const one = await git.commit(request([write("one.txt", "1")]));
    const two = await git.commit(request([write("two.txt", "2")], { parent: one }));
    const side = await git.commit(request([write("side.txt", "s")], { parent: one }));
    expect(await git.mergeBase(REPOSITORY, two, side)).toBe(one);
    const stranger = seed(origin, "stranger", { "s.txt": "s" });
    await git.fetch(remote);
    expect(await git.mergeBase(REPOSITORY, two, stranger)).toBeNull();
  });
});
