/** Which errors a later try may mend, and what an error is called when a run ends with it. Pure. */
import { OrionError } from "../domain/errors.ts";
import type { Run } from "../domain/task.ts";

/** Trouble outside the request, by code: the queue hands the run out again, `maxTries` times. */
const PASSING_TROUBLE: readonly string[] = [
  ...["MODEL_UNREACHABLE", "MODEL_IDLE", "RATE_LIMITED", "GITHUB_UNAVAILABLE", "STORE_UNREACHABLE", "STORE_FAILED"],
  ...["SANDBOX_GONE", "IMAGE_MISSING", "REMOTE_FAILED", "DOCKER_UNREACHABLE"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"],
];

/** @returns true when the run shall be handed out again */
export function isPassing(error: unknown, run: Pick<Run, "attempt">, maxTries: number): boolean {
  if (run.attempt >= maxTries || !(error instanceof Error)) return false;
  // Docker's client throws node's own errors; both kinds carry a code.
  return "code" in error && PASSING_TROUBLE.includes(String(error.code));
}

export function codeOf(error: unknown): string {
  return error instanceof OrionError ? error.code : "UNEXPECTED";
}
