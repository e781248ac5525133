/**
 * Where a run begins that takes over from one that failed or was stopped, and
 * what it keeps. A pure decision; what still holds is looked up in `take-over.ts`.
 */
import { STAGES, type Stage } from "../../domain/stages.ts";
import type { RunKind } from "../../domain/task.ts";

export interface Earlier {
  readonly kind: RunKind;
  /** where it ended */
  readonly stage: Stage;
  /** of its failure; null when a person stopped it */
  readonly code: string | null;
}

/** What the earlier run stored and what is still so. */
export interface Holds {
  readonly plan: boolean;
  /** false when the plan holds nothing a test can show */
  readonly testsFirst: boolean;
  /** its base is still part of what it built on */
  readonly base: boolean;
  /** people have moved what it built on since */
  readonly moved: boolean;
  readonly tests: boolean;
  readonly work: boolean;
  readonly evidence: boolean;
  /** Devon's last word was that the tests contradict the request */
  readonly objection: boolean;
}

export interface Start {
  readonly stage: Stage;
  readonly keeps: { readonly tests: boolean; readonly work: boolean; readonly evidence: boolean };
  /** somebody took the branch's name: the same work goes under another */
  readonly rename: boolean;
}

const FROM_NOTHING: Start = {
  stage: "plan",
  keeps: { tests: false, work: false, evidence: false },
  rename: false,
};

/** Failures whose remedy lies in an earlier stage than the one that met them. */
const SENT_BACK: Readonly<Record<string, Stage>> = {
  ROUNDS_SPENT: "green",
  SECRET_IN_CHANGE: "red",
  EVIDENCE_INCOMPLETE: "verify",
  PEOPLE_UNDONE: "green",
};

/** Failures of the repository itself, as long as nothing of Orion's is in it. */
const OF_THE_BASE = /^(SETUP_|TEST_|SANDBOX_IMAGE)/;

/** @returns from nothing when no plan is there, or the base is no longer what people build on, or was itself the cause and has been moved */
export function startAgain(earlier: Earlier, holds: Holds): Start {
  const { code } = earlier;
  if (earlier.stage === "plan" || !holds.plan || !holds.base) return FROM_NOTHING;
  if (code !== null && OF_THE_BASE.test(code) && !holds.tests && !holds.work && holds.moved) return FROM_NOTHING;
  const clean = code !== "SECRET_IN_CHANGE";
  const keeps = { tests: holds.tests && clean, work: holds.work && clean };
  const stage = reachable(wanted(earlier, holds), { ...holds, ...keeps });
  const evidence = stage === "propose";
  return { stage, keeps: { ...keeps, evidence }, rename: code === "BRANCH_MOVED" && earlier.kind === "first" };
}

function wanted({ stage, code }: Earlier, { objection }: Holds): Stage {
  if (code === "ROUNDS_SPENT" && objection) return "red";
  return (code === null ? undefined : SENT_BACK[code]) ?? stage;
}

/** No stage is entered without what it needs. */
function reachable(stage: Stage, { testsFirst, tests, work, evidence }: Holds): Stage {
  const at = STAGES.indexOf(stage);
  if (testsFirst && !tests) return "red";
  if (at <= STAGES.indexOf("red")) return testsFirst ? "red" : "green";
  if (at > STAGES.indexOf("green") && !work) return "green";
  return stage === "propose" && !evidence ? "verify" : stage;
}
