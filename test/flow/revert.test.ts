/** `/orion revert`: the pull request that undoes a merged one, whoever wrote that and however it was merged. */
import { rm } from "node:fs/promises";
import { describe, expect } from "vitest";
import { git } from "./support/clone.ts";
import { it } from "./support/flow-test.ts";
import { adminClone, filesAt, HOWS, mergedPull } from "./support/merged.ts";
import type { World } from "./support/world.ts";

const MIGRATION = "prisma/migrations/1_tool/migration.sql";
const COMMITS = [
  { "test/tool.test.js": "// a test\n", [MIGRATION]: "CREATE TABLE tool ();\n" },
  { "src/tool.js": "export const tool = 1;\n" },
];

const says = async (world: World, login: string, pull: number, words: string): Promise<number> => {
  const { id } = await world.project.person(login).comment(world.project.place, pull, words);
  await world.settled();
  return id;
};

const told = async (world: World, issue: number) =>
  (await world.project.comments(issue)).filter(({ author }) => author === "orion[bot]").map(({ body }) => body);

/** The files of a branch, in a clone made for it. */
async function filesOf(world: World, branch: string): Promise<Readonly<Record<string, string>>> {
  const folder = await adminClone(world);
  try {
    return await filesAt(folder, `origin/${branch}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.concurrent("`/orion revert`", () => {
  it.for(HOWS)("undoes a %s with the migration kept, and lands it again", async (how, { flow }) => {
    const world = await flow.start({ script: [] });
    const { project } = world;
    const before = await filesOf(world, "main");
    const number = await mergedPull(world, "feature/tool", COMMITS, how);
    const landed = await filesOf(world, "main");
    const command = await says(world, "acme", number, "/orion revert it broke the build");
    expect(await project.reactionsTo(command)).toEqual(["eyes", "rocket"]);
    const [opened] = await project.pulls();
    expect(opened).toMatchObject({ state: "open", draft: false, title: "revert: Add feature/tool" });
    expect(opened?.head.ref).toBe("feature/revert-tool");
    expect(opened?.body).toContain("Asked for by acme: it broke the build");
    expect(opened?.body).toContain(`Undoes #${number} (`);
    expect(await told(world, number)).toEqual([expect.stringContaining(`#${opened?.number} undoes #${number}`)]);
    expect(await filesOf(world, "feature/revert-tool")).toEqual({ ...before, [MIGRATION]: "CREATE TABLE tool ();" });
    expect((await project.branches()).main).toBe(project.mainSha);

    await project.person("acme").merge(project.place, opened?.number ?? 0);
    await project.peopleMovedMain();
    await says(world, "acme", number, "/orion revert");
    expect((await told(world, number)).at(-1)).toContain(`#${opened?.number} has undone #${number} already`);
    await says(world, "acme", opened?.number ?? 0, "/orion revert");
    const [again] = await project.pulls();
    expect(again?.head.ref).toBe("feature/revert-revert-tool");
    expect(await filesOf(world, "feature/revert-revert-tool")).toEqual(landed);
  });

  it("opens one pull request, however often it is said", async ({ flow }) => {
    const world = await flow.start({ script: [] });
    const number = await mergedPull(world, "feature/tool", COMMITS, "merge");
    await says(world, "acme", number, "/orion revert");
    await says(world, "acme", number, "/orion revert");
    expect((await world.project.pulls()).map(({ state }) => state)).toEqual(["open", "closed"]);
    await world.project.person("acme").close(world.project.place, number + 1);
    await says(world, "acme", number, "/orion revert");
    expect((await world.project.pulls()).map(({ head }) => head.ref)).toEqual([
      `feature/revert-tool-${number}`,
      "feature/revert-tool",
      "feature/tool",
    ]);
  });

  it("undoes a fast-forward that had the default branch merged in, and only what it brought", async ({ flow }) => {
    const world = await flow.start({ script: [] });
    const { project } = world;
    const folder = await adminClone(world);
    await git(folder, ["config", "user.name", "Ada"]);
    await git(folder, ["config", "user.email", "ada@example.org"]);
    await git(folder, ["checkout", "--quiet", "-b", "feature/long"]);
    await git(folder, ["commit", "--quiet", "--allow-empty", "-m", "begin"]);
    await git(folder, ["push", "--quiet", "origin", "feature/long"]);
    const made = await project.person("acme").call("POST", "/repos/acme/math/pulls", {
      ...{ head: "feature/long", base: "main", title: "Long" },
    });
    await mergedPull(world, "feature/other", [{ "other.txt": "other\n" }], "squash");
    await git(folder, ["pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main"]);
    await git(folder, ["rm", "--quiet", "src/math.js"]);
    await git(folder, ["commit", "--quiet", "-m", "end"]);
    await git(folder, ["push", "--quiet", "origin", "feature/long", "feature/long:main"]);
    await project.peopleMovedMain();
    await rm(folder, { recursive: true });
    await says(world, "acme", (made as { number: number }).number, "/orion revert");
    const files = Object.keys(await filesOf(world, "feature/revert-long"));
    expect(files).toContain("other.txt");
    expect(files).toContain("src/math.js");
  });

  it("says which files stand in the way, and pushes nothing", async ({ flow }) => {
    const world = await flow.start({ script: [] });
    const number = await mergedPull(world, "feature/tool", COMMITS, "merge");
    await mergedPull(world, "feature/more", [{ "src/tool.js": "export const tool = 2;\n" }], "squash");
    const command = await says(world, "acme", number, "/orion revert");
    expect(await told(world, number)).toEqual([expect.stringContaining("the same lines in `src/tool.js`")]);
    expect(await world.project.reactionsTo(command)).toEqual(["eyes", "confused"]);
    expect(Object.keys(await world.project.branches())).not.toContain("feature/revert-tool");
  });

  it("is for those who maintain, and for what is merged", async ({ flow }) => {
    const world = await flow.start({ script: [] });
    const number = await mergedPull(world, "feature/tool", COMMITS, "merge");
    const refused = await says(world, "maya", number, "/orion revert");
    expect(await world.project.reactionsTo(refused)).toEqual(["-1"]);
    const issue = await world.project.asks("Something");
    await says(world, "acme", issue, "/orion revert");
    expect(await told(world, issue)).toEqual([expect.stringContaining("on the merged pull request")]);
    expect(await world.project.pulls()).toHaveLength(1);
  });
});
