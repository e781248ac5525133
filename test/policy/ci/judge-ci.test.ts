/** How CI stands on a commit, which tests it names, and whose doing a failure is. */
import { describe, expect, it } from "vitest";
import type { TestReport, TestResult } from "../../../src/domain/evidence.ts";
import type { CiCheck, CiState } from "../../../src/domain/ports/ci-port.ts";
import { judgeCi } from "../../../src/policy/ci/judge-ci.ts";
import { type CiFailure, judgeFailure } from "../../../src/policy/ci/judge-failure.ts";
import { namedTests } from "../../../src/policy/ci/named-tests.ts";

const check = (state: CiState, name = "ci"): CiCheck => ({ kind: "check", id: 1, name, app: "actions", state });

describe("CI on a commit", () => {
  it.each<[readonly CiState[], string]>([
    [[], "none"],
    [["other"], "none"],
    [["running", "failed"], "running"],
    [["failed", "waiting", "passed"], "failed"],
    [["passed", "waiting"], "running"],
    [["passed", "other"], "passed"],
  ])("%j is %s", (states, kind) => {
    expect(judgeCi(states.map((state) => check(state))).kind).toBe(kind);
  });
});

const test = (name: string, outcome: TestResult["outcome"] = "passed"): TestResult => ({
  ...{ id: `test/a.test.js › ${name}`, file: "test/a.test.js", name, outcome },
  failure: outcome === "failed" ? "AssertionError" : null,
});
const report = (...tests: readonly TestResult[]): TestReport => ({
  ...{ commit: "c", tests, unloadable: [], exitCode: 0, durationMs: 1, output: "" },
});

describe("tests that a failed check names", () => {
  const suite = [test("adds"), test("adds three"), test("math > multiplies"), test("test_divides")];
  const names = (log: string, said = "") => namedTests(suite, { said, log }).map(({ name }) => name);

  it.each([
    ["node:test", "✖ adds three (1.2ms)\n✔ adds (0.1ms)\nℹ fail 1", ["adds three"]],
    ["vitest", "\u001b[31m   × multiplies 3ms\u001b[39m", ["math > multiplies"]],
    ["pytest", "FAILED test/test_a.py::test_divides - assert 1 == 2", ["test_divides"]],
    ["TAP", "not ok 1 - adds\nok 2 - adds three", ["adds"]],
    ["jest", "  ● math › multiplies", ["math > multiplies"]],
    ["a log that only passes", "✔ adds\nok 1 - adds three\nPASSED test_divides", []],
    ["a linter", "src/a.js:1:1 error  unused variable", []],
    ["a longer word", "✖ adds_many", []],
  ])("are found in what %s prints", (_, log, expected) => {
    expect(names(log)).toEqual(expected);
  });

  it("need no mark in words that speak of failures only", () => {
    expect(names("", "multiplies: expected 6")).toEqual(["math > multiplies"]);
  });
});

describe("whose doing a failure of CI is", () => {
  const old = test("adds");
  const mine = test("multiplies");
  const broken = test("adds", "failed");
  const facts = (more: Partial<CiFailure>): CiFailure => ({
    ...{ head: report(old, mine), base: report(old), named: [], baseFailed: false, again: false },
    ...more,
  });
  it.each<[string, Partial<CiFailure>, string]>([
    ["fails here too, and not on the base", { head: report(broken, mine) }, "ours"],
    ["fails here too, whatever CI says of the base", { head: report(broken), baseFailed: true }, "ours"],
    ["the same checks are red on the base", { baseFailed: true }, "base"],
    [
      "what it names fails here on the base as well",
      { head: report(broken), base: report(broken), named: [broken] },
      "base",
    ],
    ["what it names passes here on both", { named: [old] }, "flake"],
    ["what it names passes here, and is new", { named: [mine] }, "flake"],
    ["a second time, and it is not new", { named: [old], again: true }, "stubborn"],
    ["a second time, and it is new", { named: [mine, old], again: true }, "ours"],
    ["names no test", {}, "unseen"],
    ["names no test, a second time", { again: true }, "unseen"],
    ["the suite cannot be run here", { head: null, base: null }, "unseen"],
    ["the suite cannot be run here, and the base is red", { head: null, base: null, baseFailed: true }, "base"],
  ])("%s", (_, more, cause) => {
    expect(judgeFailure(facts(more))).toBe(cause);
  });

  it("counts a file that no longer loads as failing", () => {
    const unloadable = [{ file: "test/a.test.js", failure: "SyntaxError" }];
    expect(judgeFailure(facts({ head: { ...report(), unloadable } }))).toBe("ours");
  });
});
