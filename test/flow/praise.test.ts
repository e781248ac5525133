/** Praise and thanks: no reason to plan anew, no yes to a plan, and nothing for an agent. */
import { expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { FILES } from "./support/project.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { asked, requires, says, waits } from "./support/waiting.ts";

it("praise of a plan that waits is answered once with how to say yes; a yes then has exactly that plan worked on", async ({
  flow,
}) => {
  const world = await flow.start({ script: STORY, ...requires(FILES) });
  const { project, forge } = world;
  const issue = await project.asks(ISSUE);
  const { hash } = await waits(world, issue);
  const praises = [
    await says(world, issue, "Looks good to me, thanks! 👍"),
    await says(world, issue, "LGTM", "mara"),
    await says(world, issue, "nice", "rita"),
  ];
  await world.settled();
  for (const { guid, event } of forge.deliveries())
    if (event === "issue_comment") for (let time = 0; time < 5; time += 1) forge.redeliver(guid);
  await world.settled();
  const own = async () => (await project.comments(issue)).filter(({ author }) => author === "orion[bot]");
  const told = await own();
  expect(told).toHaveLength(3);
  expect(told.at(-1)?.body).toContain("If that is a yes to the plan, say `/orion approve`: I begin on nothing else.");
  for (const id of praises) expect(await project.reactionsTo(id)).toEqual([]);
  expect(await world.orion.store.remarks((await world.task(issue))?.id ?? "")).toEqual([]);
  expect([asked(world, "plan"), asked(world, "red")]).toEqual([1, 0]);
  await says(world, issue, "/orion approve");
  expect(await world.ended(issue)).toMatchObject({ status: "done", planShown: { hash, revision: 1 } });
  expect(asked(world, "plan")).toBe(1);
});
