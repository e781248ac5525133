/** What a task may cost, changed while an agent works. */
import { expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { ask } from "./support/database.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, plans, reviews, writesCode, writesTest } from "./support/story.ts";
import { handsIn, underWay, works } from "./support/under-way.ts";
import { until } from "./support/until.ts";

it("`/orion budget` holds a working agent before its next turn, and lets a retry go on once it is raised", async ({
  flow,
}) => {
  const script = [plans(), writesTest(), works, handsIn, writesCode(undefined, { run: 2 }), reviews([], { run: 2 })];
  const world = await flow.start({ script });
  const { project } = world;
  const says = (login: string, words: string) =>
    project
      .person(login)
      .comment(project.place, issue, words)
      .then(({ id }) => id);
  const issue = await project.asks(ISSUE);
  const end = await underWay(world);
  // a script has no price
  await ask(world.variables.DATABASE_URL ?? "", `UPDATE "Turn" SET "costUsd" = 0.02 WHERE role <> 'green'`);
  const lowers = await says("mara", "/orion budget 0.01");
  await world.settled();
  await end();
  expect(await world.ended(issue)).toMatchObject({ stage: "green", failure: { code: "LIMIT_USD" } });
  expect(world.model.requests().filter(({ role }) => role === "green")).toHaveLength(1);
  expect(await project.reactionsTo(lowers)).toEqual(["eyes", "rocket"]);
  expect((await project.comments(issue)).at(-1)?.body).toContain(
    "A maintainer raises the cap of this task by `/orion budget <usd>`",
  );
  const refused = await says("maya", "/orion budget 9");
  await says("mara", "/orion budget 100");
  await world.settled();
  expect(await project.reactionsTo(refused)).toEqual(["-1"]);
  const told = (await project.comments(issue)).at(-1)?.body;
  expect(told).toContain("This task may now cost $20.00 (it was $0.01)");
  expect(told).toContain("the operator of this Orion allows no more than this");
  await says("maya", "/orion retry");
  expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done" });
  const living = (await project.comments(issue)).find(({ body }) => body.includes("orion:task="));
  expect(living?.body).toMatch(/\$0\.\d\d of \$20\.00/);
});

it("work and questions rest until midnight once the day's money is spent, say so once, and lose nothing", async ({
  flow,
}) => {
  const finish = { answer: "It adds two numbers.", references: [{ file: "src/math.js", line: 1 }] };
  const script: ScriptEntry[] = [
    ...[plans(), writesTest(), works, handsIn, reviews([])],
    { role: "ask", run: 2, finish },
  ];
  const world = await flow.start({ script, variables: { ORION_BUDGET_DAY_USD: "1.5" } });
  const { project, model, variables } = world;
  const sql = (text: string) => ask(variables.DATABASE_URL ?? "", text);
  const saying = async (words: string) => (await project.comments(issue)).filter(({ body }) => body.includes(words));
  const issue = await project.asks(ISSUE);
  const end = await underWay(world);
  await sql(`UPDATE "Turn" SET "costUsd" = 1 WHERE role <> 'green'`);
  await end();
  const SPENT = "may cost in a day are spent";
  const living = await until(
    async () => (await saying(SPENT))[0] ?? null,
    () => world.lines.join("\n"),
  );
  expect(living.body).toContain("orion:task=");
  await project.maya.comment(project.place, issue, "/orion ask what does add do?");
  const told = await until(
    async () => (await saying(SPENT))[1] ?? null,
    () => world.lines.join("\n"),
  );
  expect(told.body).toContain("@maya");
  expect(model.requests().map(({ role }) => role)).toEqual(["plan", "red", "green"]);
  const resting = `SELECT start_after FROM pgboss.job WHERE name = 'runs' AND state = 'created'`;
  const jobs = await until(
    async () => {
      const found = await sql(resting);
      return found.length === 2 ? found : null;
    },
    () => "both to rest",
  );
  const midnight = new Date(new Date().setUTCHours(24, 0, 0, 0)).toISOString();
  expect(jobs.map(({ start_after }) => new Date(String(start_after)).toISOString())).toEqual([midnight, midnight]);
  // as if it were over
  await sql(`UPDATE "Turn" SET "createdAt" = "createdAt" - interval '1 day'`);
  await sql("UPDATE pgboss.job SET start_after = now() WHERE name = 'runs' AND state = 'created'");
  await (await underWay(world))();
  expect(await world.ended(issue)).toMatchObject({ status: "done" });
  await until(
    async () => (await saying("It adds two numbers."))[0] ?? null,
    () => world.lines.join("\n"),
  );
  // among the living comment's events, and once to who asked
  expect(await saying(SPENT)).toHaveLength(2);
});
