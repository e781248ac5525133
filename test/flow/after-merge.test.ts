/** A person merges; the change is shipped, the new Orion says so once, and a failed one is told with its remedy. */
import { describe, expect } from "vitest";
import { ask } from "./support/database.ts";
import { openDeployApi } from "./support/deploy-api.ts";
import { it } from "./support/flow-test.ts";
import { FILES } from "./support/project.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const manifest = { ...JSON.parse(FILES["package.json"] ?? "{}"), version: "1.0.0" };
const files = { ...FILES, "package.json": `${JSON.stringify(manifest, null, 2)}\n` };

interface Merged {
  readonly issue: number;
  readonly pull: number;
  /** what the default branch is at after the merge */
  readonly commit: string;
}

async function proposeAndMerge(world: World, method: "merge" | "squash" = "merge"): Promise<Merged> {
  const { project } = world;
  const issue = await project.asks(ISSUE);
  expect(await world.ended(issue)).toMatchObject({ status: "done" });
  const [pull] = await project.pulls();
  await project.person("acme").merge(project.place, pull?.number ?? 0, method);
  const commit = await project.peopleMovedMain();
  await world.settled();
  return { issue, pull: pull?.number ?? 0, commit };
}

/** Orion's comments of deploys on the pull request, once one contains the words. */
const told = (world: World, pull: number, words: string) =>
  until(
    async () => {
      const bodies = (await world.project.comments(pull))
        .map(({ body }) => body)
        .filter((body) => body.includes("orion:deploy="));
      return bodies.some((body) => body.includes(words)) ? bodies : null;
    },
    async () =>
      `${words} on #${pull}\n${JSON.stringify(await world.project.comments(pull), null, 1)}\n${world.lines.join("\n")}`,
  );

const stickyOf = async (world: World, issue: number) =>
  (await world.project.comments(issue)).find(({ body }) => body.includes("orion:task="))?.body ?? "";

const stickySays = (world: World, issue: number, words: string) =>
  until(
    async () => ((await stickyOf(world, issue)).includes(words) ? true : null),
    async () => `the living comment to say ${words}\n${await stickyOf(world, issue)}\n${world.lines.join("\n")}`,
  );

describe.concurrent("after the merge", () => {
  it("of Orion's own change the new version is announced once, with the memory compared", async ({
    flow,
    onTestFinished,
  }) => {
    const host = await openDeployApi(onTestFinished);
    const world = await flow.start({
      script: [...STORY],
      project: { files },
      variables: { ...host.variables, ORION_COMMIT: "0".repeat(40) },
    });
    const { issue, pull, commit } = await proposeAndMerge(world);
    expect(await world.task(issue)).toMatchObject({ status: "merged" });
    expect(await stickyOf(world, issue)).toContain("🎉 merged");
    host.tell([{ commit, status: "build_in_progress" }]);
    await told(world, pull, `deploying ${commit.slice(0, 7)}`);
    await stickySays(world, issue, "⏳ deploying");
    // the host has switched, yet no new Orion is ready: nothing is claimed
    host.tell([{ commit, status: "live" }]);
    const one = await world.startAnother({ ORION_COMMIT: commit });
    const two = await world.startAnother({ ORION_COMMIT: commit });
    const bodies = await told(world, pull, "Live: v");
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toMatch(
      new RegExp(`\\(${commit.slice(0, 7)}\\).*healthy, memory intact \\(tasks 1/1, runs 1/1, evidence 1/1\\)`),
    );
    await stickySays(world, issue, "🚀 live");
    for (const orion of [one, two]) await orion.stop();
    await world.startAnother({ ORION_COMMIT: commit });
    await world.settled();
    expect(await told(world, pull, "Live: v")).toHaveLength(1);
    const rows = await ask(world.variables.DATABASE_URL ?? "", 'SELECT status, "pullRequest" FROM "Deploy"');
    expect(rows).toEqual([{ status: "live", pullRequest: pull }]);
  });

  it("its version is the next minor one, with an entry in the changelog", async ({ flow }) => {
    const world = await flow.start({
      script: [...STORY],
      project: { files },
      variables: { ORION_REPOSITORY: "Acme/Math" },
    });
    const { project } = world;
    await proposeAndMerge(world, "squash");
    const read = async (path: string): Promise<string> => {
      const file = (await project.maya.call("GET", `/repos/acme/math/contents/${path}`)) as { content: string };
      return Buffer.from(file.content, "base64").toString("utf8");
    };
    expect(JSON.parse(await read("package.json"))).toEqual({ ...manifest, version: "1.1.0" });
    expect(await read("docs/changelog.md")).toContain("## 1.1.0");
    expect(await read("docs/changelog.md")).toContain("- feat: Add multiply()");
  });

  it("a failed deploy is told with what keeps serving, and one revert is opened", async ({ flow, onTestFinished }) => {
    const host = await openDeployApi(onTestFinished);
    const world = await flow.start({ script: [...STORY], project: { files }, variables: host.variables });
    const { project } = world;
    const { issue, pull, commit } = await proposeAndMerge(world);
    host.tell([{ commit, status: "pre_deploy_failed" }]);
    const bodies = await told(world, pull, "keeps serving");
    expect(bodies).toHaveLength(1);
    const [revert, ...others] = (await project.pulls()).filter(({ number }) => number !== pull);
    expect(others).toEqual([]);
    expect(revert).toMatchObject({ state: "open", title: expect.stringMatching(/^revert: /) });
    expect(bodies[0]).toContain(`#${revert?.number}`);
    expect(bodies[0]).toContain("npm run kill-switch");
    await stickySays(world, issue, "its deploy failed");
  });

  it("without a host the change is live when a ready Orion runs it", async ({ flow }) => {
    const world = await flow.start({
      script: [...STORY],
      project: { files },
      variables: { ORION_REPOSITORY: "acme/math" },
    });
    const { pull, commit } = await proposeAndMerge(world);
    await world.startAnother({ ORION_COMMIT: commit });
    expect(await told(world, pull, "Live: v")).toHaveLength(1);
  });

  it("on another repository the task is over, and a deployment is noted where it is told", async ({ flow }) => {
    const world = await flow.start({ script: [...STORY] });
    const { project, forge } = world;
    const { issue, pull, commit } = await proposeAndMerge(world);
    expect(await world.task(issue)).toMatchObject({ status: "merged" });
    forge.tellDeployment(
      { ...{ owner: "acme", name: "math", by: "render" } },
      { sha: commit, state: "success", environment: "production" },
    );
    await world.settled();
    expect(await stickyOf(world, issue)).toContain("🚀 live");
    expect((await project.comments(pull)).filter(({ author }) => author === "orion[bot]")).toEqual([]);
  });

  it("of nothing: a pull request closed by a person ends the task", async ({ flow }) => {
    const world = await flow.start({ script: [...STORY] });
    const { project } = world;
    const issue = await project.asks(ISSUE);
    await world.ended(issue);
    const [pull] = await project.pulls();
    await project.maya.call("PATCH", `/repos/acme/math/pulls/${pull?.number}`, { state: "closed" });
    await world.settled();
    expect(await world.task(issue)).toMatchObject({ status: "closed" });
    expect(await stickyOf(world, issue)).toContain("closed without a merge");
  });
});
