/** Where a workspace ends: how much may change, and what is no whole stream. */
import { beforeAll, describe, expect, it } from "vitest";
import { OrionError } from "../../src/domain/errors.ts";
import { openGit } from "../../src/git/open-git.ts";
import { seed } from "./support/backend.ts";
import { REPOSITORY, refusal, refusedRule, shown, useRoom } from "./support/room.ts";
import { paxEntry, rawEntry, rawTar, stream } from "./support/tar.ts";
import { BASE_FILES, type Edits, workspaceTar } from "./support/workspace.ts";

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

describe("the bounds", () => {
  const limits = {
    changedEntries: 3,
    changedFileBytes: 100,
    changedBytes: 150,
    streamEntries: 30,
    streamBytes: 60_000,
  };
  const tight = () => openGit({ dir: room().dir, allowHttpLoopback: true, limits });
  const rule = (edits: Edits) => refusedRule(tight().changes(REPOSITORY, base, stream(workspaceTar(edits))));

  it("hold for the number of changed files, removals included, and leave the last one in", async () => {
    const three = { "n1.txt": "1", "n2.txt": "2", "a.txt": null };
    expect(await tight().changes(REPOSITORY, base, stream(workspaceTar(three)))).toHaveLength(3);
    expect(await rule({ ...three, "src/b.ts": null })).toBe("changed-entries");
    expect(await rule({ "1": "", "2": "", "3": "", "4": "" })).toBe("changed-entries");
  });

  it("hold for one changed file, by what its header declares", async () => {
    expect(await tight().changes(REPOSITORY, base, stream(workspaceTar({ "n.txt": "x".repeat(100) })))).toHaveLength(1);
    expect(await rule({ "n.txt": "x".repeat(101) })).toBe("changed-file-bytes");
    expect(await rule({ "n.txt": { size: 50_000 } })).toBe("changed-file-bytes");
    expect(await rule({ "n.txt": { pax: { size: "50000" } } })).toBe("changed-file-bytes");
  });

  it("hold for all changed files together", async () => {
    expect(await rule({ "n.txt": "x".repeat(90), "m.txt": "x".repeat(61) })).toBe("changed-bytes");
  });

  it("do not hold for large files that stay as they are, only for their change", async () => {
    const { origin, git, remote } = room();
    const large = seed(origin, "large", { "large.bin": "y".repeat(500) });
    await git.fetch(remote);
    const same = rawTar([{ name: "large.bin", data: "y".repeat(500) }]);
    expect(await tight().changes(REPOSITORY, large, stream(same))).toEqual([]);
    const other = rawTar([{ name: "large.bin", data: `${"y".repeat(499)}z` }]);
    expect(await refusedRule(tight().changes(REPOSITORY, large, stream(other)))).toBe("changed-file-bytes");
  });

  it("hold for the whole stream, what is ignored included", async () => {
    expect(await rule({ "node_modules/big": { size: 2 ** 36 } })).toBe("stream-bytes");
    expect(await rule({ "node_modules/big": { pax: { size: "99999999999" } } })).toBe("stream-bytes");
    expect(await rule({ "node_modules/big": "x".repeat(60_000) })).toBe("stream-bytes");
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`node_modules/${at}`, ""]));
    expect(await rule(many)).toBe("stream-entries");
  });

  it("hold for what is read, whatever the headers say", async () => {
    const endless = async function* () {
      for (;;) yield Buffer.alloc(4_096);
    };
    expect(await refusedRule(tight().changes(REPOSITORY, base, endless()))).toBe("stream-bytes");
  });

  it("hold for the time a stream may take", async () => {
    const git = openGit({ dir: room().dir, allowHttpLoopback: true, limits: { deadlineMs: 40 } });
    const stuck = async function* () {
      yield rawEntry({ name: "a.txt", data: "a\n" });
      await new Promise(() => undefined);
    };
    expect(await refusedRule(git.changes(REPOSITORY, base, stuck()))).toBe("deadline");
  });
});

describe("a stream that is no whole tar", () => {
  it("is refused, for what is missing was not deleted", async () => {
    const tar = workspaceTar();
    expect(await refusedRule(changes(tar.subarray(0, 512 * 4)))).toBe("cut-short");
    expect(await refusedRule(changes(tar.subarray(0, tar.length - 1024)))).toBe("cut-short");
    expect(await refusedRule(changes(tar.subarray(0, tar.length - 512)))).toBe("cut-short");
    expect(await refusedRule(changes(tar.subarray(0, 700)))).toBe("not-a-tar");
    expect(await refusedRule(changes(Buffer.alloc(0)))).toBe("cut-short");
    expect(await refusedRule(changes(Buffer.from("<html>".repeat(400))))).toBe("not-a-tar");
  });

  it("gives the source's own error when the source fails, and ends the source when it is refused", async () => {
    const gone = new OrionError("SANDBOX_GONE", "the sandbox is gone; start it again");
    const failing = async function* () {
      yield rawEntry({ name: "a.txt", data: "a\n" });
      throw gone;
    };
    expect(await refusal(room().git.changes(REPOSITORY, base, failing()))).toBe(gone);
    const plain = new TypeError("terminated");
    const broken = async function* () {
      yield rawEntry({ name: "a.txt", data: "a\n" });
      throw plain;
    };
    await expect(room().git.changes(REPOSITORY, base, broken())).rejects.toBe(plain);
    const ended = Promise.withResolvers<boolean>();
    const watched = async function* () {
      try {
        for (;;) yield rawEntry({ name: "../up", data: "x" });
      } finally {
        ended.resolve(true);
      }
    };
    expect(await refusedRule(room().git.changes(REPOSITORY, base, watched()))).toBe("path-shape");
    expect(await ended.promise).toBe(true);
  });

  it("may begin with the global header of git archive", async () => {
    const tar = Buffer.concat([
      paxEntry({ comment: base }, "g"),
      workspaceTar({ "a.txt": { data: "A\n", pax: { mtime: "1" } } }),
    ]);
    expect(shown(await changes(tar))).toEqual(["write 100644 a.txt A\n"]);
  });

  it("names the entry, the rule and the remedy when it is refused", async () => {
    const error = await refusal(changes(workspaceTar({ "evil.txt": { flag: "1", linkname: "/etc/shadow" } })));
    expect(error.code).toBe("EXPORT_REFUSED");
    expect(error.facts).toEqual({ rule: "entry-type", entry: "./evil.txt" });
    expect(error.message).toBe(
      '"./evil.txt" is link, neither file nor directory (rule entry-type); replace it by a regular file',
    );
  });
});
