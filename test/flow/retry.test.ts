/** `/orion retry`: a run takes over from the one that came to nothing, at the stage where that one ended. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { z } from "zod";
import { clone, git, pushCommit } from "./support/clone.ts";
import { evidenceIn } from "./support/evidence.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, plans, RIGHT, reviews, rewritesCode, WRONG, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const AGAIN = { run: 2 } as const;

const rolesOf = (world: World) => world.model.requests().map(({ role }) => role);

const retry = (world: World, issue: number) =>
  world.project.maya.comment(world.project.place, issue, "/orion retry").then(({ id }) => id);

const runsOf = async (world: World, issue: number) => world.orion.store.runsOf((await world.task(issue))?.id ?? "");

describe("`/orion retry`", () => {
  it("goes on where Devon fell silent: plan, base and Tara's commit stay, though main moved", async ({
    flow,
    onTestFinished,
  }) => {
    const script = [plans(), writesTest(), writesCode(RIGHT, AGAIN), reviews([], AGAIN)];
    const variables = { ORION_ALLOW_UNPROTECTED: "1" };
    const world = await flow.start({ script, variables, project: { protected: false } });
    const { project } = world;
    const issue = await project.asks(ISSUE);
    const failed = await world.ended(issue);
    expect(failed).toMatchObject({ status: "failed", stage: "green", failure: { code: "MODEL_REFUSED" } });
    expect((await project.comments(issue)).at(-1)?.body).toContain("go on at **green**");
    const base = project.mainSha;
    const folder = await clone(project.cloneUrl);
    onTestFinished(() => rm(folder, { recursive: true }));
    await pushCommit(folder, "main", { "NOTES.md": "By hand.\n" }, "docs: notes");
    await project.peopleMovedMain();
    const asked = [await retry(world, issue), await retry(world, issue)];
    expect(await world.ended(issue, AGAIN)).toMatchObject({ status: "done", baseSha: base, round: 1 });
    await world.settled();
    expect(rolesOf(world)).toEqual(["plan", "red", "green", "green", "review"]);
    const [evidence] = evidenceIn((await project.pulls())[0]?.body ?? "");
    const kept = z
      .object({ testSha: z.string() })
      .parse((await world.orion.store.step(`run:${failed.id}`, "red-1"))?.result);
    expect(evidence).toMatchObject({ baseSha: base, testSha: kept.testSha });
    expect(await runsOf(world, issue)).toHaveLength(2);
    const ends = await Promise.all(asked.map((id) => project.reactionsTo(id)));
    expect(ends.toSorted()).toEqual([
      ["eyes", "confused"],
      ["eyes", "rocket"],
    ]);
  });

  it("on another machine goes on there, with Tara's commit as it was kept", async ({ flow }) => {
    const script = [plans(), writesTest(), writesCode(RIGHT, AGAIN), reviews([], AGAIN)];
    const world = await flow.start({ script, role: "web" });
    const worker = await world.startAnother({ ORION_ROLE: "worker" });
    const issue = await world.project.asks(ISSUE);
    expect(await world.ended(issue)).toMatchObject({ status: "failed", stage: "green" });
    await worker.stop();
    await world.startAnother({ ORION_ROLE: "worker", ORION_DATA_DIR: join(world.dataDir, "elsewhere") });
    await retry(world, issue);
    expect(await world.ended(issue, AGAIN)).toMatchObject({ status: "done", baseSha: world.project.mainSha });
    expect(rolesOf(world)).toEqual(["plan", "red", "green", "green", "review"]);
  });

  it("starts one run however often its webhook comes", async ({ flow }) => {
    const script = [plans(), writesTest(), writesCode(RIGHT, AGAIN), reviews([], AGAIN)];
    const world = await flow.start({ script });
    const issue = await world.project.asks(ISSUE);
    await world.ended(issue);
    await retry(world, issue);
    await world.ended(issue, AGAIN);
    const told = world.forge.deliveries().findLast(({ event }) => event === "issue_comment");
    for (let count = 0; count < 5; count += 1) world.forge.redeliver(told?.guid ?? "");
    await world.settled();
    expect(await runsOf(world, issue)).toHaveLength(2);
    expect(await world.project.pulls()).toHaveLength(1);
    const ready = (await world.project.comments(issue)).filter(({ body }) => body.includes("Please verify"));
    expect(ready).toHaveLength(1);
  });

  it("gives spent rounds anew, from what was found last", async ({ flow }) => {
    const worse = WRONG.replace("+", "-");
    const worst = WRONG.replace("+", "%");
    const mends = rewritesCode(worst, RIGHT, { ...AGAIN, expect: { contains: "multiplies two numbers" } });
    const spends = [writesCode(WRONG), rewritesCode(WRONG, worse), rewritesCode(worse, worst)];
    const world = await flow.start({ script: [plans(), writesTest(), ...spends, mends, reviews([], AGAIN)] });
    const issue = await world.project.asks(ISSUE);
    expect(await world.ended(issue)).toMatchObject({ failure: { code: "ROUNDS_SPENT" } });
    await retry(world, issue);
    expect(await world.ended(issue, AGAIN)).toMatchObject({ status: "done", round: 1 });
    expect(rolesOf(world)).toEqual(["plan", "red", "green", "green", "green", "green", "review"]);
  });

  it("pushes the same work under another name when somebody took the branch's, once, though its worker dies taking over", async ({
    flow,
    onTestFinished,
  }) => {
    const script = [plans(), writesTest(), writesCode(), reviews([], { delay_ms: 3_000 })];
    const world = await flow.start({ script, role: "web" });
    const { project } = world;
    const gate = await flow.gate(world);
    const worker = await flow.worker(world, gate);
    const issue = await project.asks(ISSUE);
    const folder = await clone(project.cloneUrl);
    onTestFinished(() => rm(folder, { recursive: true }));
    await until(
      () => (rolesOf(world).includes("review") ? true : null),
      () => "the reviewer to be asked",
      100_000,
    );
    await git(folder, ["push", "--quiet", "origin", "HEAD:refs/heads/feature/multiply"]);
    expect(await world.ended(issue)).toMatchObject({ failure: { code: "BRANCH_MOVED" } });
    const looksForName = gate.keepRequest(({ path }) => path.endsWith("/branches/feature%2Fmultiply"));
    const asked = await retry(world, issue);
    await looksForName;
    await worker.end("SIGKILL");
    const [, taking] = await runsOf(world, issue);
    // what it took over is stored, and that it did is not
    expect(taking).toMatchObject({ status: "running", stage: "propose", attempt: 1 });
    expect(await world.orion.store.step(`run:${taking?.id}`, "take-over")).toMatchObject({ state: "intent" });
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    expect(await world.ended(issue, AGAIN)).toMatchObject({ status: "done", attempt: 2 });
    expect(await runsOf(world, issue)).toHaveLength(2);
    const ready = (await project.comments(issue)).filter(({ body }) => body.includes("Please verify"));
    expect(ready).toHaveLength(1);
    expect(await project.reactionsTo(asked)).toEqual(["eyes", "rocket"]);
    expect(rolesOf(world)).toEqual(["plan", "red", "green", "review"]);
    expect(await project.pulls()).toMatchObject([{ head: { ref: `feature/multiply-${issue}` }, draft: false }]);
    expect((await project.branches())["feature/multiply"]).toBe(project.mainSha);
  });
});
