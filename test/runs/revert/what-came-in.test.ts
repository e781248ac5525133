import { describe, expect, it } from "vitest";
import type { CommitFacts } from "../../../src/domain/ports/git-port.ts";
import { whatCameIn } from "../../../src/runs/revert/what-came-in.ts";

const commit = (sha: string, parents: readonly string[], message = sha, seconds = 1): CommitFacts => ({
  ...{ sha, parents, message },
  authoredAt: new Date(seconds * 1_000),
});
/** two commits on a branch that left main at `m1` */
const OWN = [commit("a", ["m1"], "test: x", 1), commit("b", ["a"], "feat: x", 2)];
const came = (history: readonly CommitFacts[], commits = OWN, headSha = "b") =>
  whatCameIn({ history, commits, headSha });

describe("what a pull request brought", () => {
  it("is told by the merge that holds its head, also when more was pushed on top", () => {
    const merge = commit("M", ["m2", "b"]);
    const found = { kind: "found", how: "merge commit", before: "m2", after: "M", count: 1 };
    expect(came([merge, commit("m2", ["m1"])])).toEqual(found);
    expect(came([commit("later", ["M"]), merge, commit("m2", ["m1"])])).toEqual(found);
  });

  it("is one commit after a squash, even when it kept the last message", () => {
    const squash = { kind: "found", how: "squash", before: "m2", after: "S", count: 1 };
    expect(came([commit("S", ["m2"], "x (#1)", 9), commit("m2", ["m1"])])).toEqual(squash);
    expect(came([commit("S", ["m2"], "feat: x", 2), commit("m2", ["m1"])])).toEqual(squash);
  });

  it("is as many commits as a rebase replayed, without those it dropped", () => {
    const main = commit("m2", ["m1"], "test: x", 7);
    const replayed = [commit("b2", ["a2"], "feat: x", 2), commit("a2", ["m2"], "test: x", 1)];
    expect(came([...replayed, main])).toMatchObject({ how: "rebase", before: "m2", after: "b2", count: 2 });
    const dropped = [OWN[0], commit("x", ["a"], "chore: x", 3), commit("y", ["x"], "feat: x", 2)].flatMap(
      (one) => one ?? [],
    );
    expect(came([...replayed, main], dropped, "y")).toMatchObject({ how: "rebase", before: "m2", count: 2 });
  });

  it("is what a fast-forward stands on, the default branch's tip that was merged in", () => {
    expect(came([OWN[1], OWN[0], commit("m1", [])].flatMap((one) => one ?? []))).toMatchObject({
      before: "m1",
      after: "b",
      how: "fast-forward",
    });
    const long = [commit("a", ["m1"]), commit("n", ["a", "m5"]), commit("b", ["n"])];
    expect(came([...long].reverse(), long)).toMatchObject({ before: "m5", after: "b" });
  });

  it("is unclear where the branch ends in a merge of something else, or nothing was before", () => {
    expect(came([commit("M", ["m2", "other"])]).kind).toBe("unclear");
    expect(came([]).kind).toBe("unclear");
    expect(came([commit("b", [])], [commit("b", [])]).kind).toBe("unclear");
  });
});
