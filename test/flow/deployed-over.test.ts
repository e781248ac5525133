/** A deploy in the middle of work: the old version is told to stop, the new one goes on, and everything is there once. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";

const [OLD, NEW] = ["0".repeat(40), "1".repeat(40)];

describe.concurrent("an Orion that is replaced while it works", () => {
  it.for(["plan", "red", "green", "review"] as const)("at %s leaves its run to the new one", async (role, { flow }) => {
    const script = STORY.map((line) => (line.role === role ? { ...line, delay_ms: 3_000 } : line));
    const world = await flow.start({ script, role: "web", variables: { ORION_REPOSITORY: "acme/math" } });
    const { project } = world;
    const old = await flow.worker(world, undefined, { ORION_COMMIT: OLD });
    const issue = await project.asks(ISSUE);
    await until(
      () => (world.model.requests().some((one) => one.role === role) ? true : null),
      () => `${role} to be asked\n${world.lines.join("\n")}`,
    );
    const starting = flow.worker(world, undefined, { ORION_COMMIT: NEW });
    expect(await old.end("SIGTERM")).toBe(0);
    const next = await starting;
    expect(await world.ended(issue)).toMatchObject({ status: "done", attempt: 2 });
    const pulls = await project.pulls();
    expect(pulls).toHaveLength(1);
    const comments = (await project.comments(issue)).filter(({ author }) => author === "orion[bot]");
    expect(comments.map(({ body }) => (body.includes("orion:task=") ? "living" : "ready"))).toEqual([
      "living",
      "ready",
    ]);
    await project.person("acme").merge(project.place, pulls[0]?.number ?? 0);
    const commit = await project.peopleMovedMain();
    await world.settled();
    await world.startAnother({ ORION_ROLE: "worker", ORION_COMMIT: commit });
    await next.end("SIGTERM");
    const announced = async () =>
      (await project.comments(pulls[0]?.number ?? 0)).filter(({ body }) => body.includes("Live: v"));
    await until(
      async () => ((await announced()).length > 0 ? true : null),
      () => `the announcement\n${world.lines.join("\n")}`,
    );
    expect(await announced()).toHaveLength(1);
  });
});
