/** People go on with the default branch: what a pull request claims says on which of its states it holds. */
import { rm } from "node:fs/promises";
import { describe, expect } from "vitest";
import { clone, pushCommit } from "./support/clone.ts";
import { evidenceIn, faultsOf } from "./support/evidence.ts";
import { it } from "./support/flow-test.ts";
import { mergedPull } from "./support/merged.ts";
import { FILES } from "./support/project.ts";
import { BRANCH, CONFLICT, proposed } from "./support/rebase-story.ts";
import { CODE_PATH, ISSUE, plans, reviews, STORY, TEST_NAME, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const slowly = (code?: string) => [plans(), writesTest(), writesCode(code), reviews([], { delay_ms: 8_000 })];

/** People merge while the reviewer reads. @returns the issue, whose pull request is there afterwards */
async function movedMeanwhile(world: World, files: Readonly<Record<string, string>>): Promise<number> {
  const issue = await world.project.asks(ISSUE);
  const reads = () => (world.model.requests().some(({ role }) => role === "review") ? true : null);
  await until(reads, () => `the review\n${world.lines.join("\n")}`, 90_000);
  await mergedPull(world, "people/meanwhile", [files], "squash");
  expect(await world.ended(issue)).toMatchObject({ status: "done", failure: null });
  return issue;
}

/** The pull request of the branch, people's own left out. */
async function mine({ project }: World) {
  const [pull] = (await project.pulls()).filter(({ head }) => head.ref === BRANCH);
  if (pull === undefined) throw new Error("there is no pull request");
  return pull;
}

describe("a default branch that moves during a run", () => {
  it("is merged for a look, and the evidence holds on both", async ({ flow }) => {
    const world = await flow.start({ script: slowly() });
    const { project } = world;
    const before = project.mainSha;
    const issue = await movedMeanwhile(world, { "README.md": "# math by people\n" });
    const { body, head } = await mine(world);
    const now = project.mainSha.slice(0, 7);
    const [evidence] = evidenceIn(body);
    expect(evidence).toMatchObject({ baseSha: before, headSha: head.sha });
    expect(evidence?.onto).toMatchObject({ base: project.mainSha, since: before, conflicts: [], problems: [] });
    expect(evidence?.onto?.merge).toMatch(/^[0-9a-f]{40}$/);
    expect(evidence?.onto?.merge).not.toBe(head.sha);
    expect(evidence?.onto?.green.map(({ test }) => test)).toEqual([TEST_NAME]);
    expect(evidence?.onto?.suite).toMatchObject({ before: { passed: 1 }, after: { passed: 2, failed: 0 } });
    expect(evidence === undefined ? [] : faultsOf(evidence)).toEqual([]);
    expect(body).toContain(`The evidence holds on \`main\` at \`${now}\`: it moved meanwhile`);
    expect(Object.keys(await project.branches())).not.toContain("main-merge");
    const [sticky, ready] = await project.comments(issue);
    expect(sticky?.body).toContain(`; holds on \`main\` at \`${now}\``);
    expect(ready?.body).not.toContain("⚠️");
  });

  it("and conflicts is told in the pull request, its check and the living comment; the work is proposed all the same", async ({
    flow,
  }) => {
    const world = await flow.start({ script: slowly() });
    const { project } = world;
    const issue = await movedMeanwhile(world, CONFLICT);
    const now = project.mainSha.slice(0, 7);
    const { body, head, draft } = await mine(world);
    expect(draft).toBe(false);
    expect(body).toContain(`⚠️ Conflicts with \`main\` at \`${now}\` in \`${CODE_PATH}\`; type \`/orion rebase\``);
    expect(evidenceIn(body)[0]?.onto).toMatchObject({ merge: null, conflicts: [CODE_PATH] });
    expect(await project.checksNamed("orion/red-green", head.sha)).toMatchObject([
      {
        conclusion: "success",
        output: { title: expect.stringContaining(`conflicts with the default branch at ${now}`) },
      },
    ]);
    const [sticky, ready] = await project.comments(issue);
    expect(sticky?.body).toContain(`**Needs you:** conflict with \`${now}\` of the default branch; \`/orion rebase\``);
    expect(ready?.body).toContain(`⚠️ But the default branch moved to \`${now}\` meanwhile, and conflicts in`);
  });

  it("and breaks the work without a conflict turns the check red", async ({ flow }) => {
    const uses = `import { add } from "./math.js";\nexport const multiply = (a, b) => (b === 0 ? 0 : add(a, multiply(a, b - 1)));\n`;
    const renamed = Object.fromEntries(
      ["src/math.js", "test/math.test.js"].map((path) => [path, (FILES[path] ?? "").replaceAll(/\badd\b/g, "plus")]),
    );
    const world = await flow.start({ script: slowly(uses) });
    const { project } = world;
    const issue = await movedMeanwhile(world, renamed);
    const now = project.mainSha.slice(0, 7);
    const { body, head } = await mine(world);
    expect(body).toContain(`⚠️ Merged with \`main\` at \`${now}\` it fails; type \`/orion rebase\``);
    expect(body).toContain("test/multiply.test.js");
    expect(await project.checksNamed("orion/red-green", head.sha)).toMatchObject([{ conclusion: "failure" }]);
    const [sticky] = await project.comments(issue);
    expect(sticky?.body).toContain(`**Needs you:** tests fail on the merge with \`${now}\``);
  });
});

describe("a default branch that moves while a pull request is open", () => {
  it("into a conflict is noted once on the living comment, and taken back when it merges again", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { project, forge } = world;
    const { issue, pull, head } = await proposed(world);
    const said = async () => (await project.comments(issue)).length + (await project.comments(pull)).length;
    const before = await said();
    const edits = () =>
      forge.deliveries().filter(({ event, action }) => event === "issue_comment" && action === "edited").length;
    const stickyText = async () => (await project.comments(issue))[0]?.body ?? "";

    await mergedPull(world, "people/readme", [{ "README.md": "# math by people\n" }], "squash");
    await world.settled();
    expect(await stickyText()).toContain("review pull request #2");
    const quiet = edits();
    await mergedPull(world, "people/multiply", [CONFLICT], "squash");
    await world.settled();
    const first = project.mainSha.slice(0, 7);
    expect(await stickyText()).toContain(
      `**Needs you:** conflict with \`${first}\` of the default branch; \`/orion rebase\``,
    );
    expect(edits()).toBe(quiet + 1);
    await mergedPull(world, "people/more", [{ "README.md": "# more\n" }], "squash");
    for (const { guid } of forge.deliveries().filter(({ event }) => event === "push")) forge.redeliver(guid);
    await world.settled();
    expect(await stickyText()).toContain(`conflict with \`${first}\``);
    expect(edits()).toBe(quiet + 1);

    const folder = await clone(project.cloneUrl);
    await pushCommit(folder, BRANCH, { [CODE_PATH]: CONFLICT[CODE_PATH] ?? "" }, "fix: as people have it");
    await rm(folder, { recursive: true, force: true });
    await world.settled();
    expect(await stickyText()).toContain("review pull request #2");
    expect(edits()).toBe(quiet + 2);
    expect(await said()).toBe(before);
    expect(world.model.requests()).toHaveLength(4);
    expect(head).not.toBe((await project.branches())[BRANCH]);
  });
});
