/** What an honest workspace changes, and what of it is left out. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { seed } from "./support/backend.ts";
import { REPOSITORY, shown, useRoom } from "./support/room.ts";
import { collect, honestTar, rawEntry, rawTar, stream } from "./support/tar.ts";
import { BASE_FILES, type Edits, NFD, workspaceTar } from "./support/workspace.ts";

const room = useRoom();
let base = "";

beforeAll(async () => {
  const { origin, git, remote } = room();
  base = seed(origin, "main", BASE_FILES);
  await git.fetch(remote);
});

function changes(tar: Uint8Array) {
  return room().git.changes(REPOSITORY, base, stream(tar));
}

async function changed(edits: Edits): Promise<readonly string[]> {
  return shown(await changes(workspaceTar(edits)));
}

describe("an honest workspace", () => {
  it("that is the base changes nothing", async () => {
    expect(await changed({})).toEqual([]);
  });

  it("shows new, edited and removed files, in order, with the exec bit and no other bit", async () => {
    const edits = { "a.txt": "A\n", "z/new.ts": { data: "n\n", mode: 0o777 }, "src/b.ts": null };
    expect(await changed(edits)).toEqual(["write 100644 a.txt A\n", "delete src/b.ts", "write 100755 z/new.ts n\n"]);
  });

  it("shows a file whose bytes differ though its size does not", async () => {
    expect(await changed({ "a.txt": "b\n" })).toEqual(["write 100644 a.txt b\n"]);
  });

  it("shows a file that only gained or lost its exec bit", async () => {
    const edits = { "run.sh": { data: "#!/bin/sh\n", mode: 0o644 }, "a.txt": { data: "a\n", mode: 0o700 } };
    expect(await changed(edits)).toEqual(["write 100755 a.txt a\n", "write 100644 run.sh #!/bin/sh\n"]);
  });

  it("loses a whole directory", async () => {
    expect(await changed({ "src/b.ts": null, "src/deep/c.ts": null })).toEqual([
      "delete src/b.ts",
      "delete src/deep/c.ts",
    ]);
  });

  it("turns a directory into a file and a file into a directory", async () => {
    const edits = {
      "src/b.ts": null,
      "src/deep/c.ts": null,
      src: "now a file\n",
      "a.txt": null,
      "a.txt/in.md": "in\n",
    };
    expect(await changed(edits)).toEqual([
      "delete a.txt",
      "write 100644 a.txt/in.md in\n",
      "write 100644 src now a file\n",
      "delete src/b.ts",
      "delete src/deep/c.ts",
    ]);
  });

  it("may drop a symlink, or put a file in its place", async () => {
    expect(await changed({ link: null })).toEqual(["delete link"]);
    expect(await changed({ link: "plain\n" })).toEqual(["write 100644 link plain\n"]);
  });

  it("keeps names the base has as they are, however odd", async () => {
    const edits = { [NFD]: "edited\n", "odd\\name.txt": "edited\n" };
    expect(await changed(edits)).toEqual([`write 100644 ${NFD} edited\n`, "write 100644 odd\\name.txt edited\n"]);
  });

  it("may hold submodule directories or not", async () => {
    expect(await changed({ "vendor/lib": null })).toEqual([]);
    expect(await changed({ "vendor/lib/.git": "gitdir: elsewhere", "vendor/": { flag: "5" } })).toEqual([]);
  });

  it("carries PAX names and times as GNU tar, Docker and tar-stream write them", async () => {
    const pax = { mtime: "1767225600.123456789", atime: "1.5", ctime: "1.5", uid: "9999999", gname: "käse" };
    const edits = { "neu/größe.txt": { data: "g\n", pax: { ...pax, path: "./neu/größe.txt" } } };
    expect(await changed(edits)).toEqual(["write 100644 neu/größe.txt g\n"]);
    const tar = await honestTar({ "café.txt": "x", [`${"d/".repeat(90)}long.txt`]: "y" });
    const found = shown(await changes(tar)).filter((line) => line.startsWith("write"));
    expect(found).toEqual(["write 100644 café.txt x", `write 100644 ${"d/".repeat(90)}long.txt y`]);
  });

  it("written by GNU tar from a real directory is read the same in every format", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "orion-workspace-"));
    mkdirSync(path.join(dir, "src/deep"), { recursive: true });
    mkdirSync(path.join(dir, "x".repeat(90)));
    writeFileSync(path.join(dir, "a.txt"), "a\n");
    writeFileSync(path.join(dir, "src/deep/größe.ts"), "new\n");
    writeFileSync(path.join(dir, "x".repeat(90), `${"y".repeat(60)}.txt`), "long\n");
    symlinkSync("a.txt", path.join(dir, "link"));
    for (const format of ["gnu", "posix", "ustar"]) {
      const tar = execFileSync("tar", ["-c", `--format=${format}`, "-C", dir, "."]);
      const writes = shown(await changes(tar)).filter((line) => line.startsWith("write"));
      expect(writes).toEqual([
        "write 100644 src/deep/größe.ts new\n",
        `write 100644 ${"x".repeat(90)}/${"y".repeat(60)}.txt long\n`,
      ]);
    }
    rmSync(dir, { recursive: true });
  });
});

describe("what is left out before anything is checked", () => {
  it("is what the base ignores, devices and endless files included", async () => {
    const edits = {
      "node_modules/p/index.js": "x",
      "node_modules/p/dev": { flag: "3" },
      "node_modules/.bin/p": { flag: "2", linkname: "/etc/passwd" },
      "node_modules/evil\\name": "x",
      "deep/x.log": { data: "l", mode: 0o6777 },
      "dist/out.js": "x",
      "pkg/generated.ts": "x",
    };
    expect(await changed(edits)).toEqual([]);
  });

  it("is not what a deeper .gitignore of the base takes back in", async () => {
    const edits = { "keep.log": "k\n", "pkg/dist/kept.js": "k\n", "other/dist/kept.js": "k\n" };
    expect((await changed(edits)).map((line) => line.split(" ")[2])).toEqual([
      "keep.log",
      "other/dist/kept.js",
      "pkg/dist/kept.js",
    ]);
  });

  it("is not what the base tracks, though its own rules ignore it", async () => {
    expect(await changed({ "tracked.log": "edited\n" })).toEqual(["write 100644 tracked.log edited\n"]);
    expect(await changed({ "tracked.log": null })).toEqual(["delete tracked.log"]);
  });

  it("is not what the workspace's own .gitignore wants to hide", async () => {
    const edits = { ".gitignore": "*\n", "hidden.ts": "h\n" };
    expect(await changed(edits)).toEqual(["write 100644 .gitignore *\n", "write 100644 hidden.ts h\n"]);
  });

  it("is every .git, and Orion's own files at the top whether tracked or not", async () => {
    const edits = {
      ".git/config": "[core]\n",
      "sub/.git/hooks/post-checkout": { data: "#!/bin/sh\n", mode: 0o755 },
      "sub2/.git": { flag: "2", linkname: "/etc" },
      ".orion/new": "n",
      ".orion/notes.md": "edited",
    };
    expect(await changed(edits)).toEqual([]);
    expect(await changed({ ".orion/notes.md": null })).toEqual([]);
    expect(await changed({ "docs/.orion/kept.md": "k\n" })).toEqual(["write 100644 docs/.orion/kept.md k\n"]);
  });

  it("agrees with git about 70 paths", async () => {
    const { origin, git, remote } = room();
    const rules = {
      ".gitignore": "*.o\n!main.o\n/build/\ntmp/*\n!tmp/keep\n**/cache\nfoo/**/bar\n\\#x\nout/\n",
      "l/.gitignore": "!*.o\nx/\n!out/\n",
    };
    const ours = seed(origin, "rules", rules);
    await git.fetch(remote);
    const dirs = ["", "build/", "tmp/", "l/", "l/x/", "foo/q/", "tmp/keep/", "cache/", "l/build/", "out/", "l/out/"];
    const names = ["a.o", "main.o", "bar", "keep", "cache", "#x", "t.txt"];
    const all = dirs
      .flatMap((dir) => names.map((name) => dir + name))
      .filter((name) => name !== "tmp/keep" && name !== "cache");
    const entries = [...Object.entries(rules), ...all.map((name) => [name, "1"] as const)];
    const tar = rawTar(entries.map(([name, data]) => ({ name, data })));
    const kept = (await git.changes(REPOSITORY, ours, stream(tar))).map((change) => change.path);
    expect(kept).toEqual(await keptByGit(entries));
  });
});

/** What git itself would add of these files, asked in a directory of the test's own. */
async function keptByGit(entries: readonly (readonly [string, string])[]): Promise<readonly string[]> {
  const dir = mkdtempSync(path.join(tmpdir(), "orion-ignore-"));
  const env = { PATH: process.env.PATH ?? "", HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", ["init", "-q", dir], { env, stdio: "ignore" });
  for (const [name, data] of entries) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), data);
  }
  const out = execFileSync("git", ["-C", dir, "ls-files", "-z", "--others", "--exclude-standard"], {
    env,
    encoding: "utf8",
  });
  rmSync(dir, { recursive: true });
  return out
    .split("\0")
    .filter((name) => name !== "" && !name.endsWith(".gitignore"))
    .sort();
}

it("reads an archive of the base with one file added as one change", async () => {
  const { git } = room();
  const tar = await collect(git.archive(REPOSITORY, base));
  const added = Buffer.concat([rawEntry({ name: "added.txt", data: "+\n" }), tar]);
  expect(shown(await git.changes(REPOSITORY, base, stream(added)))).toEqual(["write 100644 added.txt +\n"]);
});
