/** Two repositories of two owners at once, and one Orion for both. */
import { describe, expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { it } from "./support/flow-test.ts";
import type { Project } from "./support/project.ts";
import { ISSUE, STORY } from "./support/story.ts";

/** The same story about another function. */
const DIVIDE = JSON.parse(
  JSON.stringify(STORY).replaceAll("multiply", "divide").replace("2, 3), 6", "6, 3), 2").replace("a * b", "a / b"),
);
const matching = (story: readonly ScriptEntry[], match: string) => story.map((entry) => ({ ...entry, match }));

describe("two people who ask at the same time in two repositories", () => {
  it("each get their own work, and nothing of the other's", async ({ flow }) => {
    const script = [...matching(STORY, "add multiply"), ...matching(DIVIDE, "add divide")];
    const { project: maths, addProject, ended, forge } = await flow.start({ script });
    const lab = await addProject({ owner: "beta", name: "lab", writer: "noah" });
    const issues = await Promise.all([maths.asks(ISSUE), lab.asks(ISSUE.replace("multiply", "divide"))]);
    expect(issues).toEqual([1, 1]);
    await Promise.all([ended(1), ended(1, { project: lab })]);
    await forge.flush();
    await expectOnly(maths, { mine: "multiply", me: "maya", others: ["divide", "noah", "beta"] });
    await expectOnly(lab, { mine: "divide", me: "noah", others: ["multiply", "maya", "acme"] });
  });
});

async function expectOnly(
  project: Project,
  { mine, me, others }: { readonly mine: string; readonly me: string; readonly others: readonly string[] },
): Promise<void> {
  const [pull, ...otherPulls] = await project.pulls();
  expect(otherPulls).toEqual([]);
  expect(pull).toMatchObject({ draft: false, head: { ref: `feature/${mine}` } });
  expect(Object.keys(await project.branches()).sort()).toEqual([`feature/${mine}`, "main"]);
  const comments = await project.comments(1);
  expect(comments).toHaveLength(2);
  expect(comments[1]?.body).toContain(`@${me} `);
  expect(await project.reactions(1)).toEqual(["eyes", "rocket"]);
  const { owner, repo } = project.place;
  const range = (await project.maya.call("GET", `/repos/${owner}/${repo}/compare/main...feature/${mine}`)) as {
    commits: { commit: { message: string } }[];
    files: { filename: string }[];
  };
  expect(range.files.map(({ filename }) => filename)).toEqual([`src/${mine}.js`, `test/${mine}.test.js`]);
  const words = [pull?.body, ...comments.map(({ body }) => body), ...range.commits.map(({ commit }) => commit.message)];
  for (const other of others) expect(words.join("\n")).not.toContain(other);
}
