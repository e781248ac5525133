/** Work that is sent back on its way, and what cannot be shown by a test. */
import { describe, expect } from "vitest";
import { evidenceIn } from "./support/evidence.ts";
import { it } from "./support/flow-test.ts";
import {
  CODE_PATH,
  ISSUE,
  plans,
  RIGHT,
  reviews,
  rewritesCode,
  TEST_NAME,
  TEST_PATH,
  testText,
  writesCode,
  writesTest,
} from "./support/story.ts";

describe("on the way to the pull request", () => {
  it("Tara writes anew what Devon says contradicts the request", async ({ flow }) => {
    const wrong = "assert.equal(multiply(2, 3), 7)";
    const right = "assert.equal(multiply(2, 3), 6)";
    const objection = `"${TEST_NAME}" wants 7, but the request says that 2 times 3 is 6`;
    const script = [
      plans(),
      writesTest(testText(wrong)),
      { role: "green", finish: { contradiction: objection } } as const,
      writesTest(undefined, { expect: { contains: objection }, edit: { path: TEST_PATH, old: wrong, new: right } }),
      writesCode(),
      reviews(),
    ];
    const { project, ended, model } = await flow.start({ script });
    const issue = await project.asks(ISSUE);
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    expect(model.requests().map(({ role }) => role)).toEqual(["plan", "red", "green", "red", "green", "review"]);
    const [pull] = await project.pulls();
    expect(pull).toMatchObject({ draft: false, head: { ref: "feature/multiply" } });
    const [evidence] = evidenceIn(pull?.body ?? "");
    expect(evidence?.rows).toHaveLength(1);
    const { commits } = (await project.maya.call("GET", `/repos/acme/math/compare/main...feature/multiply`)) as {
      commits: { sha: string; commit: { message: string } }[];
    };
    expect(commits.map(({ commit }) => commit.message.split("\n")[0])).toEqual([
      "test: Add multiply()",
      "feat: Add multiply()",
    ]);
    expect(commits.map(({ sha }) => sha)).toEqual([evidence?.testSha, evidence?.headSha]);
  });

  it("the reviewer's must goes back to Devon, and a should is shown to whoever merges", async ({ flow }) => {
    const must = "multiply of a text must throw, or NaN spreads";
    const should = "say in a comment what it throws";
    const strict =
      'export const multiply = (a, b) => {\n  if (typeof a !== "number") throw new TypeError("a");\n  return a * b;\n};\n';
    const script = [
      plans(),
      writesTest(),
      writesCode(),
      reviews([{ file: CODE_PATH, line: 1, severity: "must", problem: must }]),
      rewritesCode(RIGHT, strict, { expect: { contains: must } }),
      reviews([{ file: CODE_PATH, line: 2, severity: "should", problem: should }]),
    ];
    const { project, ended } = await flow.start({ script });
    const issue = await project.asks(ISSUE);
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    const [pull, ...others] = await project.pulls();
    expect(others).toEqual([]);
    const notVerified = /### Not verified\n([\s\S]*?)\n###/.exec(pull?.body ?? "")?.[1];
    expect(notVerified).toContain(`should: ${CODE_PATH}:2: ${should}`);
    expect(pull?.body).not.toContain(must);
    const { content } = (await project.maya.call(
      "GET",
      `/repos/acme/math/contents/${CODE_PATH}?ref=feature/multiply`,
    )) as { content: string };
    expect(Buffer.from(content, "base64").toString()).toBe(strict);
  });

  it("a text is changed without a test, and nobody claims that it was verified", async ({ flow }) => {
    const reason = "prose has no behaviour";
    const script = [
      plans({
        title: "Name the operations",
        kind: "docs",
        branch: "readme",
        criteria: [{ text: "README names add" }],
        files: ["README.md"],
        verification: "none",
        verificationReason: reason,
      }),
      {
        role: "green",
        edit: { path: "README.md", old: "# math\n", new: "# math\n\nadd(a, b)\n" },
        finish: { summary: "README." },
      } as const,
      reviews(),
    ];
    const { project, ended } = await flow.start({ script });
    const issue = await project.asks("Orion, let README name the operations");
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    const [pull] = await project.pulls();
    expect(pull).toMatchObject({ draft: false, title: "docs: Name the operations", head: { ref: "feature/readme" } });
    expect(pull?.body).toContain("No new test belongs to this change");
    expect(pull?.body).toContain(`No test was written: ${reason}`);
    expect(pull?.body).toContain("Criterion 1 is not verified: README names add");
    expect(await project.checksNamed("orion/red-green", pull?.head.sha ?? "")).toMatchObject([
      { name: "orion/red-green", status: "completed", conclusion: "neutral" },
    ]);
    const ready = (await project.comments(issue)).at(-1);
    expect(ready?.body).toContain("No new test shows it; see *Not verified* there.");
    expect(await project.reactions(issue)).toEqual(["eyes", "rocket"]);
  });
});
