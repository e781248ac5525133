/** Who is let in, and what reaches Orion more than once or not from GitHub at all. */
import { createHmac, randomUUID } from "node:crypto";
import { describe, expect } from "vitest";
import { asPerson } from "../../src/local/forge/person.ts";
import { ask } from "./support/database.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { WEBHOOK_SECRET, type World } from "./support/world.ts";

const rows = (world: World, table: string) => ask(world.variables.DATABASE_URL ?? "", `SELECT * FROM "${table}"`);

describe("at the door", () => {
  it("the issue of a person without write permission gets 👎 and nothing else", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { project } = world;
    for (const login of ["rita", "passerby"]) {
      const { number = 0 } = await project.person(login).fileIssue(project.place, { title: ISSUE });
      await world.settled();
      expect(await project.reactions(number)).toEqual(["-1"]);
      expect(await project.comments(number)).toEqual([]);
    }
    expect([await rows(world, "Task"), await rows(world, "Run")]).toEqual([[], []]);
    expect(await project.branches()).toEqual({ main: project.mainSha });
  });

  it("a bot's issue gets no answer of any kind", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { project, forge } = world;
    const { token } = forge.addUser({ login: "helper[bot]", type: "Bot" });
    const { number = 0 } = await asPerson(forge, token).fileIssue(project.place, { title: ISSUE, labels: ["orion"] });
    await world.settled();
    expect(world.forge.deliveries().filter(({ event }) => event === "issues").length).toBeGreaterThan(0);
    expect([await project.reactions(number), await project.comments(number)]).toEqual([[], []]);
    expect(await rows(world, "Task")).toEqual([]);
  });

  it("a webhook with a wrong signature gets 400 and is not stored", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    await world.settled();
    const before = await rows(world, "Delivery");
    const body = JSON.stringify({ action: "opened", issue: { number: 1 } });
    const post = (secret: string) =>
      fetch(world.webhookUrl(), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-github-event": "issues",
          "x-github-delivery": randomUUID(),
          "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
        },
        body,
      });
    expect((await post("somebody else's secret")).status).toBe(400);
    expect(await rows(world, "Delivery")).toEqual(before);
    expect((await post(WEBHOOK_SECRET)).status).toBe(202);
    expect(await rows(world, "Delivery")).toHaveLength(before.length + 1);
  });

  it("a delivery that comes six times is one run, one living comment, one pull request", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { project, forge } = world;
    const issue = await project.asks(ISSUE);
    const { guid = "" } =
      forge.deliveries().find(({ event, action }) => event === "issues" && action === "opened") ?? {};
    for (let time = 0; time < 3; time += 1) forge.redeliver(guid);
    await world.ended(issue);
    for (let time = 0; time < 2; time += 1) forge.redeliver(guid);
    await world.settled();
    expect(forge.deliveries().filter((one) => one.guid === guid)).toHaveLength(6);
    expect(await rows(world, "Run")).toHaveLength(1);
    expect(await project.comments(issue)).toHaveLength(2);
    expect(await project.pulls()).toHaveLength(1);
    expect(await project.reactions(issue)).toEqual(["eyes", "rocket"]);
  });
});
