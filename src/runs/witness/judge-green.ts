/**
 * Does the head keep what was promised? Decides from the base's and the head's
 * reports; every problem is one sentence Devon can act on. Pure.
 */
import type { EvidenceRow, SuiteCount, TestReport, TestResult } from "../../domain/evidence.ts";
import { findTest, type RedRow } from "./judge-red.ts";

export interface GreenFacts {
  readonly rows: readonly RedRow[];
  readonly testSha: string;
  readonly baseline: TestReport;
  readonly head: TestReport;
  /** ids of old tests that Tara took out or renamed; a person is told of them */
  readonly dropped?: readonly string[];
}

export interface GreenVerdict {
  readonly rows: readonly EvidenceRow[];
  /** [] when the head is green */
  readonly problems: readonly string[];
}

/** @returns the evidence table and what keeps it from being green. */
export function judgeGreen({ rows, testSha, baseline, head, dropped = [] }: GreenFacts): GreenVerdict {
  const problems: string[] = [];
  const evidence = rows.map((row): EvidenceRow => {
    const problem = rowProblem(row, head);
    if (problem !== null) problems.push(problem);
    return {
      criterion: row.criterion,
      test: row.name,
      file: row.file,
      red: { commit: testSha, reason: row.reason, excerpt: row.excerpt },
      green: problem === null ? { commit: head.commit } : null,
    };
  });
  const unnamed = newFailures(baseline, head)
    .filter((one) => !problems.some((problem) => problem.includes(one.id)))
    .map((one) => `new and failing: ${one.id}: ${(one.failure ?? "").slice(0, 600)}`);
  return {
    rows: evidence,
    problems: [...problems, ...worseThanBefore(baseline, head, dropped), ...unnamed, ...exitProblem(baseline, head)],
  };
}

function rowProblem(row: RedRow, head: TestReport): string | null {
  const broken = head.unloadable.find((one) => one.file === row.file);
  if (broken !== undefined) return `${row.file} still does not load: ${broken.failure.slice(0, 600)}`;
  if (row.reason === "not-loadable") {
    const failing = head.tests.find((test) => test.file === row.file && test.outcome !== "passed");
    if (failing !== undefined) return `${failing.outcome}: ${failing.id}: ${(failing.failure ?? "").slice(0, 600)}`;
  }
  const test = head.tests.find((one) => one.id === row.id) ?? findTest(row, head.tests);
  if (test === null) return `no test named ${JSON.stringify(row.name)} ran in ${row.file}`;
  return test.outcome === "passed" ? null : `${test.outcome}: ${test.id}: ${(test.failure ?? "").slice(0, 600)}`;
}

/** Tests that passed on the base must pass on the head; gone or skipped is worse, too. */
export function worseThanBefore(baseline: TestReport, head: TestReport, dropped: readonly string[]): readonly string[] {
  const after = new Map(head.tests.map((test) => [test.id, test]));
  const unloadable = new Set(head.unloadable.map((one) => one.file));
  const files = head.unloadable
    .filter((one) => !baseline.unloadable.some((known) => known.file === one.file))
    .map((one) => `${one.file} no longer loads: ${one.failure.slice(0, 600)}`);
  const tests = baseline.tests.flatMap((before) => {
    if (before.outcome !== "passed" || (before.file !== null && unloadable.has(before.file))) return [];
    const now = after.get(before.id);
    if (now === undefined) return dropped.includes(before.id) ? [] : [`passed on the base and is gone: ${before.id}`];
    if (now.outcome === "passed") return [];
    return [`passed on the base and is now ${now.outcome}: ${before.id}: ${(now.failure ?? "").slice(0, 600)}`];
  });
  return [...files, ...tests];
}

/** A test the base does not have must pass, whoever wrote it. */
function newFailures(baseline: TestReport, head: TestReport): readonly TestResult[] {
  const before = new Set(baseline.tests.map((test) => test.id));
  return head.tests.filter((test) => test.outcome === "failed" && !before.has(test.id));
}

/** A command that fails though no test does has seen something the report does not say; a forged report looks the same. */
function exitProblem(baseline: TestReport, head: TestReport): readonly string[] {
  const explained = head.unloadable.length > 0 || head.tests.some((test) => test.outcome === "failed");
  if (head.exitCode === 0 || explained || baseline.exitCode !== 0) return [];
  return [
    `the test command failed (exit ${head.exitCode}) though its report names no failing test: ${head.output.trim().slice(-600)}`,
  ];
}

/** @returns how many tests passed, failed (unloadable files count as one each) and were skipped. */
export function countSuite(report: TestReport): SuiteCount {
  const of = (outcome: string): number => report.tests.filter((test) => test.outcome === outcome).length;
  return { passed: of("passed"), failed: of("failed") + report.unloadable.length, skipped: of("skipped") };
}
