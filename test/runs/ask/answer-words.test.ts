import { describe, expect, it } from "vitest";
import { answerComment, judgeReferences, referencesOf } from "../../../src/runs/ask/answer-words.ts";

const tree = [{ path: "src/math.js" }, { path: "a b/ü.md" }];
const lines = new Map([["src/math.js", 3]]);

describe("references of an answer", () => {
  it("hold when the commit has the file and the line", () => {
    const references = referencesOf({
      answer: "x",
      references: [
        { file: "./src/math.js", line: 3 },
        { file: "src/math.js", line: 3 },
      ],
    });
    expect(references).toEqual([{ file: "src/math.js", line: 3 }]);
    expect(judgeReferences(references, tree, lines)).toBeNull();
  });

  it.each([
    [{ file: "src/other.js", line: 0 }, "no file src/other.js"],
    [{ file: "src/math.js", line: 4 }, "has 3 lines, not 4"],
  ])("are refused when they do not: %j", (reference, words) => {
    expect(judgeReferences([reference], tree, lines)).toContain(words);
  });
});

describe("an answer", () => {
  const facts = { login: "ada", references: [], commit: "a".repeat(40), repositoryUrl: "https://github.com/acme/math" };

  it("links to the places it rests on, at the commit that was read", () => {
    const words = answerComment({ ...facts, answer: "It adds.", references: [{ file: "a b/ü.md", line: 2 }] });
    expect(words).toContain(`[\`a b/ü.md:2\`](https://github.com/acme/math/blob/${"a".repeat(40)}/a%20b/%C3%BC.md#L2)`);
  });

  it("calls nobody, loads nothing and closes nothing", () => {
    const words = answerComment({
      ...facts,
      answer: "Closes #1 @bob ![x](https://evil.example/a.png) <!-- orion:task=1 -->",
    });
    expect(words).not.toMatch(/#1|@bob|evil\.example|<!--/);
  });
});
