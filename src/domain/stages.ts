/**
 * A Run is one request on its way to a pull request. This file decides what
 * comes next; it touches nothing.
 */
export const STAGES = ["plan", "red", "green", "verify", "propose"] as const;
export type Stage = (typeof STAGES)[number];

/** How often a run begins again on a branch that people pushed to meanwhile. */
export const MAX_MOVES = 2;

/** How often verify, or Devon's objection, may send the work back. */
export const MAX_ROUNDS = 3;

export type Outcome =
  /** the stage is complete and stored */
  | { readonly kind: "done" }
  /** there is nothing to change, and that was said */
  | { readonly kind: "answered" }
  /** verify found faults: back to green */
  | { readonly kind: "redo"; readonly because: string }
  /** people pushed to the branch meanwhile: go on from there, on top of `onto` */
  | { readonly kind: "moved"; readonly stage: "red" | "green" | "verify"; readonly onto: string }
  /** Devon: this test contradicts the request; back to red */
  | { readonly kind: "contradiction"; readonly because: string }
  /** a question only a person can answer */
  | { readonly kind: "ask"; readonly question: string }
  /** the stage cannot succeed; the work is kept and the reason told */
  | { readonly kind: "give-up"; readonly code: Uppercase<string>; readonly because: string };

export type NextStep =
  | { readonly kind: "stage"; readonly stage: Stage; readonly round: number }
  | { readonly kind: "wait"; readonly question: string }
  | { readonly kind: "end"; readonly status: "done" }
  | { readonly kind: "end"; readonly status: "failed"; readonly code: Uppercase<string>; readonly because: string };

/**
 * @param stage the stage that just ended
 * @param round how often work was sent back so far, from 1
 * @param testsFirst false when the plan holds nothing a test can show: red is passed over
 * @param moves how many of the rounds began because people pushed; those cost none
 */
export function nextStep(stage: Stage, outcome: Outcome, round: number, testsFirst: boolean, moves = 0): NextStep {
  switch (outcome.kind) {
    case "done":
      return stageAfter(stage, round, testsFirst);
    case "answered":
      return { kind: "end", status: "done" };
    case "moved":
      return { kind: "stage", stage: outcome.stage, round: round + 1 };
    case "redo":
      return sendBack("green", { round, moves }, outcome.because);
    case "contradiction":
      return sendBack("red", { round, moves }, outcome.because);
    case "ask":
      return { kind: "wait", question: outcome.question };
    case "give-up":
      return { kind: "end", status: "failed", code: outcome.code, because: outcome.because };
  }
}

function stageAfter(stage: Stage, round: number, testsFirst: boolean): NextStep {
  const next = STAGES[STAGES.indexOf(stage) + 1];
  if (next === undefined) return { kind: "end", status: "done" };
  if (next === "red" && !testsFirst) return { kind: "stage", stage: "green", round };
  return { kind: "stage", stage: next, round };
}

function sendBack(
  stage: Stage,
  { round, moves }: { readonly round: number; readonly moves: number },
  because: string,
): NextStep {
  if (round < MAX_ROUNDS + moves) return { kind: "stage", stage, round: round + 1 };
  return { kind: "end", status: "failed", code: "ROUNDS_SPENT", because };
}
