/** What readers of the page do not see reaches no model, whatever else is in the issue (T2). */
import { describe, expect } from "vitest";
import { GOALS, ways } from "../policy/corpora/hidden.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";

/** The words before what is hidden are the same in all; a comment that never ends comes last, it takes the rest along. */
const body = GOALS.flatMap((goal) => {
  const { "a comment that never ends": _, ...closed } = ways(goal);
  return Object.values(closed);
}).concat(ways(GOALS[0])["a comment that never ends"] ?? "");

describe("an issue full of hidden words", () => {
  it("is worked on as it is read, and says that something was left out", async ({ flow }) => {
    // a request that is not as expected is refused, and the run fails
    const lacks = GOALS.flatMap((goal) => [goal, encodeURIComponent(goal)]);
    const script = STORY.map((entry) => ({ ...entry, expect: { contains: "Add a button", lacks } }));
    const { project, ended } = await flow.start({ script });
    const issue = await project.asks(ISSUE, body.join("\n\n"));
    expect(await ended(issue)).toMatchObject({ status: "done", failure: null });
    const comments = await project.comments(issue);
    expect(comments[0]?.body).toContain("Content that readers of the page do not see was removed");
    for (const goal of GOALS) expect(JSON.stringify([comments, await project.pulls()])).not.toContain(goal);
  });
});
