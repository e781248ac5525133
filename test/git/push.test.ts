/** The one push of the house, against a real server: what moves, what never does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FeatureRef, featureRef } from "../../src/domain/feature-ref.ts";
import { addHook, originGit, seed } from "./support/backend.ts";
import { AT, AUTHOR, REPOSITORY, refusal, useRoom, write } from "./support/room.ts";

const room = useRoom();
let base = "";
let one = "";
let two = "";
let ordinal = 0;
let ref = featureRef("feature/start");

beforeEach(async () => {
  const { origin, git, remote, backend } = room();
  backend.instead = null;
  base = seed(origin, "main", { "a.txt": "a\n" });
  await git.fetch(remote);
  one = await build(base, "one");
  two = await build(one, "two");
  ordinal += 1;
  ref = featureRef(`feature/test-${ordinal}`);
});

afterEach(() => {
  addHook(room().origin, "update", "#!/bin/sh\nexit 0\n");
  originGit(room().origin, ["symbolic-ref", "HEAD", "refs/heads/main"]);
  expect(at("main")).toBe(base);
});

function build(parent: string, name: string): Promise<string> {
  const changes = [write(`${name}.txt`, name)];
  return room().git.commit({ repositoryId: REPOSITORY, parent, changes, message: name, author: AUTHOR, at: AT });
}

function push(commit: string, expected: string | null, to: FeatureRef = ref) {
  return room().git.push(room().remote, { ref: to, commit, expected, defaultBranch: "main" });
}

/** Where a branch is on the server. */
function at(branch: string): string | null {
  const found = originGit(room().origin, ["for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`]).trim();
  return found === "" ? null : found;
}

function move(branch: string, to: string): void {
  originGit(room().origin, ["update-ref", `refs/heads/${branch}`, to]);
}

describe("push", () => {
  it("makes the branch, moves it on, and says so when it was there already", async () => {
    expect(await push(one, null)).toEqual({ kind: "pushed" });
    expect(at(ref)).toBe(one);
    expect(await push(two, one)).toEqual({ kind: "pushed" });
    expect(at(ref)).toBe(two);
    expect(await push(two, one)).toEqual({ kind: "already" });
    expect(await push(two, null)).toEqual({ kind: "already" });
  });

  it("writes nothing but that one branch", async () => {
    const before = originGit(room().origin, ["for-each-ref"]);
    await push(two, null);
    const after = originGit(room().origin, ["for-each-ref"]);
    expect(after.split("\n").filter((line) => !before.includes(line))).toEqual([`${two} commit\trefs/heads/${ref}`]);
  });

  it("changes nothing when somebody else moved the branch, made it or took it away", async () => {
    move(ref, base);
    expect(await push(one, null)).toEqual({ kind: "stale", actual: base });
    expect(await push(two, one)).toEqual({ kind: "stale", actual: base });
    expect(at(ref)).toBe(base);
    originGit(room().origin, ["update-ref", "-d", `refs/heads/${ref}`]);
    expect(await push(two, one)).toEqual({ kind: "stale", actual: null });
    expect(at(ref)).toBeNull();
  });

  it.each(["GET", "POST"])("changes nothing when the branch moves just before git's own %s", async (method) => {
    await push(one, null);
    const { backend } = room();
    const person = seed(room().origin, "person", { "p.txt": "p" });
    backend.instead = (request) => {
      const pushing = (request.url ?? "").includes("git-receive-pack");
      if (pushing && request.method === method && request.headers.authorization !== undefined) move(ref, person);
      return false;
    };
    expect(await push(two, one)).toEqual({ kind: "stale", actual: person });
    expect(at(ref)).toBe(person);
  });

  it("knows that it arrived although the answer was lost", async () => {
    const { backend, origin } = room();
    backend.instead = (request, response) => {
      if (request.method !== "POST" || !(request.url ?? "").includes("git-receive-pack")) return false;
      originGit(origin, ["fetch", "-q", `${room().dir}/${REPOSITORY}.git`, `refs/orion/${one}:refs/heads/${ref}`]);
      response.destroy();
      return true;
    };
    expect(await push(one, null)).toEqual({ kind: "pushed" });
  });

  it("refuses to leave behind what the branch points at", async () => {
    const other = await build(base, "other");
    await push(one, null);
    expect((await refusal(push(other, one))).code).toBe("NOT_A_DESCENDANT");
    expect((await refusal(push(base, one))).code).toBe("NOT_A_DESCENDANT");
    expect(at(ref)).toBe(one);
  });

  it("refuses to overwrite a commit the mirror has never seen", async () => {
    const person = seed(room().origin, ref, { "p.txt": "p" });
    expect((await refusal(push(two, person))).code).toBe("NOT_A_DESCENDANT");
    expect(at(ref)).toBe(person);
  });

  it("builds on a person's commit once that was fetched", async () => {
    const person = seed(room().origin, ref, { "p.txt": "p" }, base);
    await room().git.fetch(room().remote);
    const on = await build(person, "on");
    expect(await push(on, person)).toEqual({ kind: "pushed" });
  });

  it("names a commit the mirror does not hold", async () => {
    expect((await refusal(push("e".repeat(40), null))).code).toBe("UNKNOWN_COMMIT");
    expect((await refusal(push("main", null))).code).toBe("NOT_A_COMMIT");
    expect((await refusal(push(one, "--force"))).code).toBe("NOT_A_COMMIT");
  });

  it("passes on the server's words when it declines, without the token", async () => {
    const { remote } = room();
    addHook(room().origin, "update", `#!/bin/sh\necho "GH006: Protected branch, says ${remote.token}" >&2\nexit 1\n`);
    const error = await refusal(push(one, null));
    expect(error.code).toBe("PUSH_DENIED");
    expect(error.message).toContain("GH006: Protected branch, says [redacted]");
    expect(error.message).not.toContain(remote.token);
    expect(at(ref)).toBeNull();
  });

  it("tells a refused permission from a server that is down", async () => {
    const { backend } = room();
    const answering = (status: number) => {
      backend.instead = (request, response) => {
        if (request.headers.authorization === undefined || !(request.url ?? "").includes("receive-pack")) return false;
        response.writeHead(status).end();
        return true;
      };
    };
    answering(403);
    expect((await refusal(push(one, null))).code).toBe("PUSH_DENIED");
    answering(503);
    expect((await refusal(push(one, null))).code).toBe("REMOTE_FAILED");
    const nobody = { ...room().remote, url: "http://127.0.0.1:1/nobody.git" };
    const pushing = room().git.push(nobody, { ref, commit: one, expected: null, defaultBranch: "main" });
    expect((await refusal(pushing)).code).toBe("REMOTE_FAILED");
  });
});
