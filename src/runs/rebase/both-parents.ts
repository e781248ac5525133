/** What a merge must keep: the better of its two parents, test by test. Pure. */
import type { TestReport, TestResult } from "../../domain/evidence.ts";

/** @returns a report as if each test had done the better it did on either side */
export function bothParents(head: TestReport, tip: TestReport): TestReport {
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
export function goneByRight(facts: {
  readonly head: TestReport;
  readonly tip: TestReport;
  /** paths each side changed since both parted */
  readonly byHead: readonly string[];
  readonly byTip: readonly string[];
}): readonly string[] {
  const { head, tip, byHead, byTip } = facts;
  return [...onlyIn(head, tip, byTip), ...onlyIn(tip, head, byHead)];
}

function onlyIn(one: TestReport, other: TestReport, changedByOther: readonly string[]): readonly string[] {
  const there = new Set(other.tests.map(({ id }) => id));
  const changed = new Set(changedByOther);
  return one.tests.flatMap(({ id, file }) => (!there.has(id) && file !== null && changed.has(file) ? [id] : []));
}
