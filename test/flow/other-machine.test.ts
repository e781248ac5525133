/**
 * A platform without disks: each deploy brings a new machine that knows nothing
 * but the database. Work that was not pushed goes on there.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import type { Gate, Passing } from "./support/gate.ts";
import { expectOnce, greenIsAsked } from "./support/once.ts";
import { ISSUE, plans, reviews, writesCode, writesTest } from "./support/story.ts";
import { underWay, works } from "./support/under-way.ts";
import type { World } from "./support/world.ts";

let disks = "";
beforeAll(async () => {
  disks = await mkdtemp(join(tmpdir(), "orion-flow-disks-"));
});
afterAll(() => rm(disks, { recursive: true, force: true }));

const newMachine = async (): Promise<Readonly<Record<string, string>>> => {
  const disk = await mkdtemp(join(disks, "disk-"));
  return { ORION_DATA_DIR: disk, ORION_SANDBOX_DIR: join(disk, "sandboxes") };
};

const posts =
  (path: RegExp) =>
  ({ method, path: at }: Passing) =>
    method === "POST" && path.test(at);

const LOST: readonly (readonly [string, (world: World, gate: Gate) => Promise<unknown>])[] = [
  ["before the tests were kept", (_, gate) => gate.keepAnswer(posts(/\/issues\/1\/comments$/))],
  ["while the code is written", (world) => greenIsAsked(world, 1)],
  ["before the push", (_, gate) => gate.keepRequest(posts(/\/git-receive-pack$/))],
  ["before it learns of the push", (_, gate) => gate.keepAnswer(posts(/\/git-receive-pack$/))],
  ["before it learns of the pull request", (_, gate) => gate.keepAnswer(posts(/\/pulls$/))],
];

describe("a worker whose machine is gone, mirror and sandboxes with it", () => {
  it("is replaced by one that goes on with every commit that was built", async ({ flow }) => {
    const script = [plans(), writesTest(), writesCode(undefined, { delay_ms: 1_500 }), reviews()];
    const world = await flow.start({ script, role: "web" });
    const gate = await flow.gate(world);
    let issue: number | null = null;
    for (const [, happens] of LOST) {
      const happened = happens(world, gate);
      const worker = await flow.worker(world, gate, await newMachine());
      issue ??= await world.project.asks(ISSUE);
      await happened;
      await worker.end("SIGKILL");
      await world.missHeartbeats();
    }
    await world.startAnother({ ORION_ROLE: "worker", ...(await newMachine()) });
    expect(await world.ended(issue ?? 0)).toMatchObject({ attempt: LOST.length + 1, failure: null });
    await expectOnce(world, issue ?? 0);
    const asked = world.model.requests().map(({ role }) => role);
    expect(asked.filter((role) => role === "plan" || role === "red")).toHaveLength(2);
  });

  it("and that was stopped is retried on another one with its tests", async ({ flow }) => {
    const script = [plans(), writesTest(), works, writesCode(undefined, { run: 2 }), reviews([], { run: 2 })];
    const world = await flow.start({ script, role: "web" });
    const { project, dataDir } = world;
    // where the test looks for the command
    const { ORION_DATA_DIR } = await newMachine();
    const worker = await flow.worker(world, undefined, { ORION_DATA_DIR: ORION_DATA_DIR ?? dataDir });
    const issue = await project.asks(ISSUE);
    const end = await underWay(world);
    await project.maya.comment(project.place, issue, "/orion stop");
    await world.settled();
    await end();
    expect(await world.ended(issue)).toMatchObject({ status: "stopped", stage: "green" });
    await worker.end("SIGTERM");
    await project.maya.comment(project.place, issue, "/orion retry");
    await world.startAnother({ ORION_ROLE: "worker", ...(await newMachine()) });
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null });
    expect(world.model.requests().map(({ role }) => role)).toEqual(["plan", "red", "green", "green", "review"]);
  });
});
