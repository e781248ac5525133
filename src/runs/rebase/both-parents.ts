/** What a merge must keep: the better of its two parents, test by test. Pure. */
import type { TestReport, TestResult } from "../../domain/evidence.ts";
import { type GreenVerdict, judgeGreen } from "../witness/judge-green.ts";
import type { RedRow } from "../witness/judge-red.ts";

export interface MergeReports {
  readonly head: TestReport;
  readonly tip: TestReport;
  readonly merge: TestReport;
  /** paths each side changed since both parted */
  readonly byHead: readonly string[];
  readonly byTip: readonly string[];
}

/**
 * @param rows what earlier runs showed; what is red on the head is none of the merge's
 * @param tipSha the default branch's commit
 */
export function judgeMerge(rows: readonly RedRow[], tipSha: string, reports: MergeReports): GreenVerdict {
  const { head, tip, merge } = reports;
  const shown = rows.filter((row) => isGreen(row, head));
  const baseline = bothParents(head, tip);
  return judgeGreen({ rows: shown, testSha: tipSha, baseline, head: merge, dropped: goneByRight(reports) });
}

function isGreen(row: RedRow, head: TestReport): boolean {
  return judgeGreen({ rows: [row], testSha: "", baseline: head, head }).rows.every(({ green }) => green !== null);
}

/** @returns a report as if each test had done the better it did on either side */
function bothParents(head: TestReport, tip: TestReport): TestReport {
  const best = new Map<string, TestResult>();
  for (const test of [...head.tests, ...tip.tests]) {
    if (best.get(test.id)?.outcome !== "passed") best.set(test.id, test);
  }
  const loads = (report: TestReport, file: string): boolean => report.tests.some((test) => test.file === file);
  const unloadable = [
    ...head.unloadable.filter(({ file }) => !loads(tip, file)),
    ...tip.unloadable.filter(({ file }) => !loads(head, file)),
  ];
  return {
    ...tip,
    tests: [...best.values()],
    unloadable,
    exitCode: head.exitCode === 0 ? tip.exitCode : head.exitCode,
  };
}

/** @returns ids of tests that the merge may lack: one side has taken them out of a file that it changed */
function goneByRight({ head, tip, byHead, byTip }: Omit<MergeReports, "merge">): readonly string[] {
  return [...onlyIn(head, tip, byTip), ...onlyIn(tip, head, byHead)];
}

function onlyIn(one: TestReport, other: TestReport, changedByOther: readonly string[]): readonly string[] {
  const there = new Set(other.tests.map(({ id }) => id));
  const changed = new Set(changedByOther);
  return one.tests.flatMap(({ id, file }) => (!there.has(id) && file !== null && changed.has(file) ? [id] : []));
}
