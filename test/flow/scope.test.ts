/** `orion/scope`: what judges Orion is changed with an administrator's approval of the very commit, or not at all. */
import { rm } from "node:fs/promises";
import { describe, expect } from "vitest";
import { clone, git, pushCommit } from "./support/clone.ts";
import { it } from "./support/flow-test.ts";
import { mergedPull } from "./support/merged.ts";
import type { SeenPull } from "./support/project.ts";
import { expectStopped } from "./support/stopped.ts";
import { CODE_PATH, ISSUE, plans, reviews, STORY, TEST, writesCode, writesTest } from "./support/story.ts";
import type { World } from "./support/world.ts";

const CORE = "src/policy/multiply.js";
const OWN = { ORION_REPOSITORY: "Acme/Math" };
const changesCore = [
  plans({ files: [CORE] }),
  writesTest(TEST.replace("src/multiply.js", CORE)),
  writesCode(undefined, { edit: { path: CORE, new: "export const multiply = (a, b) => a * b;\n" } }),
  reviews(),
];

const scopeOf = async ({ project }: World, sha: string) => project.checksNamed("orion/scope", sha);

/** @returns the pull request that came of the issue */
async function proposed(world: World): Promise<SeenPull> {
  const issue = await world.project.asks(ISSUE);
  expect(await world.ended(issue)).toMatchObject({ status: "done" });
  const [pull] = await world.project.pulls();
  if (pull === undefined) throw new Error("there is no pull request");
  return pull;
}

async function approves(world: World, login: string, pull: number, commit?: string): Promise<void> {
  const at = `/repos/acme/math/pulls/${pull}/reviews`;
  const review = { event: "APPROVE", ...(commit === undefined ? {} : { commit_id: commit }) };
  await world.project.person(login).call("POST", at, review);
  await world.settled();
}

describe.concurrent("on Orion's own repository, a change of what judges it", () => {
  it("is red with the list and the remedy until an administrator approves, for that commit alone", async ({ flow }) => {
    const world = await flow.start({ script: changesCore, variables: OWN });
    const { project } = world;
    const { number, head, body } = await proposed(world);
    const [red] = await scopeOf(world, head.sha);
    expect(red).toMatchObject({ status: "completed", conclusion: "action_required" });
    expect(red?.output.summary).toContain(`\`${CORE}\` added: judges what Orion may do`);
    expect(red?.output.summary).toContain("An administrator of this repository");
    expect(body).toContain("This changes what judges Orion");

    await approves(world, "maya", number);
    expect(await scopeOf(world, head.sha)).toMatchObject([{ conclusion: "action_required" }]);
    await approves(world, "acme", number);
    expect(await scopeOf(world, head.sha)).toMatchObject([
      { conclusion: "success", output: { title: "1 file that judge Orion, approved by acme" } },
    ]);

    const folder = await clone(project.cloneUrl);
    const later = await pushCommit(folder, head.ref, { "README.md": "# more\n" }, "docs: more");
    await rm(folder, { recursive: true });
    await world.settled();
    expect(await scopeOf(world, later)).toMatchObject([{ conclusion: "action_required" }]);
    await approves(world, "acme", number, head.sha);
    expect(await scopeOf(world, later)).toMatchObject([{ conclusion: "action_required" }]);
    await approves(world, "acme", number, later);
    expect(await scopeOf(world, later)).toMatchObject([{ conclusion: "success" }]);
  });

  it("is red in a revert, too", async ({ flow }) => {
    const world = await flow.start({ script: [], variables: OWN });
    const number = await mergedPull(world, "feature/rules", [{ [CORE]: "export {};\n" }], "squash");
    await world.project.person("acme").comment(world.project.place, number, "/orion revert");
    await world.settled();
    const [pull] = await world.project.pulls();
    expect(await scopeOf(world, pull?.head.sha ?? "")).toMatchObject([{ conclusion: "action_required" }]);
  });

  it("is what the check is about: anything else is green", async ({ flow }) => {
    const world = await flow.start({ script: STORY, variables: OWN });
    const { head, body } = await proposed(world);
    expect(await scopeOf(world, head.sha)).toMatchObject([{ conclusion: "success" }]);
    expect(body).toContain("### Scope\n\nNothing protected is changed.");
    expect(body).not.toContain("scope were not judged");
  });
});

describe.concurrent("on any other repository", () => {
  it("the same files are no matter, and what is deployed is for a person to look at", async ({ flow }) => {
    const edit = [
      { path: CORE, new: "export const multiply = (a, b) => a * b;\n" },
      { path: "Dockerfile", new: "FROM node:24\n" },
    ];
    const [plan, test, , review] = changesCore;
    const world = await flow.start({
      script: [plan, test, writesCode(undefined, { edit }), review].flatMap((entry) => entry ?? []),
      variables: { ORION_REPOSITORY: "somebody/else" },
    });
    const { head, body } = await proposed(world);
    const [check] = await scopeOf(world, head.sha);
    expect(check).toMatchObject({ conclusion: "neutral", output: { title: "1 file for a person to look at" } });
    expect(check?.output.summary).toContain("`Dockerfile` added: builds what is deployed");
    expect(body).toContain("A person should look at these before merging");
  });
});

describe.concurrent("a secret in what an agent hands in", () => {
  const token = ["ghp", "kT9mQ2wX8vZ4pL6rN3sB7yD1fH5jC0gUaEoI"].join("_");
  const leaky = `export const multiply = (a, b) => a * b;\nexport const key = "${token}";\n`;
  const clean = "export const multiply = (a, b) => a * b;\n";

  it("is handed back with file and line, and taken out before anything is pushed", async ({ flow }) => {
    const mends = {
      role: "green",
      expect: { last_result_contains: `${CODE_PATH}:2 looks like a github secret` },
      edit: { path: CODE_PATH, old: leaky, new: clean },
      finish: { summary: "Adds multiply()." },
    } as const;
    const world = await flow.start({ script: [plans(), writesTest(), writesCode(leaky), mends, reviews()] });
    const { body } = await proposed(world);
    const folder = await clone(world.project.cloneUrl);
    const history = await git(folder, ["log", "--all", "-p"]);
    await rm(folder, { recursive: true });
    expect(history).not.toContain(token);
    expect(body).not.toContain(token);
  });

  it("that stays ends the run, and nobody is told the value", async ({ flow }) => {
    const again = { role: "green", say: "Again.", finish: { summary: "Adds multiply()." } } as const;
    const world = await flow.start({ script: [plans(), writesTest(), writesCode(leaky), again, again] });
    const issue = await world.project.asks(ISSUE);
    expect(await world.ended(issue)).toMatchObject({ status: "failed" });
    await expectStopped(world, issue, ["FINISH_REFUSED", `${CODE_PATH}:2 looks like a github secret`]);
    expect(JSON.stringify(await world.project.comments(issue))).not.toContain(token);
  });
});

describe.concurrent("a person's own pull request", () => {
  const token = ["ghp", "kT9mQ2wX8vZ4pL6rN3sB7yD1fH5jC0gUaEoI"].join("_");

  it("is told what it changes and what is secret in it, and needs nobody's approval", async ({ flow }) => {
    const world = await flow.start({ script: [], variables: OWN });
    const folder = await clone(world.project.cloneUrl);
    await git(folder, ["push", "--quiet", "origin", "main:refs/heads/theirs"]);
    const first = await pushCommit(folder, "theirs", { Dockerfile: "FROM node:24\n" }, "An image");
    await world.project.maya.call("POST", "/repos/acme/math/pulls", { title: "Image", head: "theirs", base: "main" });
    await world.settled();
    expect((await scopeOf(world, first))[0]).toMatchObject({
      ...{ conclusion: "neutral", output: { title: "1 file for a person to look at" } },
    });
    const second = await pushCommit(folder, "theirs", { "key.js": `export const key = "${token}";\n` }, "A key");
    await rm(folder, { recursive: true });
    await world.settled();
    const [check] = await scopeOf(world, second);
    expect(check).toMatchObject({ conclusion: "failure", output: { title: "1 secret" } });
    expect(check?.output.summary).toContain("`key.js:1`: a github secret");
    expect(JSON.stringify(check)).not.toContain(token);
  });
});
