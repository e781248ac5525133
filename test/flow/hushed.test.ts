/** A secret that a model or a person wrote is taken out before the words are made safe to show, and so shows nowhere. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { ISSUE, plans, reviews, TEST_NAME, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";

// put together here, so that no scanner takes this file for a leak
const PASSWORD = ["s3cr*t", "of_the", "database"].join("~");
const ADDRESS = `postgres://orion:${PASSWORD}@db.example.com/orion`;
/** What a reader would see of it, and what stands there once it is made safe. */
const LEAK = /s3cr|of_the|of\\_the/;

describe("a secret in somebody's words", () => {
  it("shows neither in the living comment nor in the pull request", async ({ flow }) => {
    const script = [
      plans({ goal: `multiply(a, b) reads ${ADDRESS} for the product.`, criteria: [{ text: `it asks ${ADDRESS}` }] }),
      writesTest(),
      writesCode(),
      reviews(),
    ];
    const { project, ended } = await flow.start({ script });
    const issue = await project.asks(ISSUE);
    await ended(issue);
    const [pull] = await project.pulls();
    expect(pull?.body).toContain(TEST_NAME);
    const words = [pull?.body, ...(await project.comments(issue)).map(({ body }) => body)].join("\n");
    expect(words).toContain("redacted");
    expect(words).not.toMatch(LEAK);
  });

  it("shows not in an answer", async ({ flow }) => {
    const finish = { answer: `It is ${ADDRESS}, I think.`, references: [{ file: "src/math.js", line: 1 }] };
    const world = await flow.start({ script: [{ role: "ask", run: 1, finish }] });
    const { project } = world;
    const { number } = await project.maya.fileIssue(project.place, { title: "A question" });
    await project.maya.comment(project.place, number ?? 0, "/orion ask what is the address?");
    const words = await until(
      async () => (await project.comments(number ?? 0)).find(({ body }) => body.includes(":answer"))?.body ?? null,
      () => `the answer\n${world.lines.join("\n")}`,
    );
    expect(words).toContain("redacted");
    expect(words).not.toMatch(LEAK);
  });
});
