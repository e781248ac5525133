/** `/orion rebase`: the default branch comes into the pull request by a merge commit, and the host looks again. */
import { describe, expect } from "vitest";
import { evidenceIn, faultsOf } from "./support/evidence.ts";
import { it } from "./support/flow-test.ts";
import { mergedPull } from "./support/merged.ts";
import { atHead, BRANCH, CONFLICT, proposed, resolves } from "./support/rebase-story.ts";
import { CODE_PATH, RIGHT, reviews, STORY, TEST_NAME } from "./support/story.ts";

const REBASE = "/orion rebase";

describe("/orion rebase without a conflict", () => {
  it("needs no model: a merge commit, tested against both parents, its evidence and one line", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { project, forge } = world;
    const { issue, pull, head } = await proposed(world);
    await mergedPull(world, "people/readme", [{ "README.md": "# math by people\n" }], "merge");
    const asked = world.model.requests().length;
    const { id: comment } = await project.maya.comment(project.place, pull, REBASE);
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ kind: "rebase", status: "done", failure: null });

    expect(world.model.requests()).toHaveLength(asked);
    await atHead(world, BRANCH, async (commit) => {
      expect(commit.parents).toEqual([head, project.mainSha]);
      expect(commit.subject).toBe(`Merge main into ${BRANCH}`);
      expect(await commit.file("README.md")).toBe("# math by people");
      expect(await commit.file(CODE_PATH)).toBe(RIGHT.trimEnd());
    });
    const pushes = forge.deliveries().filter(({ event }) => event === "push");
    expect(pushes.every(({ payload }) => (payload as { forced: boolean }).forced === false)).toBe(true);

    const [seen] = (await project.pulls()).filter(({ number }) => number === pull);
    const merge = (await project.branches())[BRANCH] ?? "";
    const body = seen?.body ?? "";
    expect(body).toContain(`The evidence holds on \`main\` at \`${project.mainSha.slice(0, 7)}\`.`);
    expect(body.split("\n").find((line) => line.includes(TEST_NAME))).toContain(`merged \`${merge.slice(0, 7)}\``);
    expect(/### What changed\n\n([\s\S]*?)\n\n###/.exec(body)?.[1]).not.toContain("README.md");
    const evidence = evidenceIn(body);
    expect(evidence).toMatchObject([{ headSha: head }, { baseSha: project.mainSha, headSha: merge }]);
    expect(evidence.flatMap(faultsOf)).toEqual([]);
    expect(evidence[1]?.onto).toMatchObject({ base: project.mainSha, merge, conflicts: [], problems: [] });
    expect(evidence[1]?.onto?.green.map(({ test }) => test)).toEqual([TEST_NAME]);
    expect(await project.checksNamed("orion/red-green", merge)).toMatchObject([
      { conclusion: "success", output: { title: expect.stringContaining("green on the default branch") } },
    ]);
    expect(await project.checksNamed("orion/scope", merge)).toMatchObject([{ conclusion: "success" }]);
    const [, answer, ...more] = await project.comments(pull);
    expect(more).toEqual([]);
    expect(answer?.body).toContain("@maya Merged `main`");
    expect(answer?.body).toContain("without a conflict; 2 tests pass there, 1 of this pull request's own among them");
    expect(await project.reactionsTo(comment)).toEqual(["eyes", "rocket"]);
    const [sticky] = await project.comments(issue);
    expect(sticky?.body).toContain("🚀 ready for you");
    expect(sticky?.body).toContain("on the exact commit; holds on");
    expect(sticky?.body).toContain(`holds on \`main\` at \`${project.mainSha.slice(0, 7)}\``);
  });

  it("is answered when there is nothing to bring in, and pushes nothing", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    const { id: comment } = await project.maya.comment(project.place, pull, REBASE);
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null });
    expect((await project.branches())[BRANCH]).toBe(head);
    const told = await project.comments(pull);
    expect(told).toHaveLength(2);
    expect(told[1]?.body).toContain("@maya Already up to date");
    expect(await project.reactionsTo(comment)).toEqual(["eyes", "rocket"]);
  });
});

describe("/orion rebase with a conflict", () => {
  it("has Devon resolve it: markers gone, both sides kept or named, then one commit with two parents", async ({
    flow,
  }) => {
    const kept = "export const multiply = (a, b) => a * b; // by people\n";
    const replaced = [
      { file: CODE_PATH, line: RIGHT.trim(), because: "the same, now with the people's remark" },
      { file: CODE_PATH, line: CONFLICT[CODE_PATH]?.trim(), because: "undefined is what the request replaces" },
    ];
    const seen = [
      "-<<<<<<< ",
      `-${CONFLICT[CODE_PATH]?.trim()}`,
      `+${kept.trim()}`,
      "What whoever made it says of it:",
      "undefined is what the request replaces",
    ];
    const nit = { file: CODE_PATH, severity: "nit", problem: "The remark says little." };
    const read = reviews([nit], { run: 2, expect: { contains: seen } });
    const world = await flow.start({ script: [...STORY, resolves(kept, { replaced }), read] });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    await mergedPull(world, "people/multiply", [CONFLICT], "merge");
    await project.maya.comment(project.place, pull, REBASE);
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null });
    await atHead(world, BRANCH, async (commit) => {
      expect(commit.parents).toEqual([head, project.mainSha]);
      expect(await commit.file(CODE_PATH)).toBe(kept.trimEnd());
    });
    const [found] = (await project.pulls()).filter(({ number }) => number === pull);
    const doubts = /### Not verified\n([\s\S]*?)\n###/.exec(found?.body ?? "")?.[1];
    const merge = `In the merge with main at ${project.mainSha.slice(0, 7)}`;
    expect(doubts).toContain(`${merge}: Devon resolved ${CODE_PATH}`);
    expect(doubts).toContain(`${merge}: Reviewer, nit: ${CODE_PATH}: The remark says little.`);
    expect(doubts).toContain("the same, now with the people's remark");
    expect((await project.comments(pull)).at(-1)?.body).toContain("Devon decided and a reviewer read it");
    const [sticky] = await project.comments(issue);
    expect(sticky?.body).toContain("on the exact commit; a reviewer reads what Devon decided; holds on `main`");
  });
});
