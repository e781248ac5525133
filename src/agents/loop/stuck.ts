/**
 * Sees that an agent turns in circles, from its stored turns alone. It says
 * what was seen; what to do about it is the loop's.
 */
import type { TurnRecord } from "../../domain/ports/store-port.ts";
import { isFailure, isMalformed } from "./results.ts";

export type StuckPattern = "same-result" | "same-error" | "no-action" | "back-and-forth" | "malformed";

interface Rule {
  readonly pattern: StuckPattern;
  /** how many of the last turns it looks at */
  readonly turns: number;
  readonly matches: (last: readonly TurnRecord[]) => boolean;
  readonly seen: string;
}

const RULES: readonly Rule[] = [
  {
    pattern: "no-action",
    turns: 3,
    matches: (last) => last.every((turn) => turn.calls.length === 0),
    seen: "Three messages came without an action.",
  },
  {
    pattern: "malformed",
    turns: 3,
    matches: (last) => last.every((turn) => turn.calls.length > 0 && resultsOf(turn).every(isMalformed)),
    seen: "Three calls in a row were malformed.",
  },
  {
    pattern: "same-error",
    turns: 3,
    matches: (last) => allSame(last.map(actionsOf)) && last.every((turn) => resultsOf(turn).some(isFailure)),
    seen: "The same action failed three times.",
  },
  {
    pattern: "same-result",
    turns: 4,
    matches: sameExchange,
    seen: "The same action gave the same result four times.",
  },
  {
    pattern: "back-and-forth",
    turns: 6,
    matches: (last) =>
      sameExchange(last.filter((_, index) => index % 2 === 0)) &&
      sameExchange(last.filter((_, index) => index % 2 === 1)),
    seen: "The same two steps took turns six times with the same results.",
  },
];

/** @returns the pattern the last turns show, with a sentence about it, or null */
export function seeStuck(
  turns: readonly TurnRecord[],
): { readonly pattern: StuckPattern; readonly seen: string } | null {
  const rule = RULES.find(({ turns: count, matches }) => turns.length >= count && matches(turns.slice(-count)));
  return rule === undefined ? null : { pattern: rule.pattern, seen: rule.seen };
}

function resultsOf(turn: TurnRecord): readonly string[] {
  return turn.results ?? [];
}

function actionsOf(turn: TurnRecord): string {
  return JSON.stringify(turn.calls.map((call) => [call.name, call.arguments]));
}

/** The long results are compared only where the actions are the same. */
function sameExchange(turns: readonly TurnRecord[]): boolean {
  return allSame(turns.map(actionsOf)) && allSame(turns.map((turn) => withoutTimes(resultsOf(turn).join("\0"))));
}

/**
 * Durations and clock times differ between runs of one command and mean nothing
 * here. The digits are bounded: a long row of them must not cost its square.
 */
function withoutTimes(result: string): string {
  return result.replaceAll(/(\d{1,9}(\.\d{1,9})?\s?(ms|s|sec|seconds?|m)\b|\d\d:\d\d(:\d\d)?(\.\d{1,9})?)/g, "#");
}

function allSame(values: readonly string[]): boolean {
  return values.every((value) => value === values[0]);
}
