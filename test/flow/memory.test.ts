/** What a person asked Orion to keep reaches the next work they ask for, and nobody else's. */
import { describe, expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, plans, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const HABIT = "I like short names";

async function say(world: World, issue: number, words: string, who = world.project.maya): Promise<string> {
  const { project } = world;
  const { id } = await who.comment(project.place, issue, `/orion ${words}`);
  await until(
    async () => ((await project.reactionsTo(id)).some((one) => one !== "eyes") ? true : null),
    () => `an answer to ${words}\n${world.lines.join("\n")}`,
  );
  const own = (await project.comments(issue)).filter(({ author }) => author === "orion[bot]");
  return own.at(-1)?.body ?? "";
}

const [plan, red, green, review] = STORY;

describe.concurrent("what Orion remembers", () => {
  it("is in the prompts of that person's next work, fenced as data, and of nobody else's", async ({ flow }) => {
    if (!plan || !red || !green || !review) throw new TypeError("the story has four parts");
    const mayas = (line: ScriptEntry): ScriptEntry => ({
      ...line,
      match: "for maya",
      expect: { contains: `maya: ${HABIT}` },
    });
    const others = (line: ScriptEntry): ScriptEntry => ({ ...line, match: "for noah", expect: { lacks: HABIT } });
    const script = [plan, red, green].flatMap((line) => [mayas(line), others(line)]);
    const world = await flow.start({
      script: [...script, { ...review, expect: { lacks: HABIT } }],
      project: { writer: "maya" },
    });
    const { project } = world;
    const first = await project.asks("A place to talk");
    expect(await say(world, first, `remember ${HABIT}`)).toContain("I will remember for you");
    const issue = await project.asks(`${ISSUE} for maya`);
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    const other = await world.addProject({ name: "other", writer: "noah" });
    const theirs = await other.asks(`${ISSUE} for noah`);
    expect(await world.ended(theirs, { project: other })).toMatchObject({ status: "done" });
  });

  it("is a proposal until the person agrees, and a fact only while its file shows it", async ({ flow }) => {
    if (!red || !green || !review) throw new TypeError("the story has four parts");
    const facts = [
      { text: "add takes two numbers", path: "src/math.js", quote: "export const add" },
      { text: "add is untrue", path: "src/math.js", quote: "export const nothing" },
    ];
    const again = (n: number, expectation: object): ScriptEntry[] =>
      [plans({ branch: `multiply-${n}` }), red, green, review].map((line) => ({
        ...line,
        match: `time ${n}`,
        ...(line.role === "plan" ? { expect: expectation } : {}),
      }));
    const script = [
      ...again(1, { lacks: "add takes" }).map((line) =>
        line.role === "plan" ? { ...line, finish: { ...line.finish, facts } } : line,
      ),
      ...again(2, { lacks: "add takes" }),
      ...again(3, { contains: "this repository: add takes two numbers (src/math.js)" }),
    ];
    const world = await flow.start({ script });
    const { project } = world;
    const first = await project.asks(`${ISSUE} time 1`);
    await world.ended(first);
    const ready = (await project.comments(first)).find(({ body }) => body.includes("Please verify"));
    expect(ready?.body).toContain("add takes two numbers");
    expect(ready?.body).not.toContain("untrue");
    await world.ended(await project.asks(`${ISSUE} time 2`));
    expect(await say(world, first, "remember")).toContain("add takes two numbers");
    await world.ended(await project.asks(`${ISSUE} time 3`));
    expect(await say(world, first, "memory")).toMatch(/r1: add takes two numbers/);
  });
});
