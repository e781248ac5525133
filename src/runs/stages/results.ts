/** What earlier stages of a run stored, as later ones read it. */
import type { RunContext } from "../run-context.ts";
import type { RedRow } from "../witness/judge-red.ts";

/** How a missing review begins among what was not verified. */
export const NO_REVIEW = "No review took place";

/** What red stored: Tara's commit and what it shows. */
export interface RedResult {
  readonly testSha: string;
  /** paths that are frozen from then on */
  readonly frozen: readonly string[];
  readonly rows: readonly RedRow[];
  /** old tests she took out or renamed */
  readonly dropped: readonly string[];
}

/** What green stored: Devon's commit, on top of Tara's. */
export interface GreenResult {
  readonly headSha: string;
  readonly summary: string;
}

/** Where it is stored that a round began because people pushed. */
export const movedKey = (round: number): string => `moved-${round}`;

/**
 * @returns the newest result of a stage up to this round, or null; round 0 is what was taken over from an
 *   earlier run; none from before people pushed
 */
export async function latest<T>(
  context: { readonly run: Pick<RunContext["run"], "round">; readonly ledger: Pick<RunContext["ledger"], "read"> },
  stage: "red" | "green",
): Promise<T | null> {
  for (let round = context.run.round; round >= 0; round -= 1) {
    const result = await context.ledger.read<T>(`${stage}-${round}`);
    if (result !== null) return result;
    // what was made before people pushed stands on another commit
    if ((await context.ledger.read(movedKey(round))) !== null) return null;
  }
  return null;
}
