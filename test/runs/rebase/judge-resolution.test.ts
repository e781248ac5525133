/** What of a resolved conflict is taken, and what goes back to whoever resolved it. */
import { describe, expect, it } from "vitest";
import { conflictText, markersLeft } from "../../../src/runs/rebase/resolution/conflict-text.ts";
import { judgeResolution, type Replaced } from "../../../src/runs/rebase/resolution/judge-resolution.ts";

const LABELS = { ours: "a".repeat(40), theirs: "b".repeat(40) };
const TEXT = [
  'import { x } from "./x.js";',
  `<<<<<<< ${LABELS.ours}`,
  "export const size = 2;",
  "export const mine = 1;",
  "||||||| 1234567",
  "export const size = 1;",
  "=======",
  "export const size = 3;",
  "export const theirs = 1;",
  `>>>>>>> ${LABELS.theirs}`,
  "export const last = x;",
  "",
].join("\n");
const RESOLVED = [
  'import { x } from "./x.js";',
  "export const size = 3;",
  "export const mine = 1;",
  "export const theirs = 1;",
  "export const last = x;",
  "",
].join("\n");
const SIZE: Replaced = {
  file: "src/a.js",
  line: "export const size = 2;",
  because: "the default branch raised it further",
};

function judge(after: string | null, over: Partial<Parameters<typeof judgeResolution>[0]> = {}): string | null {
  return judgeResolution({
    labels: LABELS,
    conflicts: new Map([["src/a.js", TEXT]]),
    after: new Map([["src/a.js", after]]),
    changed: ["src/a.js"],
    own: ["src/a.js", "src/mine.js", "test/mine.test.js"],
    frozen: ["test/mine.test.js"],
    replaced: [SIZE],
    ...over,
  });
}

describe("a file with conflicts", () => {
  it("is taken apart into what is agreed and what either side has", () => {
    expect(conflictText(TEXT, LABELS)).toEqual({
      agreed: ['import { x } from "./x.js";', "export const last = x;", ""],
      conflicts: [
        {
          ours: ["export const size = 2;", "export const mine = 1;"],
          base: ["export const size = 1;"],
          theirs: ["export const size = 3;", "export const theirs = 1;"],
        },
      ],
    });
  });

  it("may hold lines of its own that look like markers, and those are none", () => {
    const own = ["title", "=======", "<<<<<<< HEAD", "text"].join("\n");
    expect(markersLeft(own, conflictText(own, LABELS).agreed, LABELS)).toEqual([]);
    expect(markersLeft(TEXT, conflictText(TEXT, LABELS).agreed, LABELS)).toEqual([2, 5, 7, 10]);
    expect(markersLeft("one\r\n=======\r\ntwo", [], LABELS)).toEqual([2]);
  });
});

describe("a resolution", () => {
  it("is taken when both sides are in it, or named with the reason", () => {
    expect(judge(RESOLVED)).toBeNull();
  });

  it("may indent, reorder and add", () => {
    const other = RESOLVED.replace("export const mine", "  export const mine").replace(
      "last = x;",
      "last = x;\nexport {};",
    );
    expect(judge(other)).toBeNull();
  });

  it.each([
    ["the whole conflict as it was", TEXT, "src/a.js, line 2, 5, 7, 10"],
    ["a single marker", RESOLVED.replace("export const mine", "=======\nexport const mine"), "src/a.js, line 3"],
    ["the end of one", `${RESOLVED}>>>>>>> ${LABELS.theirs}\n`, "src/a.js, line 6"],
  ])("with a marker left is refused: %s", (_, after, where) => {
    expect(judge(after)).toBe(`conflict markers are left, resolve them: ${where}`);
  });

  it.each([
    ["of the default branch", "export const theirs = 1;", "the default branch's"],
    ["of the pull request", "export const mine = 1;", "the pull request's"],
    ["that nobody had contested", "export const last = x;", "both sides have it"],
  ])("without a line %s is refused unless the line is named", (_, line, whose) => {
    const after = RESOLVED.replace(`${line}\n`, "");
    expect(judge(after)).toContain(`- src/a.js: \`${line}\` (${whose})`);
    expect(
      judge(after, { replaced: [SIZE, { file: "src/a.js", line: ` ${line}`, because: "as the request asks" }] }),
    ).toBeNull();
    expect(judge(after, { replaced: [SIZE, { file: "src/b.js", line, because: "another file" }] })).not.toBeNull();
  });

  it("misses a line that stood there twice and stands there once", () => {
    const twice = TEXT.replace("export const last = x;", "go();\ngo();");
    const once = RESOLVED.replace("export const last = x;", "go();");
    expect(judge(once, { conflicts: new Map([["src/a.js", twice]]) })).toContain("`go();`");
  });

  it("does not miss brackets and blank lines", () => {
    const conflicts = new Map([["src/a.js", TEXT.replace("export const mine = 1;", "export const mine = 1;\n}\n\n")]]);
    expect(judge(RESOLVED, { conflicts })).toBeNull();
  });

  it("that drops the file must say so", () => {
    expect(judge(null)).toContain("- src/a.js: the whole file");
    expect(judge(null, { replaced: [{ file: "src/a.js", because: "moved into src/b.js" }] })).toBeNull();
  });

  it("may change what the pull request had changed, and nothing else beside the conflict", () => {
    expect(judge(RESOLVED, { changed: ["src/a.js", "src/mine.js"] })).toBeNull();
    expect(judge(RESOLVED, { changed: ["src/a.js", "src/people.js"] })).toContain("undo: src/people.js");
    expect(judge(RESOLVED, { changed: ["src/a.js", "test/mine.test.js"] })).toContain("frozen");
  });

  it("names twenty lines and counts the rest", () => {
    const many = Array.from({ length: 25 }, (_, index) => `line ${index}`).join("\n");
    const refused = judge("", { conflicts: new Map([["src/a.js", many]]) }) ?? "";
    expect(refused.split("\n").filter((line) => line.startsWith("- "))).toHaveLength(21);
    expect(refused).toContain("- and 5 more");
  });
});
