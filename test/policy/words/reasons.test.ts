/** Why work ended, for people: one clause without a code, and lines that fit on the page. */
import { describe, expect, it } from "vitest";
import { isOfTheWords, isOperators, reasonOf, withoutCode, wrapped } from "../../../src/policy/words/reasons.ts";

describe("the reason of a failure", () => {
  it("is a clause of people's words, or nothing", () => {
    expect(reasonOf("ROUNDS_SPENT")).toBe("three rounds did not make it right");
    expect(reasonOf("NO_SUCH_CODE")).toBeNull();
  });

  it("lies with the operator or with the words, never with both", () => {
    const both = ["MODEL_REFUSED", "ROUNDS_SPENT", "UNEXPECTED", "DEFAULT_BRANCH_UNPROTECTED"];
    expect(both.map((code) => [isOperators(code), isOfTheWords(code)])).toEqual([
      [true, false],
      [false, true],
      [true, false],
      [false, false],
    ]);
  });

  it("does not begin with the code that errors begin with", () => {
    expect(withoutCode("PULL_CLOSED: pull request #2 is closed", "PULL_CLOSED")).toBe("pull request #2 is closed");
    expect(withoutCode("Orion stopped: PULL_CLOSED: x", "PULL_CLOSED")).toBe("Orion stopped: PULL_CLOSED: x");
  });

  it("is broken at spaces where a line is too long for a code block, and loses nothing", () => {
    const words = `${"word ".repeat(40)}end`;
    const lines = wrapped(`short\n${words}\n  indented`).split("\n");
    expect(lines.every((line) => line.length <= 92)).toBe(true);
    expect(lines.join(" ").replace(/\s+/g, " ")).toBe(`short ${words} indented`);
    expect(lines.at(-1)).toBe("  indented");
    const whole = "x".repeat(300);
    expect(wrapped(whole)).toBe(whole);
  });
});
