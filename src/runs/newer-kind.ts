/**
 * During a deploy two releases work on one memory. A run of a kind that only the
 * newer one knows is left as it is, for that one; nothing of it is guessed here.
 */
import { OrionError } from "../domain/errors.ts";
import { RUN_KINDS } from "../domain/task.ts";
import type { RunDeps } from "./run-context.ts";

/** By then the newer release has had its turn, or another. */
const RETRY_MS = 60_000;

/**
 * A run that a person ended is ended by whoever finds it: the newer release may have been taken back.
 * @throws OrionError LATER with `retryAtMs`, before the run is claimed
 */
export async function leaveToNewer({ store, log }: Pick<RunDeps, "store" | "log">, runId: string): Promise<void> {
  const run = await store.run(runId);
  if (run === null || run.stopBy !== null || RUN_KINDS.includes(run.kind)) return;
  const because = `run ${runId} is of a kind that only a newer release knows (${run.kind}); it is left to that one`;
  log(because);
  throw new OrionError("LATER", because, { runId, retryAtMs: Date.now() + RETRY_MS });
}
