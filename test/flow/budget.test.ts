/** What a task may cost, changed while an agent works. */
import { expect } from "vitest";
import { ask } from "./support/database.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, plans, reviews, writesCode, writesTest } from "./support/story.ts";
import { handsIn, underWay, works } from "./support/under-way.ts";

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
  expect((await project.comments(issue)).at(-1)?.body).toContain("`/orion budget <usd>` raises the cap");
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
