/** A plan that waits: shown, answered, approved by its hash, and worked on exactly as it was shown. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { FILES } from "./support/project.ts";
import { ISSUE, plans, reviews, STORY, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const QUESTION = { text: "What does multiply of a text do?", default: "It gives NaN." };
const REQUIRED = { project: { files: { ...FILES, ".github/orion.yml": "approval: required\n" } } };

/** The run waits, and shows a plan of this version. */
async function waits(world: World, issue: number, version = 1): Promise<{ hash: string; body: string; id: number }> {
  const shown = await until(
    async () => {
      const task = await world.task(issue);
      const run = task === null ? undefined : (await world.orion.store.runsOf(task.id)).at(-1);
      const rests = run?.status === "waiting" && run.waitsFor === "approval" && run.planShown?.revision === version;
      return rests ? run.planShown : null;
    },
    () => `version ${version} of the plan\n${world.lines.join("\n")}`,
  );
  const comment = (await world.project.comments(issue)).find(({ id }) => id === shown.comment);
  return { hash: shown.hash ?? "", body: comment?.body ?? "", id: comment?.id ?? 0 };
}

const asked = (world: World, role: string) => world.model.requests().filter((one) => one.role === role).length;
const says = async (world: World, issue: number, words: string, login = "maya") => {
  const { project } = world;
  return (await project.person(login).comment(project.place, issue, words)).id;
};
const sticky = async (world: World, issue: number) => (await world.project.comments(issue))[0]?.body ?? "";

describe.concurrent("`/orion plan`", () => {
  it("shows the plan, waits, and `approve` has exactly it worked on, without another question to the model", async ({
    flow,
  }) => {
    const script = [plans({ questions: [QUESTION], risks: ["None."] }), writesTest(), writesCode(), reviews()];
    const world = await flow.start({ script });
    const { project } = world;
    const issue = await project.asks("multiply(a, b) is missing", "/orion plan");
    const { hash, body, id } = await waits(world, issue);
    expect(body).toContain("### Plan · Add multiply()");
    expect(body).toContain("1. multiply(2, 3) returns 6");
    expect(body).toContain("- **Files:** `src/multiply.js`");
    expect(body).toContain("- **Migration:** no");
    expect(body).toContain("1. What does multiply of a text do? Without an answer: It gives NaN.");
    expect(body).toContain(
      `\`/orion approve\` or \`/orion go\` lets me work on exactly this (\`${hash.slice(0, 10)}\`)`,
    );
    expect(await sticky(world, issue)).toContain("✋ the plan waits for your yes");
    expect(await sticky(world, issue)).toContain("**Needs you:** read the plan in the comment below. `/orion approve`");
    expect([asked(world, "plan"), asked(world, "red")]).toEqual([1, 0]);
    const yes = await says(world, issue, "/orion approve");
    expect(await world.ended(issue)).toMatchObject({ status: "done", planShown: { hash, comment: id } });
    expect(asked(world, "plan")).toBe(1);
    expect(await project.reactionsTo(yes)).toEqual(["eyes", "rocket"]);
    expect(await sticky(world, issue)).toContain("- [x] Plan, approved by maya");
    expect((await project.pulls()).map(({ title }) => title)).toEqual(["feat: Add multiply()"]);
    expect((await project.comments(issue)).filter(({ body: text }) => text.includes("orion:plan="))).toHaveLength(1);
  });

  it("is let go by `/orion go`, too", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const issue = await world.project.asks("multiply(a, b) is missing", "/orion plan");
    await waits(world, issue);
    await says(world, issue, "/orion go");
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    expect(asked(world, "plan")).toBe(1);
  });
});

describe.concurrent("a repository that requires approval", () => {
  it("has an addressed issue wait, and is not hurried by `go`", async ({ flow }) => {
    const world = await flow.start({ script: STORY, ...REQUIRED });
    const issue = await world.project.asks(ISSUE);
    await waits(world, issue);
    const go = await says(world, issue, "/orion go");
    await world.settled();
    expect(await world.project.reactionsTo(go)).toEqual(["eyes", "confused"]);
    expect((await world.project.comments(issue)).at(-1)?.body).toContain("`/orion approve`");
    expect(asked(world, "red")).toBe(0);
    await says(world, issue, "/orion approve");
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
  });
});
