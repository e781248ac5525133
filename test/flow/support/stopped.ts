/** What a person sees when a run came to nothing. */
import { expect } from "vitest";
import type { World } from "./world.ts";

/**
 * Asserts that there is no pull request and no branch, one comment that says why, and 😕 on the issue.
 * @param why words that the comment must hold
 */
export async function expectStopped({ project }: World, issue: number, why: readonly string[]): Promise<void> {
  expect(await project.pulls()).toEqual([]);
  expect(await project.branches()).toEqual({ main: project.mainSha });
  const [sticky, failure, ...more] = await project.comments(issue);
  expect(more).toEqual([]);
  expect(sticky?.body).toContain("😕 stopped");
  expect(failure?.body).toContain("@maya I stopped at");
  // a code block does not wrap by itself, so its lines are broken
  const body = failure?.body.replace(/\s+/g, " ");
  for (const words of why) expect(body).toContain(words);
  expect(await project.reactions(issue)).toEqual(["eyes", "confused"]);
}
