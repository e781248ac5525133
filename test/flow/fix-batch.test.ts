/** "Request changes" is one batch: each thread gets its answer, once, and only what was fixed is resolved. */
import { describe, expect } from "vitest";
import { batchStory, REVIEW, SECRET } from "./support/batch-story.ts";
import { FIX_TEST_NAME } from "./support/fix-story.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY, TEST_PATH } from "./support/story.ts";
import { threadsOf } from "./support/threads.ts";
import type { World } from "./support/world.ts";

/** The first run is over and its pull request reviewed. @returns the review's id */
async function reviewed(world: World): Promise<number> {
  const { project, ended } = world;
  expect(await ended(await project.asks(ISSUE))).toMatchObject({ status: "done" });
  return (await project.maya.review(project.place, 2, REVIEW)).id;
}

async function expectAnswers(world: World): Promise<void> {
  const { project } = world;
  const [pull] = await project.pulls();
  const head = pull?.head.sha.slice(0, 7);
  const threads = await threadsOf(project, 2);
  expect(threads.map(({ resolved, said }) => [resolved, said.length])).toEqual([
    [true, 2],
    [false, 2],
    [true, 2],
  ]);
  const [shown, disagreed, preserved] = threads.map(({ said }) => said[1] ?? "");
  expect(shown).toBe(`orion: Done in ${head}, test \`${FIX_TEST_NAME}\` (\`${TEST_PATH}\`): red before, green now.`);
  expect(disagreed).toMatch(/^orion: Disagree, because @\u200dmaya the name says it; see https:\u200d/);
  expect(preserved).toBe(`orion: Done in ${head}. Behaviour stays as it was: all 3 tests are green.`);
}

describe("a review that requests changes", () => {
  it("is one run, and each thread is answered once, however often the webhook comes", async ({ flow }) => {
    const world = await flow.start({ script: [...STORY, ...batchStory()] });
    const { project, ended, forge } = world;
    const review = await reviewed(world);
    const run = await ended(1, { run: 2 });
    expect(run).toMatchObject({ status: "done", failure: null });
    const { guid = "" } =
      forge
        .deliveries()
        .find(
          ({ event, payload }) =>
            event === "pull_request_review" && JSON.stringify(payload).includes(`"id":${review},`),
        ) ?? {};
    for (let time = 0; time < 5; time += 1) forge.redeliver(guid);
    await world.settled();
    const task = await world.task(1);
    expect(await world.orion.store.runsOf(task?.id ?? "")).toHaveLength(2);
    await expectAnswers(world);
    const [pull] = await project.pulls();
    expect(pull?.body).toContain("Asked for and not done: test/multiply.test.js:5: Rename this test to");
    const told = (await project.comments(2)).at(-1)?.body;
    expect(told).toContain(
      "Of 3 points: 2 shown by tests, 1 not done, because I disagree. Each thread has its answer.",
    );
    const everything = JSON.stringify([await threadsOf(project, 2), await project.comments(2), pull?.body]);
    expect(everything).not.toContain(SECRET);
  });

  it("is answered once though the worker dies between the push and its answers, and after one of them", async ({
    flow,
  }) => {
    const world = await flow.start({ script: [...STORY, ...batchStory()], role: "web" });
    const gate = await flow.gate(world);
    const first = await flow.worker(world, gate);
    const pushed = async () => {
      const lost = gate.keepAnswer(
        ({ method, path, body }) => method === "POST" && path.endsWith("/replies") && body.includes("Done"),
      );
      return lost;
    };
    const before = gate.keepRequest(({ method, path }) => method === "POST" && path.endsWith("/replies"));
    await reviewed(world);
    await before;
    await first.end("SIGKILL");
    await world.missHeartbeats();
    const lost = pushed();
    const second = await flow.worker(world, gate);
    await lost;
    await second.end("SIGKILL");
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    expect(await world.ended(1, { run: 2 })).toMatchObject({ status: "done", attempt: 3 });
    await expectAnswers(world);
  });

  it("that Orion disagrees with on every point changes nothing, and says why in each thread, or where it may", async ({
    flow,
  }) => {
    const points = [2, 3, 4].map((point) => ({ point, disagree: `reason ${point}` }));
    const finish = { title: "Nothing", goal: "Nothing.", points };
    const [plan] = batchStory({ finish });
    if (plan === undefined) throw new TypeError("the story has changed");
    const world = await flow.start({ script: [...STORY, plan, { ...plan, run: 3 }] });
    await reviewed(world);
    const before = await world.project.branches();
    expect(await world.ended(1, { run: 2 })).toMatchObject({ status: "done", headSha: null });
    expect(await world.project.branches()).toEqual(before);
    expect((await threadsOf(world.project, 2)).map(({ resolved, said }) => [resolved, said[1]])).toEqual(
      [2, 3, 4].map((point) => [false, `orion: Disagree, because reason ${point}`]),
    );
    const [only, ...more] = await world.project.comments(2);
    expect(only?.body).toContain("I changed nothing. Of 3 points: 3 not done, because I disagree. Each thread has its");
    expect(more).toEqual([]);

    const { maya, place } = world.project;
    await maya.call("PUT", "/repos/acme/math/issues/2/lock");
    await maya.review(place, 2, REVIEW);
    expect(await world.ended(1, { run: 3 })).toMatchObject({ status: "done", failure: null });
    expect((await threadsOf(world.project, 2)).map(({ said }) => said.length)).toEqual([2, 2, 2, 1, 1, 1]);
    expect(await world.project.comments(2)).toHaveLength(1);
    const told = (await world.project.comments(1)).at(-1)?.body ?? "";
    expect(told).toContain("I changed nothing. Of 3 points: 3 not done, because I disagree.\n\nWhat I could not say");
    expect(told).toContain(`- \`${TEST_PATH}:5\`: Disagree, because reason 3\n`);
    expect(told).not.toContain("Each thread");
  });
});
