/** Fetching, and reading a commit out of the mirror, against a real git server. */
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openGit } from "../../src/git/open-git.ts";
import { originGit, seed } from "./support/backend.ts";
import { REPOSITORY, refusal, useRoom } from "./support/room.ts";

const room = useRoom();
let base = "";

beforeEach(async () => {
  const { origin, backend } = room();
  backend.instead = null;
  backend.seen.length = 0;
  base = seed(origin, "main", { "README.md": "hello\n" });
});

describe("fetch", () => {
  it("brings every branch into the mirror and drops the ones the remote lost", async () => {
    const { git, remote, origin, dir } = room();
    const other = seed(origin, "other", { "a.txt": "a" });
    await git.fetch(remote);
    expect(await git.tree(REPOSITORY, other)).toHaveLength(1);
    originGit(origin, ["update-ref", "-d", "refs/heads/other"]);
    await git.fetch(remote);
    const refs = originGit(path.join(dir, `${REPOSITORY}.git`), [
      "for-each-ref",
      "--format=%(refname)",
      "refs/remotes",
    ]);
    expect(refs.trim().split("\n")).toEqual(["refs/remotes/origin/main"]);
  });

  it("takes a branch that becomes a directory of branches", async () => {
    const { git, remote, origin } = room();
    seed(origin, "topic", { "a.txt": "a" });
    await git.fetch(remote);
    originGit(origin, ["update-ref", "-d", "refs/heads/topic"]);
    const below = seed(origin, "topic/below", { "b.txt": "b" });
    await git.fetch(remote);
    expect((await git.tree(REPOSITORY, below)).map((entry) => entry.path)).toEqual(["b.txt"]);
    originGit(origin, ["update-ref", "-d", "refs/heads/topic/below"]);
  });

  it("lets twelve askers share two fetches, and each sees what was there when it asked", async () => {
    const { git, remote, backend, origin } = room();
    await git.fetch(remote);
    backend.seen.length = 0;
    const first = git.fetch(remote);
    const later = seed(origin, "main", { "later.txt": "1" });
    await Promise.all([first, ...Array.from({ length: 11 }, () => git.fetch(remote))]);
    expect((await git.tree(REPOSITORY, later)).map((entry) => entry.path)).toEqual(["later.txt"]);
    const listings = backend.seen.filter((seen) => seen.authorization !== null && seen.url.includes("info/refs"));
    expect(listings).toHaveLength(2);
  });

  it("asks again after a failed fetch", async () => {
    const { git, remote, backend } = room();
    backend.instead = (_request, response) => {
      response.writeHead(500).end();
      return true;
    };
    expect((await refusal(git.fetch(remote))).code).toBe("REMOTE_FAILED");
    backend.instead = null;
    await git.fetch(remote);
    expect(await git.tree(REPOSITORY, base)).not.toHaveLength(0);
  });

  it("clears the lock of a process that died, once it is old, and goes on", async () => {
    const { git, remote, dir, origin } = room();
    await git.fetch(remote);
    const lock = path.join(dir, `${REPOSITORY}.git`, "refs/remotes/origin/main.lock");
    writeFileSync(lock, "");
    seed(origin, "main", { "x.txt": "x" });
    expect((await refusal(git.fetch(remote))).code).toBe("REMOTE_FAILED");
    const longAgo = new Date(Date.now() - 600_000);
    utimesSync(lock, longAgo, longAgo);
    await git.fetch(remote);
    expect(readdirSync(path.dirname(lock))).not.toContain("main.lock");
  });

  it("finds the mirror of an earlier process", async () => {
    const { git, remote, dir } = room();
    await git.fetch(remote);
    const reopened = openGit({ dir, allowHttpLoopback: false });
    expect(await reopened.file(REPOSITORY, base, "README.md")).toEqual(Buffer.from("hello\n"));
  });

  it("keeps two repositories apart", async () => {
    const { git, remote } = room();
    await git.fetch(remote);
    expect((await refusal(git.tree(REPOSITORY + 1, base))).code).toBe("UNKNOWN_COMMIT");
  });
});

describe("the token", () => {
  it("reaches the server by Basic auth and is in no file, address or error", async () => {
    const { git, remote, backend, dir } = room();
    await git.fetch(remote);
    const basic = Buffer.from(`x-access-token:${remote.token}`).toString("base64");
    expect(backend.seen.map((seen) => seen.authorization)).toContain(`Basic ${basic}`);
    expect(backend.seen.filter((seen) => seen.url.includes(remote.token))).toEqual([]);
    for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
      const file = path.join(dir, name);
      if (statSync(file).isFile()) expect(readFileSync(file, "latin1")).not.toContain(remote.token);
    }
    expect(statSync(path.join(dir, "askpass.sh")).mode & 0o777).toBe(0o700);
  });

  it("is taken out of what the server says, in every form", async () => {
    const { git, remote, backend } = room();
    const basic = Buffer.from(`x-access-token:${remote.token}`).toString("base64");
    backend.instead = (request, response) => {
      if (request.headers.authorization === undefined) return false;
      response.writeHead(403, { "content-type": "text/plain" });
      response.end(`no entry with ${remote.token} or ${basic}\n`);
      return true;
    };
    const error = await refusal(git.fetch(remote));
    expect(error.code).toBe("REMOTE_FAILED");
    expect(error.message).toContain("no entry with [redacted] or [redacted]");
    expect(JSON.stringify([error.message, error.facts, String(error.cause), error.stack])).not.toContain(remote.token);
  });

  it("is not sent to where a redirect leads", async () => {
    const { git, remote, backend } = room();
    const seen: (string | undefined)[] = [];
    backend.instead = (request, response) => {
      if ((request.url ?? "").startsWith("/elsewhere")) {
        seen.push(request.headers.authorization);
        return false;
      }
      response.writeHead(302, { location: `http://localhost:${backend.port}/elsewhere.git/info/refs` }).end();
      return true;
    };
    expect((await refusal(git.fetch(remote))).code).toBe("REMOTE_FAILED");
    expect(seen).toEqual([]);
  });

  it("that the server does not know ends in an error that names no token", async () => {
    const { git, remote } = room();
    const error = await refusal(git.fetch({ ...remote, token: "ghs_wrong" }));
    expect(error.code).toBe("REMOTE_FAILED");
    expect(error.message).not.toContain("ghs_wrong");
  });
});

describe("the address", () => {
  it.each([
    "http://example.org/a.git",
    "http://127.0.0.1.example.org/a.git",
    "http://[::1]/a.git",
    "ssh://git@example.org/a.git",
    "git@example.org:a.git",
    "file:///etc",
    "/etc",
    "ext::sh -c true",
    "--upload-pack=touch",
    "https://x-access-token:ghs_inside@example.org/a.git",
    "https://example.org/a.git?token=ghs_inside",
  ])("%s is never contacted", async (url) => {
    const error = await refusal(room().git.fetch({ repositoryId: REPOSITORY, url, token: "t" }));
    expect(error.code).toBe("REMOTE_NOT_ALLOWED");
    expect(error.message).not.toContain("ghs_inside");
  });

  it("of this machine is refused over http unless that was allowed", async () => {
    const { remote, dir } = room();
    const strict = openGit({ dir, allowHttpLoopback: false });
    expect((await refusal(strict.fetch(remote))).code).toBe("REMOTE_NOT_ALLOWED");
  });
});

describe("remoteHead", () => {
  it("tells where a branch is now, and null for a branch that is not there", async () => {
    const { git, remote } = room();
    expect(await git.remoteHead(remote, "main")).toBe(base);
    expect(await git.remoteHead(remote, "nowhere")).toBeNull();
    expect(await git.remoteHead(remote, "m*")).toBeNull();
  });

  it("is not taken in by a longer ref with the same ending", async () => {
    const { git, remote, origin } = room();
    seed(origin, "x/refs/heads/target", { "a.txt": "a" });
    expect(await git.remoteHead(remote, "target")).toBeNull();
    originGit(origin, ["update-ref", "-d", "refs/heads/x/refs/heads/target"]);
  });
});
