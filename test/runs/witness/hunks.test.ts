import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileDiff } from "../../../src/domain/ports/git-port.ts";
import { chooseReversals, revertHunk } from "../../../src/runs/witness/hunks.ts";

describe("taking a hunk back", () => {
  it("restores the lines that were there", () => {
    const hunk = { newStart: 2, text: "@@ -2,2 +2,3 @@\n b\n-c\n+C\n+D" };
    expect(revertHunk("a\nb\nC\nD\ne\n", hunk)).toBe("a\nb\nc\ne\n");
  });

  it("gives null when the hunk does not fit the text", () => {
    expect(revertHunk("a\nb\n", { newStart: 1, text: "@@ -1 +1 @@\n-x\n+y" })).toBeNull();
  });

  it("restores any replaced run of lines, wherever it stands", () => {
    const lines = fc.array(fc.stringMatching(/^[a-z]{0,4}$/), { maxLength: 6 });
    fc.assert(
      fc.property(
        lines,
        lines,
        fc.array(fc.stringMatching(/^[A-Z]{1,4}$/), { minLength: 1, maxLength: 4 }),
        lines,
        (before, removed, added, after) => {
          const head = [...before, ...added, ...after].join("\n");
          const text = ["@@", ...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)].join("\n");
          expect(revertHunk(head, { newStart: before.length + 1, text })).toBe(
            [...before, ...removed, ...after].join("\n"),
          );
        },
      ),
    );
  });
});

describe("choosing hunks", () => {
  const diff = (path: string, status: FileDiff["status"], text: string): FileDiff => ({
    path,
    status,
    hunks: [{ newStart: 1, text }],
    added: 1,
    deleted: 0,
  });

  it("tries the largest first, at most so many, and a new file as a whole", () => {
    const diffs = [
      diff("small.js", "modified", "@@\n+x"),
      diff("new.js", "added", `@@\n${"+line\n".repeat(9)}`),
      diff("gone.js", "deleted", "@@\n-x"),
    ];
    const chosen = chooseReversals(diffs, () => "x\n", 5);
    expect(chosen.map((one) => [one.path, one.content])).toEqual([
      ["new.js", null],
      ["small.js", ""],
    ]);
    expect(chooseReversals(diffs, () => "x\n", 1)).toHaveLength(1);
  });
});
