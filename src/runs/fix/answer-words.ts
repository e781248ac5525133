/** What Orion answers in a thread, and about a batch on the whole. Pure. */
import type { EvidenceRow } from "../../domain/evidence.ts";
import type { Point } from "../../domain/task.ts";
import { codeSpan, safe } from "../words/safe.ts";
import { isFixed, type PointOutcome } from "./outcomes.ts";

const MAX_TESTS = 5;
/** Answers in one comment, which GitHub cuts off at 65,536 characters. */
const MAX_ASTRAY = 20;
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

export interface Told extends Answered {
  /** false where it could not be said there: the thread is gone, or its conversation locked */
  readonly inThread: boolean;
}

/**
 * @param commit what was pushed; null when nothing was
 * @returns lines for the comment that ends a fix, with every answer that no thread holds; none where one point
 *   without a thread was simply done
 */
export function batchWords(answered: readonly Told[], commit: string | null): readonly string[] {
  const places = answered.filter(({ point }) => point.thread === null);
  const disagreed = answered.filter(({ outcome }) => outcome.kind === "disagree");
  const inPlace = places.flatMap(({ outcome }) =>
    outcome.kind === "disagree" ? [`On the whole: ${answerWords(outcome, null)}`] : [],
  );
  const astray = answered.filter(({ point, inThread }) => point.thread !== null && !inThread);
  const here = [...inPlace, ...astrayWords(astray, commit)];
  if (answered.length <= 1) return here;
  const fixed = answered.filter(({ outcome }) => isFixed(outcome)).length;
  const open = answered.length - fixed - disagreed.length;
  const counts = [
    ...(fixed > 0 ? [`${fixed} shown by tests`] : []),
    ...(open > 0 ? [`${open} done and not verified`] : []),
    ...(disagreed.length > 0 ? [`${disagreed.length} not done, because I disagree`] : []),
  ];
  const where = astray.length === 0 ? " Each thread has its answer." : "";
  return [`Of ${answered.length} points: ${counts.join(", ")}.${where}`, ...here];
}

function astrayWords(astray: readonly Told[], commit: string | null): readonly string[] {
  if (astray.length === 0) return [];
  const lines = astray.slice(0, MAX_ASTRAY).map(({ point, outcome }) => {
    const { path = "", line = null } = point.thread ?? {};
    return `- ${codeSpan(line === null ? path : `${path}:${line}`)}: ${answerWords(outcome, commit)}`;
  });
  const rest = astray.length > MAX_ASTRAY ? `\n- and ${astray.length - MAX_ASTRAY} more` : "";
  return [`What I could not say in its thread:\n${lines.join("\n")}${rest}`];
}
