/** What counts as a line of a person's that still stands. */
import { describe, expect, it } from "vitest";
import { linesGone } from "../../../src/runs/fix/kept-lines.ts";

/** @param marked lines before; those of people begin with `P ` */
function gone(marked: readonly string[], after: readonly string[] | null, taken: readonly number[]): readonly number[] {
  const people = new Set(marked.flatMap((line, index) => (line.startsWith("P ") ? [index + 1] : [])));
  const before = marked.map((line) => line.replace(/^[PO] /, ""));
  return linesGone({ before, after, people, taken: new Set(taken) });
}

describe("a line of a person's", () => {
  it("stands when only lines around it change", () => {
    expect(gone(["O a", "P b", "O c"], ["x", "b", "y", "z"], [1, 3])).toEqual([]);
  });

  it("is gone when it is taken away, changed by a blank, or its file is gone", () => {
    expect(gone(["O a", "P b", "O c"], ["a", "c"], [2])).toEqual([2]);
    expect(gone(["O a", "P b", "O c"], ["a", " b", "c"], [2])).toEqual([2]);
    expect(gone(["P a", "P b"], null, [])).toEqual([1, 2]);
  });

  it("is gone when it only reappears elsewhere, as a comment at the end or by another line of the same words", () => {
    expect(gone(["O a", "P b", "O c", "O d"], ["a", "c", "d", "/*", "b", "*/"], [2])).toEqual([2]);
    expect(gone(["O f {", "P return;", "O }", "O g {", "O return;"], ["f {", "}", "g {", "return;"], [2])).toEqual([2]);
  });

  it("stands when the difference could as well have taken the same words next to it", () => {
    // git may say either of the two braces is gone
    expect(gone(["P a", "P }", "O b", "O }"], ["a", "}"], [2, 3])).toEqual([]);
    expect(gone(["P a", "P }", "O b", "P }"], ["a", "}"], [2, 3])).toHaveLength(1);
  });

  it("is gone where two of people's lines change places", () => {
    expect(gone(["P a", "P b"], ["b", "a"], [1])).toHaveLength(1);
  });

  it("is judged by git's difference alone in files too large to compare", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `O ${index}`);
    const after = many.map((line) => line.slice(2));
    expect(gone([...many, "P x"], after, [5_001])).toEqual([5_001]);
  });
});
