/** Commits that undo what was merged, built by plumbing on top of what came later. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { RevertRequest, RevertResult } from "../../src/domain/ports/git-port.ts";
import { originGit, type SeedFile, seed } from "./support/backend.ts";
import { AT, AUTHOR, REPOSITORY, refusal, useRoom } from "./support/room.ts";

const room = useRoom();
type Files = Readonly<Record<string, SeedFile>>;
const BASE: Files = {
  "a.txt": "one\ntwo\nthree\nfour\nfive\nsix\nseven\n",
  "prisma/migrations/1_init/migration.sql": "CREATE TABLE a ();\n",
  "prisma/schema.prisma": "model A {}\n",
};
const FEATURE: Files = {
  ...BASE,
  "a.txt": "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\n",
  "tool.ts": "export const tool = 1;\n",
  "prisma/migrations/2_tool/migration.sql": "CREATE TABLE tool ();\n",
  "prisma/schema.prisma": "model A {}\nmodel Tool {}\n",
};
const LATER: Files = { ...FEATURE, "a.txt": "ONE\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n", "b.txt": "later\n" };

/** A merge commit of two that are there. */
function merged(first: string, second: string): string {
  const tree = originGit(room().origin, ["rev-parse", `${second}^{tree}`]).trim();
  const who = ["-c", "user.name=T", "-c", "user.email=t@example.org"];
  const args = [...who, "commit-tree", tree, "-p", first, "-p", second, "-m", "Merge"];
  const commit = originGit(room().origin, args).trim();
  originGit(room().origin, ["update-ref", "refs/heads/main", commit]);
  return commit;
}

async function revert(over: Pick<RevertRequest, "onto" | "before" | "after">): Promise<RevertResult> {
  const { git, remote } = room();
  await git.fetch(remote);
  const words = { message: "revert: tool\n", author: AUTHOR, at: AT };
  return git.revert({ repositoryId: REPOSITORY, keep: ["prisma/migrations"], ...words, ...over });
}

async function filesOf(commit: string): Promise<Readonly<Record<string, string>>> {
  const { git } = room();
  const entries = await git.tree(REPOSITORY, commit);
  const texts = entries.map(async ({ path: file }) => {
    const bytes = await git.file(REPOSITORY, commit, file);
    return [file, Buffer.from(bytes ?? []).toString("utf8")] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

const built = (result: RevertResult): string => {
  if (result.kind !== "built") throw new Error(`nothing was built: ${JSON.stringify(result)}`);
  return result.commit;
};

const MIGRATION = "prisma/migrations/2_tool/migration.sql";

describe("revert", () => {
  it("brings back what was there before and keeps the migrations, merge commit or not", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    const feature = seed(origin, "feature/tool", FEATURE, base);
    const merge = merged(base, feature);
    const undone = { ...BASE, [MIGRATION]: FEATURE[MIGRATION] };
    expect(await filesOf(built(await revert({ onto: merge, before: base, after: merge })))).toEqual(undone);
    expect(await filesOf(built(await revert({ onto: feature, before: base, after: feature })))).toEqual(undone);
  });

  it("undoes several commits in a row", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    const test = seed(origin, "main", { ...BASE, "tool.test.ts": "test\n" }, base);
    const feat = seed(origin, "main", { ...BASE, "tool.test.ts": "test\n", "tool.ts": "tool\n" }, test);
    expect(await filesOf(built(await revert({ onto: feat, before: base, after: feat })))).toEqual(BASE);
  });

  it("leaves what came later, even in the same file", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    const feature = seed(origin, "main", FEATURE, base);
    const later = seed(origin, "main", LATER, feature);
    const found = await filesOf(built(await revert({ onto: later, before: base, after: feature })));
    expect(found["a.txt"]).toBe("one\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n");
    expect(found).toMatchObject({ "b.txt": "later\n", "prisma/schema.prisma": "model A {}\n" });
    expect(Object.keys(found)).not.toContain("tool.ts");
    expect(Object.keys(found)).toContain(MIGRATION);
  });

  it("tells the files when what came later changed the same lines, and builds nothing", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    const feature = seed(origin, "main", FEATURE, base);
    const later = seed(
      origin,
      "main",
      { ...LATER, "a.txt": "uno\ntwo\n", "tool.ts": "export const tool = 2;\n" },
      feature,
    );
    const result = await revert({ onto: later, before: base, after: feature });
    expect(result).toEqual({ kind: "conflict", files: ["a.txt", "tool.ts"] });
  });

  it("says that nothing is left once it was undone", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    const feature = seed(origin, "main", { ...BASE, "tool.ts": "tool\n" }, base);
    const gone = seed(origin, "main", BASE, feature);
    expect(await revert({ onto: gone, before: base, after: feature })).toEqual({ kind: "nothing" });
  });

  it("gives the same commit again, on one parent, and what was undone can be undone", async () => {
    const { origin, git } = room();
    const base = seed(origin, "main", BASE);
    const feature = seed(origin, "main", FEATURE, base);
    const request = { onto: feature, before: base, after: feature };
    const first = built(await revert(request));
    expect(built(await revert(request))).toBe(first);
    const [commit] = await git.history(REPOSITORY, first, 1);
    expect(commit).toMatchObject({ sha: first, parents: [feature], message: "revert: tool", authoredAt: AT });
    originGit(origin, [
      "fetch",
      "--quiet",
      path.join(room().dir, `${REPOSITORY}.git`),
      `refs/orion/${first}:refs/heads/main`,
    ]);
    expect(await filesOf(built(await revert({ onto: first, before: feature, after: first })))).toEqual(FEATURE);
  });

  it("keeps migrations of a project that is not at the top", async () => {
    const { origin } = room();
    const base = seed(origin, "main", { "README.md": "x\n" });
    const file = "apps/api/prisma/migrations/1/migration.sql";
    const feature = seed(origin, "main", { "README.md": "y\n", [file]: "CREATE TABLE a ();\n" }, base);
    const found = await filesOf(built(await revert({ onto: feature, before: base, after: feature })));
    expect(found).toEqual({ "README.md": "x\n", [file]: "CREATE TABLE a ();\n" });
  });

  it("refuses what is not on the branch", async () => {
    const { origin } = room();
    const base = seed(origin, "main", BASE);
    const aside = seed(origin, "feature/aside", FEATURE, base);
    const error = await refusal(revert({ onto: base, before: base, after: aside }));
    expect(error.code).toBe("NOT_MERGED");
  });
});
