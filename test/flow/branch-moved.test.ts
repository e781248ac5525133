/** People push, delete or close while a run works: nothing of theirs is lost, and everybody learns what to do. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { clone, git, nodeTest, pushCommit } from "./support/clone.ts";
import { evidenceIn } from "./support/evidence.ts";
import { FIX, FIX_STORY, FIX_TEST_NAME, FIXED } from "./support/fix-story.ts";
import { type Flow, it } from "./support/flow-test.ts";
import type { Gate, Passing } from "./support/gate.ts";
import { CODE_PATH, ISSUE, RIGHT, STORY, TEST_NAME, TEST_PATH } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const BRANCH = "feature/multiply";
const [, red, green, review] = FIX_STORY;
if (red === undefined || green === undefined || review === undefined) throw new TypeError("the story has changed");

const worksBehind = (world: World, gate: Gate): Promise<unknown> =>
  world.startAnother({ ORION_ROLE: "worker", GITHUB_API_URL: gate.apiUrl });

/** A first run that is over, its worker behind a gate, and a clone of somebody else's. */
async function proposed(flow: Flow, script: readonly ScriptEntry[], starts = worksBehind) {
  const world = await flow.start({ script: [...STORY, ...script], role: "web" });
  const gate = await flow.gate(world);
  await starts(world, gate);
  const issue = await world.project.asks(ISSUE);
  expect(await world.ended(issue)).toMatchObject({ status: "done" });
  return { world, gate, issue, folder: await clone(world.project.cloneUrl) };
}

/** The push has seen the branch, and has not moved it yet. */
const pushBegins = (gate: Gate) => gate.holdAnswer(({ path }) => path.includes("service=git-receive-pack"));

async function log(folder: string, from: string): Promise<readonly string[]> {
  await git(folder, ["fetch", "--quiet", "origin"]);
  return (await git(folder, ["log", "--format=%H", `${from}..origin/${BRANCH}`])).split("\n");
}

const waitsFor = (file: string): string => `import { existsSync } from "node:fs";
import test from "node:test";
import { setTimeout } from "node:timers/promises";

test("waits", async () => {
  while (!existsSync(${JSON.stringify(file)})) await setTimeout(20);
});
`;

const asked = ({ model }: World, role: string) =>
  model.requests().filter((one) => one.role === role && one.turn?.startsWith("2.") === true).length;

describe("a person who pushes at the last instant", () => {
  it("to other files has the fix put on top of their commit, and seen red and green there, though the worker dies at it", async ({
    flow,
  }) => {
    let kill = async (): Promise<unknown> => null;
    const starts = async (world: World, gate: Gate): Promise<void> => {
      const worker = await flow.worker(world, gate);
      kill = () => worker.end("SIGKILL");
    };
    const { world, gate, issue, folder } = await proposed(flow, [...FIX_STORY, review], starts);
    const { project } = world;
    try {
      const firstHead = (await project.branches())[BRANCH] ?? "";
      const begun = pushBegins(gate);
      const { id: comment } = await project.maya.comment(project.place, 2, FIX);
      const release = await begun;
      // whoever runs the tests on her commit waits
      const goes = join(world.dataDir, "goes");
      const byHand = { "NOTES.md": "Quick.\n", "test/slow.test.js": waitsFor(goes) };
      const byMaya = await pushCommit(folder, BRANCH, byHand, "docs: quicker");
      release();
      const [, { id = "" } = {}] = await world.orion.store.runsOf((await world.task(issue))?.id ?? "");
      const moves = () => world.orion.store.step(`run:${id}`, "moved-2");
      await until(moves, () => `the run to move on\n${world.lines.join("\n")}`);
      await kill();
      // it had not seen the tests there yet
      expect(await moves()).toMatchObject({ state: "intent" });
      await writeFile(goes, "");
      await world.missHeartbeats();
      await worksBehind(world, gate);
      const run = await world.ended(issue, { run: 2 });
      expect(run).toMatchObject({ status: "done", failure: null, baseSha: byMaya, round: 2, attempt: 2 });
      const [head = "", test = "", ...before] = await log(folder, firstHead);
      expect(before).toEqual([byMaya]);
      const [pull] = await project.pulls();
      expect(pull?.head.sha).toBe(head);
      expect(evidenceIn(pull?.body ?? "")[1]).toMatchObject({
        ...{ baseSha: byMaya, testSha: test, headSha: head },
        rows: [{ test: FIX_TEST_NAME, red: { commit: test }, green: { commit: head } }],
      });
      // nobody's word for it: her commit and the tests on it were run
      for (const commit of [byMaya, test])
        expect(await world.orion.store.step(`run:${id}`, `witness/${commit}`)).toMatchObject({ state: "done" });
      await git(folder, ["checkout", "--quiet", head]);
      expect(await git(folder, ["show", "HEAD:NOTES.md"])).toBe("Quick.");
      expect(await nodeTest(folder)).toMatchObject({ passes: true });
      expect(["plan", "red", "green", "review"].map((role) => asked(world, role))).toEqual([1, 1, 1, 2]);
      const forced = world.forge.deliveries().filter(({ event, payload }) => {
        return event === "push" && JSON.stringify(payload).includes('"forced":true');
      });
      expect(forced).toEqual([]);
      expect(await project.reactionsTo(comment)).toEqual(["eyes", "rocket"]);
      expect((await project.comments(2)).filter(({ author }) => author === "orion[bot]")).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("to the same file has the fix done again on their work, which stands", async ({ flow }) => {
    const byHand = "// by hand\n";
    const added = `test("${FIX_TEST_NAME}", () => assert.throws(() => multiply("a", 1), TypeError));`;
    const again: readonly ScriptEntry[] = [
      {
        ...red,
        expect: { contains: ["People have pushed to the same files meanwhile", `+${added}`] },
        edit: { path: TEST_PATH, old: `test("${TEST_NAME}"`, new: `${added}\ntest("${TEST_NAME}"` },
      },
      {
        ...green,
        expect: { contains: "People have pushed to the same files meanwhile" },
        edit: { path: CODE_PATH, old: `${byHand}${RIGHT}`, new: `${byHand}${FIXED}` },
      },
      review,
    ];
    const { world, gate, issue, folder } = await proposed(flow, [...FIX_STORY, ...again]);
    const { project } = world;
    try {
      const firstHead = (await project.branches())[BRANCH] ?? "";
      const begun = pushBegins(gate);
      await project.maya.comment(project.place, 2, FIX);
      const release = await begun;
      const byMaya = await pushCommit(folder, BRANCH, { [CODE_PATH]: `${byHand}${RIGHT}` }, "note by hand");
      release();
      expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null, baseSha: byMaya });
      expect((await log(folder, firstHead)).slice(2)).toEqual([byMaya]);
      expect(await git(folder, ["show", `origin/${BRANCH}:${CODE_PATH}`])).toBe(`${byHand}${FIXED}`.trimEnd());
      expect(["plan", "red", "green", "review"].map((role) => asked(world, role))).toEqual([1, 2, 2, 2]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("a person who ends it while a run works", () => {
  it("by deleting the branch is told how to get it back, and where the work is", async ({ flow }) => {
    const { world, gate, issue, folder } = await proposed(flow, FIX_STORY);
    await rm(folder, { recursive: true, force: true });
    const { project } = world;
    const begun = pushBegins(gate);
    await project.maya.comment(project.place, 2, FIX);
    const release = await begun;
    await project.maya.call("DELETE", `/repos/acme/math/git/refs/heads/${BRANCH}`);
    release();
    const run = await world.ended(issue, { run: 2 });
    expect(run).toMatchObject({ status: "failed", failure: { code: "BRANCH_GONE" } });
    expect(await project.branches()).toEqual({ main: project.mainSha });
    const told = (await project.comments(2)).at(-1)?.body ?? "";
    expect(told).toContain("Restore the branch on the pull request's page, then ask again");
    expect(told).toContain(`kept as \`${run.headSha?.slice(0, 7)}\``);
  });

  const afterReview =
    (world: World) =>
    ({ path }: Passing) =>
      asked(world, "review") > 0 && path.endsWith("/branches/main");
  const ENDS = [
    ["closing", "PULL_CLOSED", "Reopen it", ({ maya, place }) => maya.close(place, 2)],
    ["merging", "PULL_MERGED", "File a new issue for what is missing", ({ maya, place }) => maya.merge(place, 2)],
  ] as const satisfies readonly (readonly [string, string, string, (project: World["project"]) => Promise<unknown>])[];
  it.for(ENDS)(
    "by %s the pull request has nothing pushed on it, and is told what to do",
    async ([, code, remedy, end], { flow }) => {
      const { world, gate, issue, folder } = await proposed(flow, FIX_STORY);
      await rm(folder, { recursive: true, force: true });
      const { project } = world;
      const held = gate.holdAnswer(afterReview(world));
      await project.maya.comment(project.place, 2, FIX);
      const release = await held;
      const before = (await project.branches())[BRANCH];
      await end(project);
      await project.peopleMovedMain();
      release();
      expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "failed", failure: { code } });
      expect((await project.branches())[BRANCH]).toBe(before);
      const told = (await project.comments(2)).at(-1)?.body ?? "";
      expect(told).toContain(remedy);
      expect(told.includes("/orion retry")).toBe(code === "PULL_CLOSED");
    },
  );
});

describe("a pull request whose branch was deleted", () => {
  it("is not worked on, says how to get it back, and goes on once it is open again", async ({ flow }) => {
    const { project, ended, ...world } = await flow.start({ script: [...STORY, ...FIX_STORY] });
    const issue = await project.asks(ISSUE);
    await ended(issue);
    const folder = await clone(project.cloneUrl);
    const sha = (await project.branches())[BRANCH] ?? "";
    await project.maya.call("DELETE", `/repos/acme/math/git/refs/heads/${BRANCH}`);
    await world.settled();
    await project.maya.comment(project.place, 2, FIX);
    await world.settled();
    expect((await project.comments(2)).at(-1)?.body).toContain("reopen it (restore its branch first");
    await git(folder, ["push", "--quiet", "origin", `${sha}:refs/heads/${BRANCH}`]);
    await rm(folder, { recursive: true, force: true });
    await project.maya.call("PATCH", "/repos/acme/math/pulls/2", { state: "open" });
    await project.maya.comment(project.place, 2, FIX);
    expect(await ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null, baseSha: sha });
    expect(await world.task(issue)).toMatchObject({ status: "proposed" });
    expect((await project.pulls())[0]).toMatchObject({ state: "open" });
  });
});
