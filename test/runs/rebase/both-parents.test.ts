/** What a merge must keep of its two parents. */
import { describe, expect, it } from "vitest";
import type { TestReport, TestResult } from "../../../src/domain/evidence.ts";
import { judgeMerge } from "../../../src/runs/rebase/both-parents.ts";
import type { RedRow } from "../../../src/runs/witness/judge-red.ts";

const test = (
  id: string,
  outcome: TestResult["outcome"] = "passed",
  file: string | null = "a.test.js",
): TestResult => ({
  ...{ id, file, name: id, outcome },
  failure: outcome === "failed" ? "no" : null,
});
const report = (tests: readonly TestResult[], over: Partial<TestReport> = {}): TestReport => ({
  ...{ commit: "c", tests, unloadable: [], exitCode: 0, durationMs: 1, output: "" },
  ...over,
});

function problems(head: TestReport, tip: TestReport, merge: TestReport, sides = { byHead: [], byTip: [] } as Sides) {
  return judgeMerge([], "", { head, tip, merge, ...sides }).problems;
}
interface Sides {
  readonly byHead: readonly string[];
  readonly byTip: readonly string[];
}

describe("a merge", () => {
  it("must pass what passes on either side", () => {
    const [head, tip] = [report([test("one"), test("two", "failed")]), report([test("one", "failed"), test("two")])];
    expect(problems(head, tip, report([test("one"), test("two")]))).toEqual([]);
    const worse = problems(head, tip, report([test("one", "failed"), test("two", "failed")]));
    expect(worse.filter((line) => line.startsWith("passed on the base and is now failed"))).toHaveLength(2);
  });

  it("may fail what fails on the one side that has it", () => {
    const failing = report([test("new", "failed")], { exitCode: 1 });
    expect(problems(failing, report([]), failing)).toEqual([]);
  });

  it("must not lack a test, unless the other side took it out of a file it changed", () => {
    const [head, tip] = [report([test("old"), test("mine", "passed", "m.test.js")]), report([])];
    const merge = report([test("mine", "passed", "m.test.js")]);
    expect(problems(head, tip, merge)).toEqual(["passed on the base and is gone: old"]);
    expect(problems(head, tip, merge, { byHead: [], byTip: ["a.test.js"] })).toEqual([]);
    expect(problems(head, report([test("old")]), merge, { byHead: [], byTip: ["a.test.js"] })).toHaveLength(1);
    expect(problems(report([]), report([test("old")]), report([]), { byHead: ["a.test.js"], byTip: [] })).toEqual([]);
  });

  it("must load what one side loads", () => {
    const broken = { unloadable: [{ file: "a.test.js", failure: "SyntaxError" }], exitCode: 1 };
    expect(problems(report([], broken), report([test("one")]), report([], broken))).toEqual([
      "a.test.js no longer loads: SyntaxError",
    ]);
    expect(problems(report([], broken), report([]), report([], broken))).toEqual([]);
  });

  it("must keep green what earlier runs showed, unless it is red on the head already", () => {
    const row: RedRow = { criterion: 1, file: "a.test.js", name: "one", id: "one", reason: "assertion", excerpt: "" };
    const verdict = (head: TestReport, merge: TestReport) =>
      judgeMerge([row], "t", { head, tip: report([]), merge, byHead: [], byTip: [] });
    expect(verdict(report([test("one")]), report([test("one")])).rows).toMatchObject([{ red: { commit: "t" } }]);
    expect(verdict(report([test("one")]), report([])).problems[0]).toContain('no test named "one" ran');
    const red = report([test("one", "failed")], { exitCode: 1 });
    expect(verdict(red, red)).toEqual({ rows: [], problems: [] });
  });

  it("must end well when both sides did", () => {
    expect(problems(report([]), report([]), report([], { exitCode: 1 }))).toHaveLength(1);
    expect(problems(report([], { exitCode: 1 }), report([]), report([], { exitCode: 1 }))).toEqual([]);
  });
});
