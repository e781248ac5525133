/** A commit as a tar stream: read back by another tar than the one that wrote it. */
import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { originGit, type SeedFile, seed } from "./support/backend.ts";
import { REPOSITORY, refusal, useRoom } from "./support/room.ts";
import { collect, stream } from "./support/tar.ts";

const room = useRoom();
const deep = `${"long-directory-name/".repeat(12)}file-${"x".repeat(120)}.txt`;
const files: Readonly<Record<string, SeedFile>> = {
  ".gitattributes": "*.txt export-subst\nsecret.md export-ignore\n",
  "secret.md": "still here\n",
  "version.txt": "$Format:%H$\n",
  "empty.txt": "",
  "run.sh": { mode: "100755", data: "#!/bin/sh\n" },
  "binary.bin": { mode: "100644", data: Buffer.from([0, 255, 10, 13, 0]) },
  "big.bin": { mode: "100644", data: Buffer.alloc(3_000_000, 7) },
  "link.txt": { mode: "120000", data: "version.txt" },
  "vendor/lib": { mode: "160000", data: "1".repeat(40) },
  "café.txt": "nfc",
  "cafe\u0301/x.txt": "nfd",
  "dir with space/a.txt": "a",
  [deep]: "deep",
};
let base = "";

beforeAll(async () => {
  const { origin, git, remote } = room();
  base = seed(origin, "main", files);
  await git.fetch(remote);
});

describe("archive", () => {
  it("extracts with GNU tar to exactly the files of the commit", async () => {
    const tar = await collect(room().git.archive(REPOSITORY, base));
    const out = mkdtempSync(path.join(tmpdir(), "orion-extract-"));
    execFileSync("tar", ["-x", "-C", out], { input: tar });
    for (const [name, file] of Object.entries(files)) {
      const found = path.join(out, name);
      const { mode, data } = typeof file === "string" ? { mode: "100644", data: file } : file;
      if (mode === "160000") expect(readdirSync(found)).toEqual([]);
      else if (mode === "120000") expect(readlinkSync(found)).toBe(data);
      else expect(readFileSync(found).equals(Buffer.from(data as string))).toBe(true);
      if (mode.startsWith("100")) expect((lstatSync(found).mode & 0o100) !== 0).toBe(mode === "100755");
    }
    rmSync(out, { recursive: true });
  });

  it("is the same bytes for the same commit", async () => {
    const { git } = room();
    const [one, other] = await Promise.all([
      collect(git.archive(REPOSITORY, base)),
      collect(git.archive(REPOSITORY, base)),
    ]);
    expect(one.equals(other)).toBe(true);
  });

  it("changes nothing when it comes back as a workspace", async () => {
    const { git } = room();
    const tar = await collect(git.archive(REPOSITORY, base));
    expect(await git.changes(REPOSITORY, base, stream(tar))).toEqual([]);
    expect(await git.changes(REPOSITORY, base, stream(tar, 97))).toEqual([]);
  });

  it("ends its git when the reader leaves early", async () => {
    const before = gitChildren();
    for await (const chunk of room().git.archive(REPOSITORY, base)) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(gitChildren()).toBe(before);
  });

  it("fails nothing unheard when the reader leaves in the middle of many small files", async () => {
    const { git, remote, origin } = room();
    const many = Object.fromEntries(
      Array.from({ length: 4000 }, (_, i) => [`d${i % 400}/f${i}.txt`, `${i}`.repeat(50)]),
    );
    const commit = seed(origin, "many", many);
    await git.fetch(remote);
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => unheard.push(reason);
    process.on("unhandledRejection", hear);
    try {
      for (let time = 0; time < 5; time += 1) {
        for await (const chunk of git.archive(REPOSITORY, commit)) {
          expect(chunk.byteLength).toBeGreaterThan(0);
          break;
        }
      }
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off("unhandledRejection", hear);
    }
    expect(unheard).toEqual([]);
  });

  it("says that the mirror is damaged rather than leaving a file out", async () => {
    const { git, remote, origin, dir } = room();
    const lone = seed(origin, "lone", { "only-here.txt": "a text no other commit has" });
    await git.fetch(remote);
    const blob = originGit(origin, ["rev-parse", `${lone}:only-here.txt`]).trim();
    rmSync(path.join(dir, `${REPOSITORY}.git`, "objects", blob.slice(0, 2), blob.slice(2)));
    const error = await refusal(collect(git.archive(REPOSITORY, lone)));
    expect(["UNKNOWN_COMMIT", "GIT_FAILED"]).toContain(error.code);
  });
});

/** How many processes of git this process has now. */
function gitChildren(): number {
  const list = execFileSync("ps", ["-o", "comm=", "--ppid", String(process.pid)], { encoding: "utf8" });
  return list.split("\n").filter((name) => name === "git").length;
}
