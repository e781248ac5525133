/** Reading the files of a commit out of the mirror. */
import { beforeAll, describe, expect, it } from "vitest";
import { originGit, seed } from "./support/backend.ts";
import { REPOSITORY, refusal, useRoom } from "./support/room.ts";

const room = useRoom();
let base = "";

beforeAll(async () => {
  const { origin, git, remote } = room();
  base = seed(origin, "main", {
    "README.md": "hello\n",
    "bin/run.sh": { mode: "100755", data: "#!/bin/sh\n" },
    "link.md": { mode: "120000", data: "README.md" },
    "away.md": { mode: "120000", data: "../../etc/passwd" },
    "vendor/lib": { mode: "160000", data: "1".repeat(40) },
    "café/ü.txt": "unicode",
    "odd\nname.txt": "newline",
  });
  await git.fetch(remote);
});

describe("tree and file", () => {
  it("lists every file with mode, size and exact name", async () => {
    const { git } = room();
    const entries = await git.tree(REPOSITORY, base);
    expect(entries.map(({ path: name, mode, size }) => [name, mode, size])).toEqual([
      ["README.md", "100644", 6],
      ["away.md", "120000", 16],
      ["bin/run.sh", "100755", 10],
      ["café/ü.txt", "100644", 7],
      ["link.md", "120000", 9],
      ["odd\nname.txt", "100644", 7],
      ["vendor/lib", "160000", 0],
    ]);
    expect(entries[0]?.sha).toBe(originGit(room().origin, ["rev-parse", `${base}:README.md`]).trim());
  });

  it.each([
    ["README.md", "hello\n"],
    ["café/ü.txt", "unicode"],
    ["odd\nname.txt", "newline"],
    ["link.md", "hello\n"],
    ["away.md", null],
    ["bin", null],
    ["vendor/lib", null],
    ["absent.txt", null],
    ["absent\nabsent missing\n", null],
    ["README.md/x", null],
    ["./README.md", null],
    ["../README.md", null],
    ["/README.md", null],
    ["", null],
  ])("reads %j", async (name, text) => {
    const { git } = room();
    const bytes = await git.file(REPOSITORY, base, name);
    expect(bytes === null ? null : Buffer.from(bytes).toString()).toBe(text);
  });

  it("refuses what is no commit id before git sees it", async () => {
    const { git } = room();
    for (const text of ["main", "--help", "HEAD", base.slice(0, 12), base.toUpperCase()]) {
      expect((await refusal(git.tree(REPOSITORY, text))).code).toBe("NOT_A_COMMIT");
      expect((await refusal(git.file(REPOSITORY, text, "a"))).code).toBe("NOT_A_COMMIT");
      expect((await refusal(git.diff(REPOSITORY, text, base))).code).toBe("NOT_A_COMMIT");
      expect((await refusal(git.mergeBase(REPOSITORY, base, text))).code).toBe("NOT_A_COMMIT");
    }
  });

  it("names a commit the mirror does not hold", async () => {
    const { git } = room();
    const unknown = "e".repeat(40);
    expect((await refusal(git.tree(REPOSITORY, unknown))).code).toBe("UNKNOWN_COMMIT");
    expect((await refusal(git.file(REPOSITORY, unknown, "a"))).code).toBe("UNKNOWN_COMMIT");
    expect((await refusal(git.diff(REPOSITORY, base, unknown))).code).toBe("UNKNOWN_COMMIT");
    expect((await refusal(git.mergeBase(REPOSITORY, base, unknown))).code).toBe("UNKNOWN_COMMIT");
  });
});
