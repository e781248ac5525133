/** Questions: one comment each, with what it rests on; tools with an effect once, for those who may. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { ask } from "./support/database.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

let tools = "";

/** A tool with an effect: it writes a line into a file. */
beforeAll(async () => {
  tools = await mkdtemp(join(tmpdir(), "orion-flow-tools-"));
  const contract = new URL("../../src/domain/tool.ts", import.meta.url).href;
  await writeFile(
    join(tools, "bell-tool.ts"),
    `import { appendFile } from "node:fs/promises";
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
import { defineTool } from ${JSON.stringify(contract)};
export const bellTool = defineTool({
  name: "BellTool",
  description: "Rings a bell.",
  input: z.object({ words: z.string() }),
  execute: async ({ words }) => { await appendFile(${JSON.stringify(join(tools, "rung"))}, words + "\\n"); return "Rung."; },
});`,
  );
});
afterAll(() => rm(tools, { recursive: true }));

/** The run that a comment started, once it has ended. */
function answered(world: World, issue: number, comment: number) {
  return until(
    async () => {
      const task = await world.task(issue);
      const runs = task === null ? [] : await world.orion.store.runsOf(task.id);
      const run = runs.find((one) => one.subject.kind === "comment" && one.subject.id === comment);
      return run === undefined || run.endedAt === null ? null : run;
    },
    () => `the answer to comment ${comment}\n${world.lines.join("\n")}`,
  );
}

const REFERENCE = { file: "src/math.js", line: 1 };
const answers = (run: number, more: object = {}) =>
  ({ role: "ask", run, finish: { answer: "`add` adds its two numbers.", references: [REFERENCE], ...more } }) as const;

describe.concurrent("a question", () => {
  it("gets one answer with places in the commit, and starts no work", async ({ flow }) => {
    const script = [
      { role: "ask", run: 1, bash: "cat src/math.js", expect: { contains: "what does add do" } } as const,
      answers(1, { references: [{ file: "src/nothing.js", line: 1 }] }),
      { ...answers(1), expect: { last_result_contains: "no file src/nothing.js" } },
    ];
    const world = await flow.start({ script });
    const { project } = world;
    const { number } = await project.maya.fileIssue(project.place, { title: "A question", body: "About add." });
    const issue = number ?? 0;
    const comment = await project.maya.comment(project.place, issue, "Orion, what does add do?");
    expect(await answered(world, issue, comment.id)).toMatchObject({ kind: "ask", status: "done" });
    const [, answer, ...more] = await project.comments(issue);
    expect(more).toEqual([]);
    expect(answer?.body).toContain("`add` adds its two numbers.");
    expect(answer?.body).toContain(`/acme/math/blob/${project.mainSha}/src/math.js#L1`);
    expect(await project.reactionsTo(comment.id)).toEqual(["eyes", "rocket"]);
    expect(await project.pulls()).toEqual([]);
    expect(Object.keys(await project.branches())).toEqual(["main"]);
  });

  it("by somebody who may not write gets 👎, and no model is asked", async ({ flow }) => {
    const world = await flow.start({ script: [answers(1)] });
    const { project } = world;
    const { number } = await project.maya.fileIssue(project.place, { title: "A question" });
    const issue = number ?? 0;
    const comment = await project.person("rita").comment(project.place, issue, "/orion ask what does add do?");
    await world.settled();
    expect(await project.reactionsTo(comment.id)).toEqual(["-1"]);
    expect(world.model.requests()).toEqual([]);
  });

  it("is answered while its task is at work, and neither disturbs the other", async ({ flow }) => {
    const [plan, red, green, review] = STORY;
    if (!plan || !red || !green || !review) throw new TypeError("the story has four parts");
    const script = [plan, red, { ...green, delay_ms: 4_000 }, review, answers(2)];
    const world = await flow.start({ script });
    const { project } = world;
    const issue = await project.asks(ISSUE);
    await until(
      () => (world.model.requests().some((one) => one.role === "green") ? true : null),
      () => "green to be asked",
    );
    const comment = await project.maya.comment(project.place, issue, "/orion ask what does add do?");
    const answer = await answered(world, issue, comment.id);
    const [first] = await world.orion.store.runsOf(answer.taskId);
    expect(first).toMatchObject({ kind: "first", status: "running" });
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    expect((await project.pulls()).map(({ title }) => title)).toEqual(["feat: Add multiply()"]);
  });

  it("before the work leaves the work its own words", async ({ flow }) => {
    const world = await flow.start({ script: [answers(1), ...STORY.map((line) => ({ ...line, run: 2 }))] });
    const { project } = world;
    const { number } = await project.maya.fileIssue(project.place, { title: "multiply(a, b) is missing" });
    const issue = number ?? 0;
    const comment = await project.maya.comment(project.place, issue, "/orion ask what does add do?");
    await answered(world, issue, comment.id);
    await project.maya.comment(project.place, issue, "/orion go");
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ kind: "first", status: "done" });
    expect(await world.task(issue)).toMatchObject({ title: "multiply(a, b) is missing", status: "proposed" });
  });

  it("that fails says why in one comment", async ({ flow }) => {
    const script = [1, 2, 3].map(() => answers(1, { references: [{ file: "none.js" }] }));
    const world = await flow.start({ script });
    const { project } = world;
    const { number } = await project.maya.fileIssue(project.place, { title: "A question" });
    const issue = number ?? 0;
    const comment = await project.maya.comment(project.place, issue, "/orion ask what does add do?");
    expect(await answered(world, issue, comment.id)).toMatchObject({ status: "failed" });
    const [, failure, ...more] = await project.comments(issue);
    expect(more).toEqual([]);
    expect(failure?.body).toContain("I could not answer: what was handed in was refused too often.");
    expect(await project.reactionsTo(comment.id)).toEqual(["eyes", "confused"]);
  });

  it("calls a tool with an effect once, though the webhook comes five times, and stores the call", async ({ flow }) => {
    const script: ScriptEntry[] = [
      {
        role: "ask",
        calls: [{ name: "BellTool", arguments: { words: "we are live" } }],
        expect: { actions: ["bash", "read", "BellTool", "finish"] },
      },
      { role: "ask", finish: { answer: "The bell was rung." }, expect: { last_result_contains: "Rung." } },
    ];
    const world = await flow.start({ script, tools });
    const { project, forge } = world;
    const { number } = await project.maya.fileIssue(project.place, { title: "The bell" });
    const issue = number ?? 0;
    const comment = await project.maya.comment(project.place, issue, "Orion, tell everybody that we are live");
    await answered(world, issue, comment.id);
    const delivery = forge.deliveries().find((one) => one.event === "issue_comment");
    for (let time = 0; time < 4; time += 1) forge.redeliver(delivery?.guid ?? "");
    await world.settled();
    expect(await readFile(join(tools, "rung"), "utf8")).toBe("we are live\n");
    const calls = await ask(world.variables.DATABASE_URL ?? "", 'SELECT tool, outcome, output FROM "ToolCall"');
    expect(calls).toEqual([{ tool: "BellTool", outcome: "done", output: "Rung." }]);
    expect((await project.comments(issue)).filter(({ body }) => body.includes("The bell was rung."))).toHaveLength(1);
    const help = await project.maya.comment(project.place, issue, "/orion help");
    await until(
      async () => ((await project.reactionsTo(help.id)).includes("rocket") ? true : null),
      () => "help",
    );
    expect((await project.comments(issue)).at(-1)?.body).toContain("- `BellTool`: Rings a bell.");
    const listed = await fetch(`${world.orion.url}/api/tools`);
    expect(await listed.json()).toMatchObject({
      tools: [{ name: "BellTool", effect: true, ready: true, missing: [] }],
    });
  });
});
