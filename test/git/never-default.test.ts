/** The default branch has no spelling here: not in types, not in names, not on the server. */
import fc from "fast-check";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { OrionError } from "../../src/domain/errors.ts";
import { type FeatureRef, featureRef, featureSlug } from "../../src/domain/feature-ref.ts";
import type { Git } from "../../src/domain/ports/git-port.ts";
import { refuseDefault } from "../../src/git/push.ts";
import { originGit, seed } from "./support/backend.ts";
import { AT, AUTHOR, REPOSITORY, refusal, useRoom, write } from "./support/room.ts";

const room = useRoom();
let base = "";
let commit = "";

beforeAll(async () => {
  const { origin, git, remote } = room();
  base = seed(origin, "main", { "a.txt": "a\n" });
  await git.fetch(remote);
  const changes = [write("b.txt", "b")];
  commit = await git.commit({ repositoryId: REPOSITORY, parent: base, changes, message: "m", author: AUTHOR, at: AT });
});

function pushTo(ref: string, defaultBranch = "main", expected: string | null = null) {
  return room().git.push(room().remote, { ref: ref as FeatureRef, commit, expected, defaultBranch });
}

function refs(): string {
  return originGit(room().origin, ["for-each-ref", "--format=%(refname) %(objectname)"]);
}

describe("the default branch", () => {
  it("cannot be given to push by its type", () => {
    type Ref = Parameters<Git["push"]>[1]["ref"];
    expectTypeOf<string>().not.toExtend<Ref>();
    expectTypeOf<"feature/x">().not.toExtend<Ref>();
    expectTypeOf<FeatureRef>().toExtend<Ref>();
  });

  it.each([
    "main",
    "refs/heads/main",
    "feature/../main",
    "feature/x:refs/heads/main",
    "feature/x\nmain",
    "feature/x main",
    "+feature/x",
    ":main",
    "feature/",
    "Feature/x",
    "feature/X",
    "HEAD",
    "--mirror",
    "feature/x.lock",
    "feature/x@{1}",
    "feature/x/y",
    "",
  ])("is not reached by a cast of %j", async (name) => {
    const before = refs();
    expect((await refusal(pushTo(name))).code).toBe("NOT_A_FEATURE_REF");
    expect(refs()).toBe(before);
  });

  it.each([
    "feature/x",
    "Feature/X",
    "refs/heads/feature/x",
    "heads/feature/x",
    "FEATURE/\uff38",
    " feature/x ",
    "feature/\u200bx",
  ])("is refused when it is spelled %j", async (name) => {
    const before = refs();
    expect((await refusal(pushTo("feature/x", name))).code).toBe("DEFAULT_BRANCH");
    expect(refs()).toBe(before);
  });

  it("is asked of the server itself at every push, whatever the caller believes", async () => {
    const { origin } = room();
    originGit(origin, ["update-ref", "refs/heads/feature/trunk", base]);
    originGit(origin, ["symbolic-ref", "HEAD", "refs/heads/feature/trunk"]);
    const error = await refusal(pushTo("feature/trunk", "main", base));
    expect(error.code).toBe("DEFAULT_BRANCH");
    expect(originGit(origin, ["rev-parse", "refs/heads/feature/trunk"]).trim()).toBe(base);
    originGit(origin, ["symbolic-ref", "HEAD", "refs/heads/main"]);
  });

  it("is never what any name becomes, nor anything outside feature/", () => {
    const names = fc.oneof(
      fc.string({ unit: "binary", maxLength: 90 }),
      fc.string({ maxLength: 90 }).map((text) => `feature/${text}`),
      fc
        .constantFrom("main", "master", "refs/heads/", "feature/", "..", "@{", ":", "\n")
        .chain((part) => fc.string({ maxLength: 20 }).map((text) => part + text)),
    );
    fc.assert(
      fc.property(names, (name) => {
        const made = accepted(name);
        if (made === null) return;
        expect(made).toMatch(/^feature\/[a-z0-9][a-z0-9-]{0,59}$/);
        expect(() => refuseDefault(made, made)).toThrow(OrionError);
      }),
      { numRuns: 10_000 },
    );
  });

  it("is never what words a person wrote become, and git takes every such name", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 120 }),
        fc.constantFrom("main", "master", "trunk"),
        (words, trunk) => {
          const made = featureRef(`feature/${featureSlug(words)}`);
          expect(() => refuseDefault(made, trunk)).not.toThrow();
          expect(`refs/heads/${made}`).not.toBe(`refs/heads/${trunk}`);
        },
      ),
      { numRuns: 10_000 },
    );
    for (const words of ["SlackTool", "../../main", "--force", "x.lock", "", "ünï cödé", "a".repeat(300)]) {
      originGit(room().origin, ["check-ref-format", `refs/heads/feature/${featureSlug(words)}`]);
    }
  });

  it("and every other ref stay where they are when a feature branch is pushed", async () => {
    const before = refs();
    await pushTo("feature/only-this");
    expect(
      refs()
        .split("\n")
        .filter((line) => !before.includes(line)),
    ).toEqual([`refs/heads/feature/only-this ${commit}`]);
  });
});

function accepted(name: string): FeatureRef | null {
  try {
    return featureRef(name);
  } catch (error) {
    expect(error).toBeInstanceOf(OrionError);
    return null;
  }
}
