/** A pull request that is there already: a person asks for more, and their own commits stand. */
import { rm } from "node:fs/promises";
import { describe, expect } from "vitest";
import { clone, git, nodeTest, pushCommit } from "./support/clone.ts";
import { evidenceIn } from "./support/evidence.ts";
import { FIX, FIX_CRITERIA, FIX_STORY, FIX_TEST_NAME } from "./support/fix-story.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY, TEST_NAME } from "./support/story.ts";

const BRANCH = "feature/multiply";

describe("/orion fix on the pull request", () => {
  it("builds on the branch as people left it, and adds its evidence to what was there", async ({ flow }) => {
    const { project, ended, forge } = await flow.start({ script: [...STORY, ...FIX_STORY] });
    const issue = await project.asks(ISSUE);
    await ended(issue);
    const [first] = await project.pulls();
    const firstHead = first?.head.sha ?? "";
    const number = first?.number ?? 0;
    const folder = await clone(project.cloneUrl);
    try {
      const byMaya = await pushCommit(folder, BRANCH, { "NOTES.md": "By hand.\n" }, "docs: notes of my own");
      const { id: comment } = await project.maya.comment(project.place, number, FIX);
      expect(await ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null });

      const [pull, ...others] = await project.pulls();
      expect(others).toEqual([]);
      expect(pull).toMatchObject({ number, state: "open", draft: false, title: first?.title, head: { ref: BRANCH } });
      const headSha = pull?.head.sha ?? "";
      expect(await project.branches()).toEqual({ main: project.mainSha, [BRANCH]: headSha });
      await git(folder, ["fetch", "--quiet", "origin"]);
      const log = await git(folder, ["log", "--format=%H %P %s", `${project.mainSha}..${headSha}`]);
      const testSha = await git(folder, ["rev-parse", `${headSha}^`]);
      const redSha = await git(folder, ["rev-parse", `${firstHead}^`]);
      expect(log.split("\n")).toEqual([
        `${headSha} ${testSha} fix: Refuse texts`,
        `${testSha} ${byMaya} test: Refuse texts`,
        `${byMaya} ${firstHead} docs: notes of my own`,
        `${firstHead} ${redSha} feat: Add multiply()`,
        `${redSha} ${project.mainSha} test: Add multiply()`,
      ]);
      const pushes = forge.deliveries().filter(({ event }) => event === "push");
      expect(pushes.map(({ payload }) => payload)).toMatchObject([{}, {}, {}].map(() => ({ forced: false })));
      await git(folder, ["checkout", "--quiet", headSha]);
      expect(await git(folder, ["show", "HEAD:NOTES.md"])).toBe("By hand.");
      expect(await nodeTest(folder)).toMatchObject({ passes: true });

      const body = pull?.body ?? "";
      const rows = body.split("\n").filter((line) => /^\| \d\./.test(line));
      expect(rows).toHaveLength(2);
      expect(rows[0]).toContain(TEST_NAME);
      expect(rows[1]).toContain(FIX_TEST_NAME);
      expect(rows[1]).toContain(`❌ \`${byMaya.slice(0, 7)}\``);
      expect(rows[1]).toContain(`✅ \`${headSha.slice(0, 7)}\``);
      expect(evidenceIn(body)).toMatchObject([
        { baseSha: project.mainSha, headSha: firstHead },
        { baseSha: byMaya, testSha, headSha },
      ]);
      expect(body).toContain(`Criterion 3 is not verified: ${FIX_CRITERIA[2]}`);
      expect(body).toContain(`Closes #${issue}`);

      const onPull = await project.comments(number);
      expect(onPull.map(({ author }) => author)).toEqual(["maya", "orion[bot]"]);
      expect(onPull[1]?.body).toContain("@maya Done and pushed. Please verify");
      expect(await project.comments(issue)).toHaveLength(2);
      expect(await project.reactionsTo(comment)).toEqual(["eyes", "rocket"]);
      expect(await project.checksNamed("orion/red-green", headSha)).toMatchObject([
        { name: "orion/red-green", conclusion: "success" },
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("/orion retry on the issue", () => {
  it("goes on after a failure, once, however often its webhook comes", async ({ flow }) => {
    const again = STORY.map((entry) => ({ ...entry, run: 2 }));
    const world = await flow.start({ script: [...STORY.slice(0, 2), ...again] });
    const { project, ended, forge } = world;
    const issue = await project.asks(ISSUE);
    expect((await ended(issue)).status).toBe("failed");
    const { id: comment } = await project.maya.comment(project.place, issue, "/orion retry");
    expect(await ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null });
    const { guid = "" } =
      forge
        .deliveries()
        .findLast(
          ({ event, payload }) => event === "issue_comment" && JSON.stringify(payload).includes("/orion retry"),
        ) ?? {};
    forge.redeliver(guid);
    await world.settled();
    const task = await world.task(issue);
    expect(await world.orion.store.runsOf(task?.id ?? "")).toHaveLength(2);
    expect(await project.pulls()).toMatchObject([{ state: "open", draft: false, head: { ref: BRANCH } }]);
    const comments = await project.comments(issue);
    expect(comments.map(({ body }) => /orion:task|I stopped at|\/orion retry$|Please verify/.exec(body)?.[0])).toEqual([
      "orion:task",
      "I stopped at",
      "/orion retry",
      "Please verify",
    ]);
    expect(await project.reactionsTo(comment)).toEqual(["eyes", "rocket"]);
  });
});
