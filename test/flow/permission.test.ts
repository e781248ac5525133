/** Who may, asked again when work begins: between the request and its turn a person may lose the right. */
import { expect } from "vitest";
import { FIX } from "./support/fix-story.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";

it("a person who lost the right while work waited gets none done: no first work, no fix, no answer", async ({
  flow,
}) => {
  const world = await flow.start({ script: STORY });
  const { project, forge, orion } = world;
  const issue = await project.asks(ISSUE);
  await world.ended(issue);
  const [pull] = await project.pulls();
  const { repository } = project;
  await orion.store.pauseRepository(repository.id, { id: 1, login: "acme" });
  const { id: fix } = await project.maya.comment(project.place, pull?.number ?? 0, FIX);
  const second = await project.asks("Orion, add divide(a, b)");
  const third = await project.asks("A place to ask");
  const { id: question } = await project.maya.comment(project.place, third, "/orion ask why is it slow?");
  await world.settled();
  const asked = world.model.requests().length;
  const { owner, repo: name } = project.place;
  await forge.addRepository({ owner, name, collaborators: { maya: "read" } });
  await orion.store.resumeRepository(repository.id);
  for (const [number, run] of [
    [issue, 2],
    [second, 1],
  ] as const)
    expect(await world.ended(number, { run })).toMatchObject({ failure: { code: "NOT_PERMITTED" } });
  const task = await world.task(third);
  await expect
    .poll(async () => (await orion.store.runsOf(task?.id ?? ""))[0]?.status, { timeout: 30_000 })
    .toBe("failed");
  expect(world.model.requests()).toHaveLength(asked);
  expect((await project.pulls()).map(({ head }) => head.sha)).toEqual([pull?.head.sha]);
  expect(await project.reactionsTo(fix)).toEqual(["eyes", "confused"]);
  expect(await project.reactionsTo(question)).toEqual(["eyes", "confused"]);
  expect(await project.reactions(second)).toEqual(["eyes", "confused"]);
  for (const place of [pull?.number ?? 0, second, third]) {
    const last = (await project.comments(place)).at(-1)?.body ?? "";
    expect(last).toContain("NOT_PERMITTED");
    expect(last).toContain("maya may no longer write to this repository (role read)");
  }
});
