/**
 * Does evidence still hold when the host looks a second time? The rows are
 * those that were shown before; nothing new is claimed. Pure.
 */
import type { Evidence, TestReport } from "../../domain/evidence.ts";
import { countSuite, judgeGreen } from "../witness/judge-green.ts";
import { findTest, type RedRow } from "../witness/judge-red.ts";

export interface AgainFacts {
  readonly evidence: Evidence;
  /** as they were seen red; with their ids in the report */
  readonly rows: readonly RedRow[];
  readonly dropped: readonly string[];
  readonly baseline: TestReport;
  /** the base with the new tests; null when there are none */
  readonly red: TestReport | null;
  readonly head: TestReport;
}

/** @returns the evidence as it is now, and what no longer holds: [] when all does */
export function judgeAgain({ evidence, rows, dropped, baseline, red, head }: AgainFacts): {
  readonly evidence: Evidence;
  readonly problems: readonly string[];
} {
  const green = judgeGreen({ rows, testSha: evidence.testSha ?? evidence.baseSha, dropped, baseline, head });
  const notRed = red === null ? [] : rows.flatMap((row) => notRedAgain(row, red));
  return {
    evidence: {
      ...evidence,
      rows: green.rows,
      suite: { before: countSuite(baseline), after: countSuite(head) },
    },
    problems: [...notRed, ...green.problems],
  };
}

function notRedAgain(row: RedRow, red: TestReport): readonly string[] {
  if (red.unloadable.some(({ file }) => file === row.file)) return [];
  const test = red.tests.find(({ id }) => id === row.id) ?? findTest(row, red.tests);
  if (test === null) return row.reason === "not-loadable" ? [] : [`no longer there without the change: ${row.name}`];
  return test.outcome === "passed" ? [`passes without the change, so it shows nothing: ${test.id}`] : [];
}
