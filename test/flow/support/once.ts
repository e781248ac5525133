/** That what was asked for is there exactly once, whoever did which part of it. */
import { expect } from "vitest";
import { evidenceIn } from "./evidence.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** For the story of multiply(). */
export async function expectOnce(world: World, issue: number): Promise<void> {
  const { project } = world;
  const [pull, ...otherPulls] = await project.pulls();
  expect(otherPulls).toEqual([]);
  expect(pull).toMatchObject({ state: "open", draft: false, title: "feat: Add multiply()" });
  const [evidence] = evidenceIn(pull?.body ?? "");
  expect(await project.branches()).toEqual({ main: project.mainSha, "feature/multiply": evidence?.headSha });
  const { commits } = (await project.maya.call("GET", "/repos/acme/math/compare/main...feature/multiply")) as {
    commits: { sha: string; commit: { message: string } }[];
  };
  expect(commits.map(({ sha }) => sha)).toEqual([evidence?.testSha, evidence?.headSha]);
  const [sticky, ready, ...otherComments] = await project.comments(issue);
  expect(sticky?.body).toContain("🚀 ready for you");
  expect(ready?.body).toContain("Please verify");
  expect(otherComments).toEqual([]);
  expect(await project.checksNamed("orion/red-green", evidence?.headSha ?? "")).toMatchObject([
    { name: "orion/red-green", conclusion: "success" },
  ]);
  expect(await project.reactions(issue)).toEqual(["eyes", "rocket"]);
}

/** Waits until green is asked for this turn. */
export const greenIsAsked = (world: World, turn: number) =>
  until(
    () => (world.model.requests().some((one) => one.role === "green" && one.turn === `1.${turn}`) ? true : null),
    () => `the question to green\n${world.lines.join("\n")}`,
  );
