/** Which lines a person asked to have changed. */
import { describe, expect, it } from "vitest";
import type { Thread } from "../../../src/domain/task.ts";
import { linesInWords, linesOfThread, linesTaken, moved } from "../../../src/runs/fix/asked-lines.ts";

const point = (words: string) => [{ id: 1, words, thread: null }];
const THREAD: Thread = {
  ...{ comment: 1, path: "a.js", line: 4, startLine: 3, side: "RIGHT", commit: "c1", outdated: false },
  ...{ hunk: "", before: [] },
};
/** Line 2 was changed, a line came in after 3, line 6 was taken away. */
const HUNKS = [
  { newStart: 1, text: "@@ -1,3 +1,4 @@\n one\n-two\n+TWO\n three\n+new" },
  { newStart: 6, text: "@@ -5,3 +6,2 @@\n five\n-six\n seven" },
];
const diff = { path: "a.js", status: "modified", hunks: HUNKS, added: 2, deleted: 2 } as const;

describe("words", () => {
  it.each([
    ["drop a.js:3", [["a.js", 3, 3]]],
    ["drop `src/a b.js` and src/x/a.js:3-5.", [["src/x/a.js", 3, 5]]],
    ["see src/a.js#L7-L9, please", [["src/a.js", 7, 9]]],
    ["at 10:30 on http://example.org:8080/a.js:3", [["10", 30, 30]]],
    ["a.js is wrong", []],
    ["a.js:1-9999999", [["a.js", 1, 201]]],
  ])("%j name these places", (words, expected) => {
    expect(linesInWords(point(words)).map(({ path, first, last }) => [path, first, last])).toEqual(expected);
  });
});

describe("a thread", () => {
  it("asks for its lines, and for none where it is about a file or a line that is taken away", () => {
    expect(linesOfThread(THREAD)).toEqual({ path: "a.js", first: 3, last: 4 });
    expect(linesOfThread({ ...THREAD, line: null })).toBeNull();
    expect(linesOfThread({ ...THREAD, side: "LEFT" })).toBeNull();
  });
});

describe("lines", () => {
  it("are followed to where they stand now, and are lost where they changed", () => {
    const now = (line: number) => moved({ path: "a.js", first: line, last: line }, [diff]);
    expect([1, 2, 3, 4, 5, 6, 7, 9].map(now)).toEqual([[1], [], [3], [5], [6], [], [7], [9]]);
    expect(moved({ path: "b.js", first: 2, last: 3 }, [diff])).toEqual([2, 3]);
    expect(moved({ path: "a.js", first: 1, last: 1 }, [{ ...diff, status: "deleted" }])).toEqual([]);
  });

  it("that a difference takes away are counted as the old file counts them", () => {
    expect([...linesTaken(diff)]).toEqual([2, 6]);
  });
});
