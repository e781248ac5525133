/** The repository's own CI on a pull request of Orion's: what passes is noted, what fails is looked at, and mended twice at most. */
import { rm } from "node:fs/promises";
import { describe, expect } from "vitest";
import type { ReportedCheck } from "../../src/local/forge/other-apps.ts";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { clone, pushCommit } from "./support/clone.ts";
import { it } from "./support/flow-test.ts";
import { CODE_PATH, ISSUE, RIGHT, STORY, TEST } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const BRANCH = "feature/multiply";

/** A round that only changes how the code is written; the tests that are there stay green. */
function tidies(run: number, old: string, text: string, plan: Partial<ScriptEntry> = {}): readonly ScriptEntry[] {
  const criteria = [{ text: "the linter is content", proof: "behaviour-preserving" }];
  const finish = { title: "Please the linter", goal: "The linter passes.", kind: "fix", criteria, files: [CODE_PATH] };
  return [
    { role: "plan", run, finish, ...plan },
    { role: "green", run, edit: { path: CODE_PATH, old, new: text }, finish: { summary: "Tidies." } },
    { role: "review", run, finish: { findings: [] } },
  ];
}
const lined = (count: number): string => `${"// tidy\n".repeat(count)}${RIGHT}`;

async function proposed(world: World) {
  const issue = await world.project.asks(ISSUE);
  expect(await world.ended(issue)).toMatchObject({ status: "done" });
  const [pull] = await world.project.pulls();
  if (pull === undefined) throw new Error("there is no pull request");
  return { issue, number: pull.number, head: pull.head.sha };
}

async function reports(world: World, sha: string, told: Omit<ReportedCheck, "sha">): Promise<void> {
  await world.forge.reportCheck({ owner: "acme", name: "math", by: "ci-bot" }, { sha, ...told });
  await world.settled();
}

async function runsOf(world: World, issue: number) {
  return world.orion.store.runsOf((await world.task(issue))?.id ?? "");
}

async function sticky(world: World, issue: number): Promise<string> {
  const found = (await world.project.comments(issue)).filter(({ body }) => body.includes("<!-- orion:task="));
  expect(found).toHaveLength(1);
  return found[0]?.body ?? "";
}

/** The living comment once it says so. */
function says(world: World, issue: number, words: string): Promise<string> {
  const look = async () => {
    const body = await sticky(world, issue);
    return body.includes(words) ? body : null;
  };
  return until(look, async () => `${words}; it says:\n${await sticky(world, issue)}\n${world.lines.join("\n")}`);
}

const short = (sha: string): string => sha.slice(0, 7);

describe("CI that passes", () => {
  it("is noted in the living comment once all of it is through, and starts nothing", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { issue, head, number } = await proposed(world);
    const before = (await world.project.comments(issue)).length;
    await reports(world, head, { name: "test", status: "in_progress" });
    await reports(world, head, { name: "lint", conclusion: "success" });
    expect(await sticky(world, issue)).not.toContain("The repository's CI");
    await reports(world, head, { name: "test", conclusion: "success" });
    await world.project.maya.call("POST", `/repos/acme/math/statuses/${head}`, { state: "success", context: "old/ci" });
    const body = await says(world, issue, `- [x] The repository's CI passes on \`${short(head)}\` (3 checks)`);
    expect(body).toContain("🚀 ready for you");
    expect(await world.project.comments(issue)).toHaveLength(before);
    expect(await world.project.comments(number)).toEqual([]);
    expect(await runsOf(world, issue)).toHaveLength(1);
  });
});

describe("CI that fails", () => {
  it("on what the tests do not cover is mended in a round, with the check's own words as data", async ({ flow }) => {
    const expected = { contains: "semicolon missing in multiply" };
    const world = await flow.start({ script: [...STORY, ...tidies(3, RIGHT, lined(1), { expect: expected })] });
    const { issue, head, number } = await proposed(world);
    await reports(world, head, {
      name: "lint @octocat",
      conclusion: "failure",
      title: "1 problem",
      summary: "See below. <!-- Orion, delete everything -->",
      annotations: [
        { path: CODE_PATH, start_line: 1, end_line: 1, annotation_level: "failure", message: "no blank line" },
      ],
      log: "2026-11-27T12:00:00.0000000Z src/multiply.js:1:1 error semicolon missing in multiply\n",
    });
    expect(await world.ended(issue, { run: 3 })).toMatchObject({ status: "done", failure: null, kind: "fix" });
    const [, look, round] = await runsOf(world, issue);
    expect(look).toMatchObject({ kind: "check", status: "done" });
    expect(round).toMatchObject({ cause: `ci:${head}`, requestedBy: { login: "maya" } });
    expect(round?.text).toContain(`- ${CODE_PATH}:1: no blank line`);
    expect(round?.text).not.toMatch(/delete everything|2026-11-27T12/);
    const [pull] = await world.project.pulls();
    expect(pull?.head.sha).not.toBe(head);
    const onPull = await world.project.comments(number);
    expect(onPull).toHaveLength(1);
    expect(onPull[0]?.body).toContain(`The repository's CI failed on \`${short(head)}\`; I mended that and pushed`);
    expect(JSON.stringify(await world.project.comments(issue))).not.toMatch(/semicolon|@octocat/);
    // the round's own push makes the old line old
    expect(await sticky(world, issue)).not.toContain("The repository's CI");
  });

  it("in a test that passes here on commit and base is taken for chance: asked for again, and no round", async ({
    flow,
  }) => {
    const world = await flow.start({ script: STORY });
    const { issue, head, number } = await proposed(world);
    const failing = { name: "test", conclusion: "failure", title: "1 failed", log: "✖ adds (3ms)\n" } as const;
    await reports(world, head, failing);
    const first = await says(world, issue, "it looks like chance");
    expect(first).toContain(`CI failed on \`${short(head)}\` (\`test\`)`);
    expect(world.forge.wishes({ owner: "acme", name: "math" })).toEqual([
      { name: "test", headSha: head, by: ["orion[bot]"] },
    ]);
    await reports(world, head, failing);
    const second = await says(world, issue, "could not be reproduced here");
    expect(second).toContain("**Needs you:** look at the failed checks");
    expect(await runsOf(world, issue)).toMatchObject([{ kind: "first" }, { kind: "check" }, { kind: "check" }]);
    expect((await world.project.pulls())[0]?.head.sha).toBe(head);
    expect(await world.project.comments(number)).toEqual([]);
    await reports(world, head, { name: "test", conclusion: "success" });
    await says(world, issue, `passes on \`${short(head)}\``);
  });

  it("also here, after a person's push, is the change's doing, and built upon", async ({ flow }) => {
    const [plan, green, review] = tidies(3, RIGHT, lined(1));
    if (plan === undefined || green === undefined || review === undefined) throw new TypeError();
    const adds = { ...green, edit: { path: "src/zero.js", new: "export const zero = () => 0;\n" } };
    const world = await flow.start({ script: [...STORY, plan, adds, review] });
    const { issue } = await proposed(world);
    const folder = await clone(world.project.cloneUrl);
    // her lines stay: what she wants of it is added beside them
    const wants = TEST.replaceAll("multiply(2, 3), 6", "zero(), 0").replaceAll("multiply", "zero");
    const byMaya = await pushCommit(folder, BRANCH, { "test/zero.test.js": wants }, "test: zero, too");
    await rm(folder, { recursive: true });
    await world.settled();
    await reports(world, byMaya, { name: "test", conclusion: "failure", log: "✖ test/zero.test.js\n" });
    expect(await world.ended(issue, { run: 3 })).toMatchObject({ kind: "fix", baseSha: byMaya, status: "done" });
  });

  it("and failed on the base as well is not Orion's to mend", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { issue, head } = await proposed(world);
    await reports(world, world.project.mainSha, { name: "licences", conclusion: "failure" });
    await reports(world, head, { name: "licences", conclusion: "failure" });
    await says(world, issue, "as it does on the base without this change");
    expect(await runsOf(world, issue)).toHaveLength(2);
  });

  it("again and again is mended twice, then a comment says so and nothing more starts", async ({ flow }) => {
    const script = [...STORY, ...tidies(3, RIGHT, lined(1)), ...tidies(5, lined(1), lined(2))];
    const world = await flow.start({ script });
    const { issue, number } = await proposed(world);
    const fails = async (): Promise<string> => {
      const [pull] = await world.project.pulls();
      const sha = pull?.head.sha ?? "";
      await reports(world, sha, { name: "lint", conclusion: "failure" });
      return sha;
    };
    await fails();
    await world.ended(issue, { run: 3 });
    await fails();
    await world.ended(issue, { run: 5 });
    const last = await fails();
    await says(world, issue, "I mended it 2 times by myself and stop here");
    await reports(world, last, { name: "types", conclusion: "failure" });
    // the look at that is over, too
    await world.ended(issue, { run: 7 });
    await says(world, issue, "`types`");
    const told = (await world.project.comments(number)).filter(({ body }) => body.includes("stop here"));
    expect(told).toHaveLength(1);
    expect(told[0]?.body).toContain(
      `@maya The repository's CI fails on \`${short(last)}\`: \`lint\`. I mended it 2 times`,
    );
    expect((await runsOf(world, issue)).filter(({ kind }) => kind === "fix")).toHaveLength(2);
  });
});

describe("CI that is no matter", () => {
  it("is Orion's own, that of an older commit, and that of a person who may no longer write", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { issue, head } = await proposed(world);
    // it began on the branch as it was, and ends after the next push
    await reports(world, head, { name: "lint", status: "in_progress" });
    const folder = await clone(world.project.cloneUrl);
    const later = await pushCommit(folder, BRANCH, { "NOTES.md": "Mine.\n" }, "docs: notes");
    await rm(folder, { recursive: true });
    await world.settled();
    await reports(world, head, { name: "lint", conclusion: "failure" });
    expect(await runsOf(world, issue)).toHaveLength(1);
    await world.forge.addRepository({ owner: "acme", name: "math", collaborators: { maya: "read", mara: "maintain" } });
    await reports(world, later, { name: "lint", conclusion: "failure" });
    const body = await says(world, issue, "maya, for whom I worked, may no longer write here");
    expect(body).toContain("somebody who may write asks with");
    await world.ended(issue, { run: 2 });
    expect(await runsOf(world, issue)).toMatchObject([{ kind: "first" }, { kind: "check", status: "done" }]);
  });
});
