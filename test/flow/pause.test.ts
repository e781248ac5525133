/** The switch: what runs stops at its next step and keeps its place, and goes on there once, when it is lifted. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { ISSUE, plans, reviews, STORY, writesCode, writesTest } from "./support/story.ts";
import { boxesOf, handsIn, underWay, works } from "./support/under-way.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const says = (world: World, words: string) =>
  world.project
    .person("acme")
    .comment(world.project.place, 1, words)
    .then(({ id }) => id);

/** Orion's own. */
const comments = async (world: World, issue: number) =>
  (await world.project.comments(issue)).filter(({ author }) => author === "orion[bot]").map(({ body }) => body);

const runOf = async (world: World, issue: number) => {
  const task = await world.task(issue);
  return task === null ? null : ((await world.orion.store.runsOf(task.id))[0] ?? null);
};

const rests = (world: World, issue: number) =>
  until(
    async () => ((await runOf(world, issue))?.status === "waiting" ? true : null),
    async () => `the run to be parked\n${(await comments(world, issue)).join("\n")}\n${world.lines.join("\n")}`,
  );

const asked = (world: World, role: string) =>
  until(
    () => (world.model.requests().some((one) => one.role === role) ? true : null),
    () => `the question to ${role}`,
  );

/** Whatever happened in between: one pull request, one living comment, one word that it is ready, each agent asked once. */
async function expectWhole(world: World, issue: number, greenTurns: number): Promise<void> {
  const { project } = world;
  expect(await project.pulls()).toMatchObject([{ state: "open", draft: false, title: "feat: Add multiply()" }]);
  const bodies = await comments(world, issue);
  expect(bodies.filter((body) => body.includes("orion:task="))).toHaveLength(1);
  expect(bodies.filter((body) => body.includes("Please verify"))).toHaveLength(1);
  const roles = world.model.requests().map(({ role }) => role);
  expect(roles).toEqual(["plan", "red", ...Array(greenTurns).fill("green"), "review"]);
}

describe.concurrent("a pause", () => {
  it("stops an agent before its next turn, keeps its sandbox, and resume goes on at that turn", async ({ flow }) => {
    const world = await flow.start({ script: [plans(), writesTest(), works, handsIn, reviews()] });
    const issue = await world.project.asks(ISSUE);
    const end = await underWay(world);
    const command = await says(world, "/orion pause");
    await world.settled();
    await end();
    await rests(world, issue);
    expect(await world.project.reactionsTo(command)).toEqual(["eyes", "rocket"]);
    expect((await comments(world, issue))[0]).toContain("⏸ paused by acme");
    expect((await runOf(world, issue))?.waitsFor).toBe("pause");
    expect(world.model.requests().filter(({ role }) => role === "green")).toHaveLength(1);
    expect(await boxesOf(world)).toHaveLength(1);
    await says(world, "/orion status");
    await world.settled();
    expect((await comments(world, issue)).at(-1)).toMatch(/is \*\*waiting\*\*, stage green.*paused by acme/s);
    await says(world, "/orion resume");
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    await expectWhole(world, issue, 2);
    const told = await world.orion.store.events((await world.task(issue))?.id ?? "", 100);
    expect(told.filter(({ text }) => text.startsWith("green: edit"))).toHaveLength(1);
  });

  it("keeps what is asked for meanwhile, says so once, and lets it begin on resume", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    await world.project.asks("A place to talk");
    await says(world, "/orion pause");
    await world.settled();
    const issue = await world.project.asks(ISSUE);
    await rests(world, issue);
    expect(await world.project.reactions(issue)).toEqual(["eyes"]);
    await world.settled();
    expect(await comments(world, issue)).toEqual([expect.stringContaining("This repository is paused by acme")]);
    expect(world.model.requests()).toEqual([]);
    await says(world, "/orion resume");
    await says(world, "/orion resume");
    expect(await world.ended(issue)).toMatchObject({ status: "done", attempt: 1 });
    await expectWhole(world, issue, 1);
  });

  it("comes before the push when it is asked for while the reviewer reads", async ({ flow }) => {
    const script = [plans(), writesTest(), writesCode(), reviews([], { delay_ms: 6_000 })];
    const world = await flow.start({ script });
    const issue = await world.project.asks(ISSUE);
    await asked(world, "review");
    await world.orion.store.pauseRepository(world.project.repository.id, { id: 1, login: "acme" });
    await rests(world, issue);
    expect(await world.project.branches()).toEqual({ main: world.project.mainSha });
    await says(world, "/orion resume");
    await world.ended(issue);
    await expectWhole(world, issue, 1);
  });

  it("that comes between push and pull request leaves one of each when it is lifted", async ({ flow }) => {
    const world = await flow.start({ script: STORY, role: "web" });
    const gate = await flow.gate(world);
    const pushed = gate.holdAnswer(({ method, path }) => method === "POST" && path.endsWith("/git-receive-pack"));
    await flow.worker(world, gate);
    const issue = await world.project.asks(ISSUE);
    const arrive = await pushed;
    await world.orion.store.pauseRepository(world.project.repository.id, { id: 1, login: "acme" });
    arrive();
    await rests(world, issue);
    expect(Object.keys(await world.project.branches())).toContain("feature/multiply");
    expect(await world.project.pulls()).toEqual([]);
    await world.orion.store.resumeRepository(world.project.repository.id);
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    await expectWhole(world, issue, 1);
  });

  it("is for administrators, and needs no one else's repository", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const issue = await world.project.asks(ISSUE);
    const { id } = await world.project.maya.comment(world.project.place, issue, "/orion pause");
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    expect(await world.project.reactionsTo(id)).toEqual(["-1"]);
    expect(await world.orion.store.pauseOf(world.project.repository.id)).toBeNull();
  });

  it("of everything holds until a process starts without it", async ({ flow }) => {
    const world = await flow.start({ script: STORY, role: "web" });
    const paused = await world.startAnother({ ORION_ROLE: "worker", ORION_PAUSED: "1" });
    const issue = await world.project.asks(ISSUE);
    await rests(world, issue);
    await world.settled();
    expect(await comments(world, issue)).toEqual([expect.stringContaining("This Orion is paused by its operator")]);
    await paused.stop();
    expect(world.model.requests()).toEqual([]);
    await world.startAnother({ ORION_ROLE: "worker" });
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    await expectWhole(world, issue, 1);
  });
});

describe.concurrent("`/orion stop`", () => {
  it("ends the run at its next step, removes its sandbox, and retry starts again", async ({ flow }) => {
    const again = STORY.map((entry) => ({ ...entry, run: 2 }));
    const world = await flow.start({ script: [plans(), writesTest(), works, handsIn, ...again] });
    const issue = await world.project.asks(ISSUE);
    const end = await underWay(world);
    await world.project.maya.comment(world.project.place, issue, "/orion stop");
    await world.settled();
    await end();
    expect(await world.ended(issue)).toMatchObject({ status: "stopped", failure: null });
    expect(world.model.requests().filter(({ role }) => role === "green")).toHaveLength(1);
    expect(await boxesOf(world)).toEqual([]);
    expect(await world.project.branches()).toEqual({ main: world.project.mainSha });
    const [sticky, told, ...more] = await comments(world, issue);
    expect(sticky).toContain("⏹ stopped by a person");
    expect(told).toContain("I end run 1 (green)");
    expect(more).toEqual([]);
    await world.project.maya.comment(world.project.place, issue, "/orion retry");
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done" });
  });

  it("ends a run that a pause has laid aside", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    await world.project.asks("A place to talk");
    await says(world, "/orion pause");
    await world.settled();
    const issue = await world.project.asks(ISSUE);
    await rests(world, issue);
    await world.project.maya.comment(world.project.place, issue, "/orion stop");
    expect(await world.ended(issue)).toMatchObject({ status: "stopped" });
    expect(world.model.requests()).toEqual([]);
  });
});
