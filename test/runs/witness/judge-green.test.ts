import { describe, expect, it } from "vitest";
import type { TestReport, TestResult } from "../../../src/domain/evidence.ts";
import { countSuite, judgeGreen } from "../../../src/runs/witness/judge-green.ts";
import type { RedRow } from "../../../src/runs/witness/judge-red.ts";

const file = "test/a.test.js";
function result(name: string, outcome: TestResult["outcome"]): TestResult {
  return { id: `${file} › ${name}`, file, name, outcome, failure: outcome === "failed" ? "boom" : null };
}
function report(tests: readonly TestResult[], unloadable: TestReport["unloadable"] = []): TestReport {
  return { commit: "head", tests, unloadable, exitCode: 0, durationMs: 1, output: "" };
}
const row: RedRow = { criterion: 1, file, name: "new", id: `${file} › new`, reason: "assertion", excerpt: "" };
const judge = (head: TestReport, rows: readonly RedRow[] = [row]) =>
  judgeGreen({
    rows,
    testSha: "t",
    baseline: report([result("old", "passed"), result("broken before", "failed")]),
    head,
  });

describe("judging green", () => {
  it("is green when the red tests pass and nothing got worse", () => {
    const verdict = judge(
      report([result("old", "passed"), result("broken before", "failed"), result("new", "passed")]),
    );
    expect(verdict.problems).toEqual([]);
    expect(verdict.rows).toEqual([
      {
        criterion: 1,
        test: "new",
        file,
        red: { commit: "t", reason: "assertion", excerpt: "" },
        green: { commit: "head" },
      },
    ]);
  });

  it("names a red test that is still red, skipped or gone", () => {
    for (const tests of [[result("new", "failed")], [result("new", "skipped")], []]) {
      const verdict = judge(report([result("old", "passed"), ...tests]));
      expect(verdict.problems).toHaveLength(1);
      expect(verdict.rows[0]?.green).toBeNull();
    }
  });

  it("names a test that passed on the base and fails, is skipped or gone now", () => {
    for (const tests of [[result("old", "failed")], [result("old", "skipped")], []]) {
      expect(judge(report([result("new", "passed"), ...tests])).problems).toEqual([
        expect.stringContaining("passed on the base"),
      ]);
    }
  });

  it("says once that a file no longer loads, not for each of its tests", () => {
    const verdict = judge(report([], [{ file, failure: "cannot find x" }]), []);
    expect(verdict.problems).toEqual([expect.stringContaining("no longer loads")]);
  });

  it("wants every test of a file that was not loadable to pass on the head", () => {
    const lost: RedRow = { ...row, id: null, reason: "not-loadable" };
    const verdict = judge(report([result("old", "passed"), result("new", "passed"), result("another", "failed")]), [
      lost,
    ]);
    expect(verdict.problems).toEqual([expect.stringContaining("another")]);
  });

  it("names a new test that fails, though no criterion claims it", () => {
    const verdict = judge(report([result("old", "passed"), result("new", "passed"), result("Devon's own", "failed")]));
    expect(verdict.problems).toEqual([expect.stringContaining("Devon's own")]);
  });

  it("does not believe a report that names no failure when the command failed", () => {
    const lying = {
      ...report([result("old", "passed"), result("new", "passed")]),
      exitCode: 1,
      output: "Unhandled error",
    };
    expect(judge(lying).problems).toEqual([expect.stringContaining("Unhandled error")]);
  });

  it("leaves it to a person when Tara renamed or took out an old test", () => {
    const head = report([result("new", "passed")]);
    const facts = { rows: [row], testSha: "t", baseline: report([result("old", "passed")]), head };
    expect(judgeGreen(facts).problems).toEqual([expect.stringContaining("is gone")]);
    expect(judgeGreen({ ...facts, dropped: [`${file} › old`] }).problems).toEqual([]);
  });

  it("counts an unloadable file as a failure", () => {
    expect(countSuite(report([result("a", "passed"), result("b", "skipped")], [{ file: "x", failure: "" }]))).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
    });
  });
});
