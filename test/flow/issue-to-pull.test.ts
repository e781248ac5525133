/** The main job, once in full: an issue goes in, a pull request that a person can trust comes out. */
import { rm } from "node:fs/promises";
import { describe, expect } from "vitest";
import { clone, git, nodeTest } from "./support/clone.ts";
import { evidenceIn, faultsOf } from "./support/evidence.ts";
import { it } from "./support/flow-test.ts";
import { CODE_PATH, ISSUE, STORY, TEST_NAME, TEST_PATH } from "./support/story.ts";

describe("an issue by a person who may write", () => {
  it("becomes a pull request whose tests fail without the change and pass with it", async ({ flow }) => {
    const { project, ended, task } = await flow.start({ script: STORY, variables: { ORION_HUNKS: "1" } });
    const { mainSha } = project;
    const issue = await project.asks(ISSUE, "It is missed.");
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    const { id: taskId } = (await task(issue)) ?? { id: "none" };

    const [pull, ...otherPulls] = await project.pulls();
    expect(otherPulls).toEqual([]);
    expect(pull).toMatchObject({
      state: "open",
      draft: false,
      title: "feat: Add multiply()",
      head: { ref: "feature/multiply" },
      base: { ref: "main" },
    });
    const { body = "", head, number } = pull ?? {};
    const headSha = head?.sha ?? "";
    expect(await project.branches()).toEqual({ main: mainSha, "feature/multiply": headSha });

    const folder = await clone(project.cloneUrl);
    try {
      const testSha = await git(folder, ["rev-parse", `${headSha}^`]);
      const format = "%P%n%s%n%(trailers:only,unfold)";
      const requester = `Co-authored-by: maya <${project.writerId}+maya@users.noreply.github.com>`;
      const trailers = [requester, `Orion-Task: ${taskId}`];
      const shown = async (sha: string) => (await git(folder, ["show", "-s", `--format=${format}`, sha])).split("\n");
      expect(await shown(testSha)).toEqual([mainSha, "test: Add multiply()", ...trailers]);
      expect(await shown(headSha)).toEqual([testSha, "feat: Add multiply()", ...trailers]);
      const touched = (sha: string) => git(folder, ["diff-tree", "--no-commit-id", "--name-status", "-r", sha]);
      expect(await touched(testSha)).toBe(`A\t${TEST_PATH}`);
      expect(await touched(headSha)).toBe(`A\t${CODE_PATH}`);

      await git(folder, ["checkout", "--quiet", mainSha]);
      expect(await nodeTest(folder)).toMatchObject({ passes: true });
      await git(folder, ["checkout", "--quiet", testSha, "--", TEST_PATH]);
      expect(await nodeTest(folder)).toMatchObject({ passes: false });
      await git(folder, ["checkout", "--quiet", "--force", headSha]);
      const onHead = await nodeTest(folder);
      expect(onHead).toMatchObject({ passes: true });
      expect(onHead.output).toContain(TEST_NAME);

      const order = [
        `Closes #${issue}`,
        "### Evidence",
        "### What changed",
        "### Not verified",
        "### Try it",
        "### Undo",
      ];
      const places = order.map((words) => body.indexOf(words));
      expect(places).toEqual([...places].sort((one, other) => one - other));
      expect(places).not.toContain(-1);
      const [base, green] = [mainSha.slice(0, 7), headSha.slice(0, 7)];
      expect(body).toMatch(/^\| criterion \| test \| red on base \| green on head \|$/m);
      expect(body).toMatch(
        new RegExp(
          `^\\| 1\\. multiply.* \\| \`${TEST_PATH}\` ${TEST_NAME} \\| ❌ \`${base}\` .* \\| ✅ \`${green}\` \\|$`,
          "m",
        ),
      );
      expect(body).toContain("Whole suite: 1 passed, 0 failed before; 2 passed, 0 failed after.");
      expect(body).toMatch(/git revert -m 1/);
      expect(body).toContain("git fetch && git checkout feature/multiply && npm run test");
      expect(body).toContain("a script played the model");

      const [evidence, ...otherEvidence] = evidenceIn(body);
      expect(otherEvidence).toEqual([]);
      expect(evidence).toMatchObject({ baseSha: mainSha, testSha, headSha, hunks: { tried: 1, noticed: 1 } });
      expect(evidence?.criteria).toEqual([{ text: "multiply(2, 3) returns 6", proof: "test-first" }]);
      expect(evidence && faultsOf(evidence)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }

    const checks = await project.checksNamed("orion/red-green", headSha);
    expect(checks.map(({ name, status, conclusion }) => ({ name, status, conclusion }))).toEqual([
      { name: "orion/red-green", status: "completed", conclusion: "success" },
    ]);
    const comments = await project.comments(issue);
    expect(comments.map((one) => one.author)).toEqual(["orion[bot]", "orion[bot]"]);
    expect(comments[0]?.body).toMatch(new RegExp(`^<!-- orion:task=${taskId} -->`));
    expect(comments[0]?.body).toContain("🚀 ready for you");
    expect(comments[1]?.body).toContain("@maya Feature implemented and pushed. Please verify");
    expect(comments[1]?.body).toContain(`pull request #${number} from \`feature/multiply\``);
    expect(await project.comments(number ?? 0)).toEqual([]);
    expect(await project.reactions(issue)).toEqual(["eyes", "rocket"]);
  });
});
