/** Telling people something, when the place to tell it may have been closed. */
import { describeError, hasCode } from "../domain/errors.ts";
import type { Run } from "../domain/task.ts";
import type { RunDeps } from "./run-context.ts";
import { isPassing } from "./trouble.ts";

/**
 * Bears that people closed the place: a locked issue or a deleted comment must not keep a run from ending.
 * @throws what a later try may mend
 */
export async function told(
  deps: Pick<RunDeps, "log" | "maxTries">,
  run: Run,
  what: string,
  effect: () => Promise<unknown>,
): Promise<void> {
  try {
    await effect();
  } catch (error) {
    if (hasCode(error, "FENCED") || isPassing(error, run, deps.maxTries)) throw error;
    deps.log(`run ${run.id}, ${what}: ${describeError(error)}`);
  }
}
