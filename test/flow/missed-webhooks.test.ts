/** A webhook that found nobody: GitHub does not send it again by itself, so the next boot has it sent. */
import { expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";

it("an issue whose webhook was lost is worked on, once, after the next boot", async ({ flow }) => {
  const world = await flow.start({ script: STORY });
  const { project, forge } = world;
  // of its installation Orion may have heard the same way
  const told = () => world.lines.filter((line) => line.includes("had not arrived")).length;
  await world.settled();
  const before = told();
  forge.setWebhookUrl(null);
  const issue = await project.asks(ISSUE);
  await forge.flush();
  expect(await world.task(issue)).toBeNull();
  forge.setWebhookUrl(world.webhookUrl());
  await world.startAnother({ ORION_ROLE: "worker" });
  await until(
    () => world.task(issue),
    () => `the issue to become a task\n${world.lines.join("\n")}`,
  );
  await world.startAnother({ ORION_ROLE: "worker" });
  expect(await world.ended(issue)).toMatchObject({ status: "done", ordinal: 1 });
  const sent = forge.deliveries().filter(({ event, action }) => event === "issues" && action === "opened");
  expect(sent).toHaveLength(2);
  expect(new Set(sent.map(({ guid }) => guid)).size).toBe(1);
  expect(told()).toBe(before + 1);
  expect(await project.pulls()).toHaveLength(1);
  expect(await project.reactions(issue)).toEqual(["eyes", "rocket"]);
});
