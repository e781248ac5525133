/** When the remote is asked, and for what; git and GitHub are doubles that count. */
import { describe, expect, it } from "vitest";
import { OrionError } from "../../../src/domain/errors.ts";
import type { Git } from "../../../src/domain/ports/git-port.ts";
import type { Repository } from "../../../src/domain/task.ts";
import { branchTip, bring, pullTip } from "../../../src/runs/mirror/bring.ts";
import { carrying, regain } from "../../../src/runs/mirror/carry.ts";

const REPOSITORY = { id: 7 } as Repository;
const REMOTE = { repositoryId: 7, url: "https://forge/acme/math.git", token: "t" };

/** A mirror that holds `here`; a fetch brings `there`, a pull request's fetch `pull`. */
function world({ here = [], there = [] }: { readonly here?: readonly string[]; readonly there?: readonly string[] }) {
  const held = new Set(here);
  const asked: string[] = [];
  const git = {
    has: async (_: number, commits: readonly string[]) => commits.every((commit) => held.has(commit)),
    fetch: async () => {
      asked.push("fetch");
      for (const commit of there) held.add(commit);
    },
    fetchPull: async () => {
      asked.push("fetchPull");
      return "pull";
    },
    unpack: async (_: number, commit: string, pack: Uint8Array) => {
      if (pack.byteLength === 0) throw new OrionError("GIT_FAILED", "unresolved deltas", {});
      asked.push(`unpack ${commit}`);
      held.add(commit);
    },
  };
  const heads = new Map([["main", "tip"]]);
  const github = {
    remote: async () => REMOTE,
    branchHead: async (_: Repository, name: string) => heads.get(name) ?? null,
  };
  return { git, github, asked };
}

describe("the remote is asked", () => {
  it("only for what the mirror lacks", async () => {
    const { git, github, asked } = world({ here: ["a", "tip"], there: ["b"] });
    await bring({ git, github }, REPOSITORY, ["a"]);
    expect(await branchTip({ git, github }, REPOSITORY, "main")).toBe("tip");
    expect(await branchTip({ git, github }, REPOSITORY, "gone")).toBeNull();
    expect(await pullTip({ git, github }, REPOSITORY, { number: 1, headSha: "a" })).toBe("a");
    expect(asked).toEqual([]);
    await bring({ git, github }, REPOSITORY, ["a", "b"]);
    await bring({ git, github }, REPOSITORY, ["b"]);
    expect(asked).toEqual(["fetch"]);
  });

  it("for a pull request from elsewhere by its number", async () => {
    const { git, github, asked } = world({});
    expect(await pullTip({ git, github }, REPOSITORY, { number: 1, headSha: "x" })).toBe("pull");
    expect(asked).toEqual(["fetchPull"]);
  });
});

describe("what a run built", () => {
  const FENCE = { runId: "run", attempt: 1 };
  const log = () => undefined;
  const kept = (packs: Readonly<Record<string, number>>) => ({
    keptCommits: async () => Object.keys(packs),
    keptPack: async (_: string, sha: string) => (packs[sha] === undefined ? null : new Uint8Array(packs[sha])),
  });

  it("is kept before anybody relies on it, once, merges too", async () => {
    const stored: string[] = [];
    const git = {
      commit: async () => "c1",
      merge: async ({ ours }: { readonly ours: string }) =>
        ours === "c1" ? { kind: "nothing" as const } : { kind: "merged" as const, commit: "m1", tree: "t" },
      pack: async (_: number, commit: string) => Buffer.from(commit),
    } as unknown as Git;
    const store = { keepCommit: async (_: unknown, sha: string) => void stored.push(sha) };
    const own = carrying(git, store, FENCE);
    const request = { repositoryId: 7 } as Parameters<Git["commit"]>[0];
    expect([await own.commit(request), await own.commit(request)]).toEqual(["c1", "c1"]);
    const merge = { repositoryId: 7, ours: "c1" } as Parameters<Git["merge"]>[0];
    expect((await own.merge(merge)).kind).toBe("nothing");
    expect((await own.merge({ ...merge, ours: "c0" })).kind).toBe("merged");
    expect(stored).toEqual(["c1", "m1"]);
  });

  it("is brought back on another machine, oldest first, and costs nothing on its own", async () => {
    const run = { id: "run", baseSha: "base" };
    const there = world({ here: ["base", "c1", "c2"] });
    await regain({ ...there, store: kept({ c1: 1, c2: 1 }), log }, REPOSITORY, run);
    expect(there.asked).toEqual([]);
    const elsewhere = world({ there: ["base"] });
    await regain({ ...elsewhere, store: kept({ c1: 1, c2: 1 }), log }, REPOSITORY, run);
    expect(elsewhere.asked).toEqual(["fetch", "unpack c1", "unpack c2"]);
  });

  it("and cannot be had any more stops nobody here", async () => {
    const { git, github, asked } = world({});
    const lines: string[] = [];
    const deps = { git, github, store: kept({ c1: 0, c2: 1 }), log: (line: string) => void lines.push(line) };
    await regain(deps, REPOSITORY, { id: "run", baseSha: "gone" });
    expect(asked).toEqual(["fetch"]);
    expect(lines).toEqual([expect.stringContaining("c1 cannot be brought back")]);
  });
});
