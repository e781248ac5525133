/** What Orion answers in a thread, and about a batch on the whole. Pure. */
import type { EvidenceRow } from "../../domain/evidence.ts";
import type { Point } from "../../domain/task.ts";
import { codeSpan, safe } from "../words/safe.ts";
import { isFixed, type PointOutcome } from "./outcomes.ts";

const MAX_TESTS = 5;
/** A reason is a sentence or two. */
const REASON_CHARS = 1_500;

/** @param commit what was pushed; null when nothing was */
export function answerWords(outcome: PointOutcome, commit: string | null): string {
  if (outcome.kind === "disagree") return `Disagree, because ${safe(outcome.because, REASON_CHARS)}`;
  const done = `Done in ${(commit ?? "").slice(0, 7)}`;
  const { tests } = outcome;
  if (outcome.kind === "shown") return `${done}, ${testsNamed(tests)}: red before, green now.`;
  const shown = tests.length === 0 ? "" : `, ${testsNamed(tests)}`;
  if (outcome.kind === "preserved")
    return `${done}${shown}. Behaviour stays as it was: all ${outcome.passed} tests are green.`;
  return `${done}${shown}, not verified: ${outcome.because}. Please look, and resolve this thread when it is right.`;
}

function testsNamed(tests: readonly EvidenceRow[]): string {
  const named = tests.slice(0, MAX_TESTS).map((row) => `${codeSpan(row.test)} (${codeSpan(row.file)})`);
  const rest = tests.length > MAX_TESTS ? ` and ${tests.length - MAX_TESTS} more` : "";
  return `${tests.length === 1 ? "test" : "tests"} ${named.join(", ")}${rest}`;
}

export interface Answered {
  readonly point: Point;
  readonly outcome: PointOutcome;
}

/** @returns lines for the comment that ends a fix; none where one point without a thread was simply done */
export function batchWords(answered: readonly Answered[]): readonly string[] {
  const places = answered.filter(({ point }) => point.thread === null);
  const disagreed = answered.filter(({ outcome }) => outcome.kind === "disagree");
  const inPlace = places.flatMap(({ outcome }) =>
    outcome.kind === "disagree" ? [`On the whole: ${answerWords(outcome, null)}`] : [],
  );
  if (answered.length <= 1) return inPlace;
  const fixed = answered.filter(({ outcome }) => isFixed(outcome)).length;
  const open = answered.length - fixed - disagreed.length;
  const counts = [
    `${fixed} shown by tests`,
    ...(open > 0 ? [`${open} done and not verified`] : []),
    ...(disagreed.length > 0 ? [`${disagreed.length} not done, because I disagree`] : []),
  ];
  return [`Of ${answered.length} points: ${counts.join(", ")}. Each thread has its answer.`, ...inPlace];
}
