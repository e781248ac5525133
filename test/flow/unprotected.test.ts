/** Repositories whose default branch nobody guards. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { expectStopped } from "./support/stopped.ts";
import { ISSUE, plans, STORY } from "./support/story.ts";

describe("beside an unprotected default branch", () => {
  it("Orion plans, pushes nothing, and says how to protect it", async ({ flow }) => {
    const world = await flow.start({ script: [plans()], project: { protected: false } });
    const issue = await world.project.asks(ISSUE);
    expect((await world.ended(issue)).plan).not.toBeNull();
    await expectStopped(world, issue, [
      "DEFAULT_BRANCH_UNPROTECTED",
      "acme/math/settings/rules/new?target=branch",
      "1. Add target, Include default branch.",
      "3. Create.",
    ]);
  });

  it("works where the operator allows it, and the living comment keeps warning", async ({ flow }) => {
    const variables = { ORION_ALLOW_UNPROTECTED: "1" };
    const { project, ended } = await flow.start({ script: STORY, project: { protected: false }, variables });
    const issue = await project.asks(ISSUE);
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    expect((await project.comments(issue))[0]?.body).toContain(
      "⚠️ the default branch main of acme/math is not protected",
    );
  });
});
