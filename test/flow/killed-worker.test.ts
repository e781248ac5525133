/** A worker dies in the middle of its work; the next one ends it, and no effect is there twice. */
import { access, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import type { Passing } from "./support/gate.ts";
import { expectOnce, greenIsAsked } from "./support/once.ts";
import { ISSUE, plans, reviews, STORY, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const boxesOf = (world: World) => join(world.dataDir, "sandboxes", "boxes");

describe.concurrent("a worker that is killed", () => {
  it("while the model thinks is replaced by one that asks again", async ({ flow }) => {
    const script = [plans(), writesTest(), writesCode(undefined, { delay_ms: 2_000 }), reviews()];
    const world = await flow.start({ script, role: "web" });
    const worker = await flow.worker(world);
    const issue = await world.project.asks(ISSUE);
    await greenIsAsked(world, 1);
    await worker.end("SIGKILL");
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    expect((await world.ended(issue)).attempt).toBe(2);
    await expectOnce(world, issue);
  });

  it("while a command runs is replaced by one that runs it again and clears up after both", async ({ flow }) => {
    const runs = { role: "green", bash: 'echo once >> "$HOME/ran"; sleep 1; wc -l < "$HOME/ran"' } as const;
    const script = [
      plans(),
      writesTest(),
      runs,
      writesCode(undefined, { expect: { last_result_contains: "2" } }),
      reviews(),
    ];
    const world = await flow.start({ script, role: "web" });
    const worker = await flow.worker(world);
    const issue = await world.project.asks(ISSUE);
    await until(
      () => commandRuns(world),
      () => "the command to run",
    );
    await worker.end("SIGKILL");
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    await world.ended(issue);
    await expectOnce(world, issue);
  });

  it("and its sandbox with it is replaced by one that does the stored turns again in a new sandbox", async ({
    flow,
  }) => {
    const says = {
      role: "green",
      say: "Now I hand it in.",
      finish: { summary: "Adds multiply()." },
      delay_ms: 2_000,
    } as const;
    const { finish: _, ...works } = writesCode();
    const script = [plans(), writesTest(), works, says, reviews()];
    const world = await flow.start({ script, role: "web" });
    const worker = await flow.worker(world);
    const issue = await world.project.asks(ISSUE);
    await greenIsAsked(world, 2);
    await worker.end("SIGKILL");
    expect(await readdir(boxesOf(world))).toHaveLength(1);
    await rm(boxesOf(world), { recursive: true });
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    await world.ended(issue);
    await expectOnce(world, issue);
    const told = await world.orion.store.events((await world.task(issue))?.id ?? "", 100);
    expect(told.filter(({ text }) => text.startsWith("green: edit"))).toHaveLength(1);
  });

  const posts =
    (path: RegExp, words = "") =>
    ({ method, path: at, body }: Passing) =>
      method === "POST" && path.test(at) && body.includes(words);
  const LOST: readonly (readonly [string, (passing: Passing) => boolean])[] = [
    ["its living comment", posts(/\/issues\/1\/comments$/, "orion:task=")],
    ["the branch", posts(/\/git-receive-pack$/)],
    ["the pull request", posts(/\/pulls$/)],
    ["the news for the requester", posts(/\/issues\/1\/comments$/, "Please verify")],
  ];
  it("before it learns that an effect took place is replaced by one that finds the effect", async ({ flow }) => {
    const world = await flow.start({ script: STORY, role: "web" });
    const gate = await flow.gate(world);
    let issue: number | null = null;
    for (const [, fits] of LOST) {
      const done = gate.keepAnswer(fits);
      const worker = await flow.worker(world, gate);
      issue ??= await world.project.asks(ISSUE);
      await done;
      await worker.end("SIGKILL");
      await world.missHeartbeats();
    }
    await world.startAnother({ ORION_ROLE: "worker" });
    expect((await world.ended(issue ?? 0)).attempt).toBe(LOST.length + 1);
    await expectOnce(world, issue ?? 0);
  });

  it("before its last word is replaced by one that says it", async ({ flow }) => {
    const world = await flow.start({ script: STORY, role: "web" });
    const gate = await flow.gate(world);
    const lastWord = gate.keepRequest(({ method, body }) => method === "PATCH" && body.includes("ready for you"));
    const worker = await flow.worker(world, gate);
    const issue = await world.project.asks(ISSUE);
    await lastWord;
    await worker.end("SIGKILL");
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    await world.ended(issue);
    await expectOnce(world, issue);
  });
});

describe.concurrent("a worker that is told to stop", () => {
  it("leaves at once, and the next one goes on where it was", async ({ flow }) => {
    const { finish, ...works } = writesCode();
    const handsIn = { role: "green", say: "Now I hand it in.", finish, delay_ms: 2_000 } as const;
    const script = [plans(), writesTest(), works, handsIn, reviews()];
    const world = await flow.start({ script, role: "web" });
    const worker = await flow.worker(world);
    const issue = await world.project.asks(ISSUE);
    await greenIsAsked(world, 2);
    expect(await worker.end("SIGTERM")).toBe(0);
    expect(await readdir(boxesOf(world))).toHaveLength(1);
    await world.startAnother({ ORION_ROLE: "worker" });
    expect((await world.ended(issue)).attempt).toBe(2);
    expect(world.model.requests().filter(({ role }) => role === "plan" || role === "red")).toHaveLength(2);
    const told = await world.orion.store.events((await world.task(issue))?.id ?? "", 100);
    expect(told.filter(({ text }) => text.startsWith("green: edit"))).toHaveLength(1);
    await expectOnce(world, issue);
  });
});

async function commandRuns(world: World): Promise<true | null> {
  const boxes = await readdir(boxesOf(world)).catch(() => []);
  for (const box of boxes) {
    const ran = join(boxesOf(world), box, "home", "ran");
    if (
      await access(ran).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return null;
}
