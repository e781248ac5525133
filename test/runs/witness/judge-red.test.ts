import { describe, expect, it } from "vitest";
import type { TestReport, TestResult } from "../../../src/domain/evidence.ts";
import { planSchema } from "../../../src/domain/plan.ts";
import { droppedTests, findTest, judgeRed, type RedFacts } from "../../../src/runs/witness/judge-red.ts";
import { namedByPlan, redReason } from "../../../src/runs/witness/red-reason.ts";

const plan = planSchema.parse({
  title: "add multiply",
  goal: "numbers can be multiplied",
  criteria: [{ text: "multiply gives the product" }],
  files: ["src/math.js"],
  modules: ["multiply"],
});

function result(
  name: string,
  outcome: TestResult["outcome"],
  failure: string | null = null,
  file = "test/math.test.js",
): TestResult {
  return { id: `${file} › ${name}`, file, name, outcome, failure };
}

function report(tests: readonly TestResult[], unloadable: TestReport["unloadable"] = []): TestReport {
  return { commit: "c", tests, unloadable, exitCode: 1, durationMs: 1, output: "" };
}

const assertion = "AssertionError [ERR_ASSERTION]: 1 == 2";
const old = result("adds", "passed");

function judge(changes: Partial<RedFacts>) {
  return judgeRed({
    plan,
    claims: [{ criterion: 1, file: "test/math.test.js", name: "multiplies" }],
    testFiles: ["test/math.test.js"],
    baseline: report([old]),
    red: report([old, result("multiplies", "failed", assertion)]),
    ...changes,
  });
}

describe("judging red", () => {
  it("accepts a new test that fails on an assertion", () => {
    expect(judge({})).toMatchObject({ kind: "red", rows: [{ criterion: 1, reason: "assertion" }] });
  });

  it("accepts a missing function that the plan names", () => {
    const red = report([old, result("multiplies", "failed", "TypeError: math.multiply is not a function")]);
    expect(judge({ red })).toMatchObject({ kind: "red", rows: [{ reason: "missing-symbol" }] });
  });

  it("refuses a missing name that the plan does not name: a typo", () => {
    const red = report([old, result("multiplies", "failed", "TypeError: math.mutliply is not a function")]);
    expect(judge({ red })).toMatchObject({ kind: "refused", because: expect.stringContaining("another reason") });
  });

  it("refuses a test that passes on the base", () => {
    const red = report([old, result("multiplies", "passed")]);
    expect(judge({ red })).toMatchObject({ kind: "refused", because: expect.stringContaining("already passes") });
  });

  it("refuses a second new test that passes, though nobody claims it", () => {
    const red = report([old, result("multiplies", "failed", assertion), result("is there", "passed")]);
    expect(judge({ red })).toMatchObject({ kind: "refused", because: expect.stringContaining("is there") });
  });

  it("refuses a skipped test", () => {
    const red = report([old, result("multiplies", "skipped")]);
    expect(judge({ red }).kind).toBe("refused");
  });

  it("refuses a skipped new test that nobody claims", () => {
    const red = report([old, result("multiplies", "failed", assertion), result("later", "skipped")]);
    expect(judge({ red })).toMatchObject({ kind: "refused", because: expect.stringContaining("later") });
  });

  it("refuses a criterion without a test", () => {
    expect(judge({ claims: [] })).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("criterion 1 has no test"),
    });
  });

  it("refuses a claimed test that did not run", () => {
    const claims = [{ criterion: 1, file: "test/math.test.js", name: "divides" }];
    expect(judge({ claims })).toMatchObject({ kind: "refused", because: expect.stringContaining("divides") });
  });

  it("refuses a claim for a criterion the plan does not have", () => {
    const claims = [1, 99].map((criterion) => ({ criterion, file: "test/math.test.js", name: "multiplies" }));
    expect(judge({ claims })).toMatchObject({ kind: "refused", because: expect.stringContaining("no criterion 99") });
  });

  it("refuses tests that break tests in files nobody touched", () => {
    const other = result("divides", "passed", null, "test/other.test.js");
    const red = report([old, result("multiplies", "failed", assertion), { ...other, outcome: "failed" }]);
    expect(judge({ baseline: report([old, other]), red })).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("divides"),
    });
  });

  it("knows which old tests of her files are gone", () => {
    const red = report([result("multiplies", "failed", assertion)]);
    expect(droppedTests({ baseline: report([old]), red, testFiles: ["test/math.test.js"] })).toEqual([old.id]);
    expect(droppedTests({ baseline: report([old]), red, testFiles: ["test/other.test.js"] })).toEqual([]);
  });

  it("lists a failing new test nobody claims under the criterion of its file", () => {
    const red = report([
      old,
      result("multiplies", "failed", assertion),
      result("multiplies zero", "failed", assertion),
    ]);
    const verdict = judge({ red });
    expect(verdict.kind === "red" ? verdict.rows.map((row) => row.name) : []).toEqual([
      "multiplies",
      "multiplies zero",
    ]);
  });

  describe("a file that does not load", () => {
    const file = "test/math.test.js";
    const broken = (failure: string) => judge({ baseline: report([]), red: report([], [{ file, failure }]) });

    it("is red when the missing module or export is one the plan names", () => {
      for (const failure of [
        "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/ws/src/math.js' imported from /ws/test/math.test.js",
        "SyntaxError: The requested module '../src/calc.js' does not provide an export named 'multiply'",
        "E   ImportError: cannot import name 'multiply' from 'calc'",
        "E   ModuleNotFoundError: No module named 'math'",
      ]) {
        expect(broken(failure), failure).toMatchObject({ kind: "red", rows: [{ reason: "not-loadable", id: null }] });
      }
    });

    it("is refused when something else is missing", () => {
      expect(broken("Cannot find module 'left-pad'")).toMatchObject({
        kind: "refused",
        because: expect.stringContaining("left-pad"),
      });
    });

    it("is refused for a syntax error, whatever runner says so", () => {
      for (const failure of [
        "SyntaxError: Unexpected end of input",
        "Error: Transform failed with 1 error:\n[PARSE_ERROR] Expected `}` but found `EOF`",
        "E   SyntaxError: invalid syntax",
        "E   IndentationError: unexpected indent\nE  Cannot find module 'multiply'",
      ]) {
        expect(broken(failure), failure).toMatchObject({
          kind: "refused",
          because: expect.stringContaining("syntax error"),
        });
      }
    });

    it("is refused when it fails while loading for a reason of its own", () => {
      expect(broken("Error: connect ECONNREFUSED").kind).toBe("refused");
    });
  });
});

describe("why a test is red", () => {
  it("takes the runner's word for an assertion before any name its message quotes", () => {
    expect(redReason("AssertionError: expected 'mutliply is not a function' to be 3", plan)).toBe("assertion");
    expect(redReason("E   assert 1 == 2\nE    +  where 1 = f()", plan)).toBe("assertion");
  });

  it("gives none for an error of the test's own", () => {
    expect(redReason("Error: connect ECONNREFUSED 127.0.0.1:1", plan)).toBeNull();
    expect(redReason(">       assert 1 / 0 == 3\nE       ZeroDivisionError: division by zero", plan)).toBeNull();
    expect(redReason("ReferenceError: exepct is not defined", plan)).toBeNull();
  });

  it("knows a module by path, file name or stem, and anything by its word", () => {
    for (const name of ["src/math.js", "/ws/src/math.js", "../src/math", "math", "multiply"]) {
      expect(namedByPlan(name, plan), name).toBe(true);
    }
    expect(namedByPlan("mathematics", plan)).toBe(false);
    const signed = planSchema.parse({
      ...plan,
      files: [],
      modules: ["src/slack-tool.ts: slackTool(text: string): string"],
    });
    expect(namedByPlan("/ws/src/slack-tool.ts", signed)).toBe(true);
    expect(namedByPlan("slackTool", signed)).toBe(true);
    expect(namedByPlan("/ws/src/slack.ts", signed)).toBe(false);
  });
});

describe("finding a claimed test", () => {
  it("matches across the marks that runners put between suites, and prefers the exact name", () => {
    const tests = [result("math › multiplies twice", "failed"), result("math › multiplies", "failed")];
    expect(findTest({ file: "test/math.test.js", name: "math > multiplies" }, tests)?.name).toBe("math › multiplies");
    expect(findTest({ file: "test/math.test.js", name: "multiplies" }, tests)?.name).toBe("math › multiplies");
  });

  it("never takes a test of another file", () => {
    expect(findTest({ file: "test/other.test.js", name: "multiplies" }, [result("multiplies", "failed")])).toBeNull();
  });
});
