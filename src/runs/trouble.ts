/** Which errors a later try may mend, and what an error is called when a run ends with it. Pure. */
import { OrionError } from "../domain/errors.ts";
import type { Run } from "../domain/task.ts";

/** Trouble outside the request, by code: the queue hands the run out again, `maxTries` times. */
const PASSING_TROUBLE: readonly string[] = [
  ...["MODEL_UNREACHABLE", "MODEL_IDLE", "RATE_LIMITED", "GITHUB_UNAVAILABLE", "STORE_UNREACHABLE", "STORE_FAILED"],
  ...["LATER", "SANDBOX_GONE", "IMAGE_MISSING", "REMOTE_FAILED", "DOCKER_UNREACHABLE"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"],
];

type Tried = Pick<Run, "attempt" | "planShown">;

/** @returns how often a worker took the run up because one before it did not finish; to plan again is no such time */
export function triesOf({ attempt, planShown }: Tried): number {
  return attempt - (planShown?.revision ?? 0);
}

/** @returns true when the run shall be handed out again */
export function isPassing(error: unknown, run: Tried, maxTries: number): boolean {
  if (triesOf(run) >= maxTries || !(error instanceof Error)) return false;
  // Docker's client throws node's own errors; both kinds carry a code.
  return "code" in error && PASSING_TROUBLE.includes(String(error.code));
}

export function codeOf(error: unknown): string {
  return error instanceof OrionError ? error.code : "UNEXPECTED";
}
