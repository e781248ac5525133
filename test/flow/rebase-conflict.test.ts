/** Merges that git cannot make, or that break something: what Devon hands in is judged, and what is the host's stays the host's. */
import { describe, expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { it } from "./support/flow-test.ts";
import { mergedPull } from "./support/merged.ts";
import { FILES } from "./support/project.ts";
import { atHead, BRANCH, proposed, resolves } from "./support/rebase-story.ts";
import { CODE_PATH, plans, RIGHT, reviews, STORY, TEST_PATH, writesCode, writesTest } from "./support/story.ts";

const REBASE = "/orion rebase";
const KEPT = `${RIGHT}export const half = (a) => a / 2; // by people\n`;
/** People add to the very line of the pull request's file. */
const PEOPLE = { [CODE_PATH]: "export const half = (a) => a / 2; // by people\n" };

describe("what Devon makes of a conflict", () => {
  it("goes back to him with markers in it, without a person's line, or with other files changed", async ({ flow }) => {
    const told = (words: string) => ({ expect: { last_result_contains: words } });
    const finish = { summary: "Both stay." };
    const foreign = `printf '# mine\\n' > README.md && cat > ${CODE_PATH} <<'END'\n${KEPT}END`;
    const lost = "half = (a) => a / 2; // by people` (the default branch's)";
    const script: ScriptEntry[] = [
      ...STORY,
      { role: "green", run: 2, say: "Fine as it is.", finish },
      { ...resolves(RIGHT), ...told("conflict markers are left") },
      { role: "green", run: 2, bash: foreign, finish, ...told(lost) },
    ];
    const world = await flow.start({ script });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    await mergedPull(world, "people/half", [PEOPLE], "squash");
    await project.maya.comment(project.place, pull, `${REBASE} keep half as it is`);
    const run = await world.ended(issue, { run: 2 });
    // three refusals are the most
    expect(run).toMatchObject({ status: "failed", failure: { code: "FINISH_REFUSED" } });
    expect((await project.branches())[BRANCH]).toBe(head);
    const failure = (await project.comments(pull)).at(-1);
    expect(failure?.body).toContain("I stopped at **green**");
    expect(failure?.body).toContain("undo: README.md");
  });

  it("is taken once nothing is lost, no secret comes in and a reviewer has read it, as a commit of both sides", async ({
    flow,
  }) => {
    const token = `${KEPT}// ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}\n`;
    const must = { file: CODE_PATH, line: 2, severity: "must", problem: "half(0) is not asked for." };
    const explained = `${KEPT}// half(0) is 0\n`;
    const script = [
      ...STORY,
      { ...resolves(RIGHT), expect: { contains: "keep half as it is" } },
      { ...resolves(token), expect: { last_result_contains: "lines that somebody wrote are gone" } },
      { ...resolves(KEPT), expect: { last_result_contains: "secrets do not belong into a repository" } },
      reviews([must], { run: 2 }),
      { ...resolves(explained), expect: { contains: ["a reviewer read what was made of the merge", must.problem] } },
      reviews([], { run: 2 }),
    ];
    const world = await flow.start({ script });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    await mergedPull(world, "people/half", [PEOPLE], "squash");
    await project.maya.comment(project.place, pull, `${REBASE} keep half as it is`);
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null });
    await atHead(world, BRANCH, async (commit) => {
      expect(commit.parents).toEqual([head, project.mainSha]);
      expect(await commit.file(CODE_PATH)).toBe(explained.trimEnd());
    });
    const [sticky] = await project.comments(issue);
    expect(sticky?.body).toContain("The merge:");
    expect(sticky?.body).not.toContain("Tara:");
  });

  it("is asked for as well where a clean merge breaks a test", async ({ flow }) => {
    const uses = (name: string) =>
      `import { ${name} } from "./math.js";\nexport const multiply = (a, b) => (b === 0 ? 0 : ${name}(a, multiply(a, b - 1)));\n`;
    const renamed = Object.fromEntries(
      ["src/math.js", "test/math.test.js"].map((path) => [path, (FILES[path] ?? "").replaceAll(/\badd\b/g, "plus")]),
    );
    const mends: ScriptEntry = {
      role: "green",
      run: 2,
      edit: { path: CODE_PATH, old: uses("add"), new: uses("plus") },
      finish: { summary: "add is called plus now." },
      expect: { contains: "Git merged both without a conflict" },
    };
    const script = [plans(), writesTest(), writesCode(uses("add")), reviews(), mends, reviews([], { run: 2 })];
    const world = await flow.start({ script });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    await mergedPull(world, "people/plus", [renamed], "squash");
    await project.maya.comment(project.place, pull, REBASE);
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null, round: 2 });
    await atHead(world, BRANCH, async (commit) => {
      expect(commit.parents).toEqual([head, project.mainSha]);
      expect(await commit.file(CODE_PATH)).toBe(uses("plus").trimEnd());
    });
    const [seen] = (await project.pulls()).filter(({ number }) => number === pull);
    expect(seen?.body).toContain("Devon mended what the merge broke: add is called plus now.");
    expect(seen?.body).toContain(`changed beside the conflict: ${CODE_PATH}`);
  });

  it("that is a frozen test must keep it green", async ({ flow }) => {
    const theirs = 'import test from "node:test";\ntest("by people", () => {});\n';
    const world = await flow.start({
      script: [
        ...STORY,
        {
          ...{ role: "green", run: 2, bash: `cat > ${TEST_PATH} <<'END'\n${theirs}END` },
          finish: {
            summary: "Their test.",
            replaced: [
              'import assert from "node:assert/strict";',
              'import { multiply } from "../src/multiply.js";',
              'test("multiplies two numbers", () => assert.equal(multiply(2, 3), 6));',
            ].map((line) => ({ file: TEST_PATH, line, because: "theirs is enough for this" })),
          },
        } as const,
      ],
    });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    await mergedPull(world, "people/test", [{ [TEST_PATH]: theirs }], "squash");
    await project.maya.comment(project.place, pull, REBASE);
    const run = await world.ended(issue, { run: 2 });
    expect(run.status).toBe("failed");
    const told = await world.orion.store.events((await world.task(issue))?.id ?? "", 100);
    expect(told.map(({ text }) => text).join("\n")).toContain('no test named "multiplies two numbers" ran in');
    expect((await project.branches())[BRANCH]).toBe(head);
  });
});

describe("on Orion's own repository", () => {
  const version = (now: string) =>
    (FILES["package.json"] ?? "").replace('"private"', `"version": "${now}",\n  "private"`);
  const heading = "# Changelog\n\nWhat each version of Orion brought, newest first.\n\n";
  const old = "## 1.0.0 (2026-01-01)\n\n- feat: add\n";

  it("version and changelog are the host's: the next minor, and what both brought", async ({ flow }) => {
    const files = { ...FILES, "package.json": version("1.0.0"), "docs/changelog.md": heading + old };
    const world = await flow.start({
      script: STORY,
      project: { files },
      variables: { ORION_REPOSITORY: "acme/math" },
    });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    const asked = world.model.requests().length;
    const theirs = "## 1.2.0 (2026-02-02)\n\n- feat: theirs\n\n## 1.1.0 (2026-02-01)\n\n- fix: theirs\n\n";
    const release = { "package.json": version("1.2.0"), "docs/changelog.md": heading + theirs + old };
    await mergedPull(world, "people/release", [release], "squash");
    await project.maya.comment(project.place, pull, REBASE);
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null });
    expect(world.model.requests()).toHaveLength(asked);
    await atHead(world, BRANCH, async (commit) => {
      expect(commit.parents).toEqual([head, project.mainSha]);
      expect(await commit.file("package.json")).toBe(version("1.3.0").trimEnd());
      const changelog = (await commit.file("docs/changelog.md")) ?? "";
      expect(changelog.match(/^(## [\d.]+|- .*)/gm)).toEqual([
        ...["## 1.3.0", "- feat: Add multiply() (asked for in 1)"],
        ...["## 1.2.0", "- feat: theirs", "## 1.1.0", "- fix: theirs", "## 1.0.0", "- feat: add"],
      ]);
    });
    expect(await project.checksNamed("orion/scope", (await project.branches())[BRANCH] ?? "")).toMatchObject([
      { conclusion: "success" },
    ]);
  });

  it("a version that merges cleanly, since both raised it alike, is raised once more, whoever resolves the rest", async ({
    flow,
  }) => {
    const world = await flow.start({
      script: [...STORY, resolves(KEPT), reviews([], { run: 2 })],
      project: { files: { ...FILES, "package.json": version("1.0.0") } },
      variables: { ORION_REPOSITORY: "acme/math" },
    });
    const { project } = world;
    const { issue, pull } = await proposed(world);
    await mergedPull(world, "people/release", [{ "package.json": version("1.1.0"), ...PEOPLE }], "squash");
    await project.maya.comment(project.place, pull, REBASE);
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null });
    await atHead(world, BRANCH, async (commit) => {
      expect(await commit.file(CODE_PATH)).toBe(KEPT.trimEnd());
      expect(await commit.file("package.json")).toBe(version("1.2.0").trimEnd());
      expect(await commit.file("docs/changelog.md")).toMatch(/^## 1\.2\.0 .*\n\n- feat: Add multiply\(\)[^\n]*$/m);
    });
  });
});
