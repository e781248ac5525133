/**
 * What became of a point, as far as the evidence carries: shown by a test,
 * shown by the tests that were there, done without proof, or disagreed with.
 * Nothing here trusts a model's word that something is done. Pure.
 */
import type { Evidence, EvidenceRow } from "../../domain/evidence.ts";
import type { Point } from "../../domain/task.ts";
import { disagreement, planOfPoint } from "./judge-points.ts";

export type PointOutcome =
  | { readonly kind: "disagree"; readonly because: string }
  | { readonly kind: "shown"; readonly tests: readonly EvidenceRow[] }
  /** behaviour stays: every test there is was green */
  | { readonly kind: "preserved"; readonly tests: readonly EvidenceRow[]; readonly passed: number }
  | { readonly kind: "unverified"; readonly tests: readonly EvidenceRow[]; readonly because: string };

/** Only what was seen to be fixed is resolved; a person looks at the rest. */
export function isFixed({ kind }: PointOutcome): boolean {
  return kind === "shown" || kind === "preserved";
}

/**
 * @param touched paths that the fix changed
 * @returns null when nothing was asked in it
 */
export function outcomeOf(point: Point, evidence: Evidence, touched: ReadonlySet<string>): PointOutcome | null {
  const planned = planOfPoint(evidence.plan, point.id);
  if (planned === null) return null;
  const because = disagreement(planned);
  if (because !== null) return { kind: "disagree", because };
  const rows = planned.criteria.map((number) => ({ number, rows: rowsOf(evidence, number) }));
  const tests = rows.flatMap((one) => one.rows);
  const unshown = rows.filter((one) => one.rows.length === 0).map(({ number }) => number);
  if (unshown.length === 0 && tests.length > 0) return { kind: "shown", tests };
  const doubt = doubtOf(point, evidence, unshown, touched);
  if (doubt !== null) return { kind: "unverified", tests, because: doubt };
  return { kind: "preserved", tests, passed: evidence.suite.after.passed };
}

/** Rows that prove something: red on the tests' commit, green on the very head. */
function rowsOf({ rows, testSha, headSha }: Evidence, criterion: number): readonly EvidenceRow[] {
  return rows.filter(
    (row) => row.criterion === criterion && row.red.commit === testSha && row.green?.commit === headSha,
  );
}

/** @returns why the tests that were there do not carry these criteria; null when they do */
function doubtOf(
  { thread }: Point,
  { plan, suite }: Evidence,
  criteria: readonly number[],
  touched: ReadonlySet<string>,
): string | null {
  if (plan.verification === "none") return "no test was written for this change";
  if (criteria.some((number) => plan.criteria[number - 1]?.proof !== "behaviour-preserving"))
    return "no test shows all of it";
  if (suite.after.passed === 0) return "no test ran";
  if (suite.after.failed > 0) return `${suite.after.failed} tests fail, as they did before`;
  if (thread !== null && !touched.has(thread.path)) return "the file it is about was not changed";
  return null;
}
