/** Two repositories of two owners at once, and one Orion for both. */
import { describe, expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { it } from "./support/flow-test.ts";
import { FILES, type Project } from "./support/project.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

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

  it("keep memory, settings, guides, branches and costs apart, and may not act in each other's", async ({ flow }) => {
    const own = {
      maths: ["maya likes short names", "maths is written with tabs"],
      lab: ["noah likes long names", "lab is written with spaces"],
    };
    const script = [
      ...knowing(matching(STORY, "add multiply"), own.maths, own.lab),
      ...knowing(matching(DIVIDE, "add divide"), own.lab, own.maths),
    ];
    const world = await flow.start({ script, project: { files: filesOf("feature/maths-", own.maths[1]) } });
    const { project: maths, orion } = world;
    const files = filesOf("feature/lab-", own.lab[1]);
    const lab = await world.addProject({ owner: "beta", name: "lab", writer: "noah", files });
    const talk = await Promise.all([maths.asks("A place to talk"), lab.asks("A place to talk")]);
    expect(talk).toEqual([1, 1]);
    await Promise.all([
      said(world, maths, 1, `remember ${own.maths[0]}`),
      said(world, lab, 1, `remember ${own.lab[0]}`),
    ]);
    await Promise.all([maths.asks(ISSUE), lab.asks(ISSUE.replace("multiply", "divide"))]);
    const runs = await Promise.all([world.ended(2), world.ended(2, { project: lab })]);
    expect(runs).toMatchObject([
      { status: "done", failure: null },
      { status: "done", failure: null },
    ]);
    expect((await maths.pulls()).map(({ head }) => head.ref)).toEqual(["feature/maths-multiply"]);
    expect((await lab.pulls()).map(({ head }) => head.ref)).toEqual(["feature/lab-divide"]);

    for (const run of runs) {
      const used = (await orion.store.turns(run.id)).reduce((sum, { usage }) => sum + usage.inputTokens, 0);
      expect(used).toBeGreaterThan(0);
      expect((await orion.store.spent(run.taskId)).inputTokens).toBe(used);
    }
    await said(world, maths, 2, "budget 3", maths.person("mara"));
    expect(await world.task(2)).toMatchObject({ budgetUsd: 3 });
    expect(await world.task(2, lab)).toMatchObject({ budgetUsd: 5 });
    expect(await said(world, maths, 2, "memory")).toContain(own.maths[0]);
    expect(await said(world, maths, 2, "memory")).not.toContain("noah");
    // who may write in one place is a stranger in the other
    expect(await said(world, lab, 2, "memory", maths.maya)).toMatch(/^@maya .*write/);
    expect(await said(world, lab, 2, "stop", maths.maya)).not.toMatch(/I end/);
    expect((await orion.store.runsOf(runs[1].taskId)).map(({ status }) => status)).toEqual(["done"]);
  });
});

const filesOf = (branchPrefix: string, guide = "") => ({
  ...FILES,
  ".github/orion.yml": `branchPrefix: ${branchPrefix}\n`,
  "AGENTS.md": `${guide}\n`,
});

/** Tara and Devon are told what is remembered and what their repository's guide says, and no line of the other's. */
function knowing(story: readonly ScriptEntry[], mine: readonly string[], others: readonly string[]): ScriptEntry[] {
  return story.map((entry) => {
    const told = entry.role === "review" ? {} : { contains: [...mine] };
    return { ...entry, expect: { ...told, lacks: [...others] } };
  });
}

/** @returns what Orion said last, once it has answered */
async function said(world: World, project: Project, issue: number, words: string, who = project.maya): Promise<string> {
  const { id } = await who.comment(project.place, issue, `/orion ${words}`);
  await until(
    async () => ((await project.reactionsTo(id)).some((one) => one !== "eyes") ? true : null),
    () => `an answer to ${words}\n${world.lines.join("\n")}`,
  );
  await world.settled();
  return (await project.comments(issue)).filter(({ author }) => author === "orion[bot]").at(-1)?.body ?? "";
}

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
