/** An issue that somebody closes is called off: its work ends, is kept, and goes on when it is wanted again. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { ISSUE, plans, reviews, STORY, writesTest } from "./support/story.ts";
import { handsIn, underWay, works } from "./support/under-way.ts";
import { says, sticky, waits } from "./support/waiting.ts";

const place = (issue: number) => `/repos/acme/math/issues/${issue}`;

describe.concurrent("an issue that is closed", () => {
  it("while its plan waits ends that, without a word more than the living comment's, and `retry` shows it again", async ({
    flow,
  }) => {
    const world = await flow.start({ script: [plans(), plans({}, { run: 2 })] });
    const { project } = world;
    const issue = await project.asks("multiply(a, b) is missing", "/orion plan");
    await waits(world, issue);
    await project.maya.close(project.place, issue);
    expect(await world.ended(issue)).toMatchObject({ status: "stopped", stopBy: "maya", failure: null });
    await world.settled();
    expect(await sticky(world, issue)).toContain("⏹ stopped by a person");
    // the living comment and the plan
    expect(await project.comments(issue)).toHaveLength(2);
    await project.maya.call("PATCH", place(issue), { state: "open" });
    await says(world, issue, "/orion retry");
    await waits(world, issue);
  });

  it("while somebody works ends that, and not what works on its pull request", async ({ flow }) => {
    const again = STORY.map((entry) => ({ ...entry, run: 2 }));
    const world = await flow.start({ script: [plans(), writesTest(), works, handsIn, reviews(), ...again] });
    const { project, orion } = world;
    const issue = await project.asks(ISSUE);
    const end = await underWay(world);
    await project.maya.close(project.place, issue);
    await world.settled();
    await end();
    expect(await world.ended(issue)).toMatchObject({ status: "stopped", stage: "green" });
    expect(await project.pulls()).toEqual([]);
    const task = await world.task(issue);
    await orion.store.updateTask(task?.id ?? "", { pullRequest: 99 });
    await project.maya.call("PATCH", place(issue), { state: "open" });
    await orion.store.pauseRepository(project.repository.id, { id: 1, login: "acme" });
    await says(world, issue, "/orion retry");
    await world.settled();
    await project.maya.close(project.place, issue);
    await world.settled();
    expect((await orion.store.runsOf(task?.id ?? ""))[1]).toMatchObject({ stopBy: null });
  });
});
