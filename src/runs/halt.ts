/**
 * Whether work may go on: asked before every stage, every turn of an agent and
 * every effect. Who is told no stops there; what becomes of the run is decided
 * in `conduct-run.ts`.
 */
import { OrionError } from "../domain/errors.ts";
import type { Pause } from "../domain/ports/store/pause-store.ts";
import type { RunDeps } from "./run-context.ts";

type HaltDeps = Pick<RunDeps, "store" | "paused">;

const OPERATOR = "the operator of this Orion (ORION_PAUSED)";

/** @returns the pause that is in force for a repository now: the process's own switch, or the repository's */
export async function pauseInForce(deps: HaltDeps, repositoryId: number): Promise<Pause | null> {
  return deps.paused ? { by: OPERATOR, since: new Date() } : deps.store.pauseOf(repositoryId);
}

/**
 * @throws OrionError STOPPED when a person asked for the run's end; PAUSED when a switch is set
 */
export async function mayGoOn(deps: HaltDeps, repositoryId: number, runId: string): Promise<void> {
  const run = await deps.store.run(runId);
  if (run?.stopBy)
    throw new OrionError("STOPPED", `${run.stopBy} ended this run; /orion retry starts it again`, { runId });
  const pause = await pauseInForce(deps, repositoryId);
  if (pause === null) return;
  throw new OrionError("PAUSED", `paused by ${pause.by}; /orion resume lets it go on where it is`, { runId });
}

/** Lays a run aside that has not begun, without a word: intake has told of the pause. @returns true when it did */
export async function parkedUnstarted({ store, paused }: HaltDeps, runId: string): Promise<boolean> {
  const run = await store.run(runId);
  if (run === null || run.startedAt !== null || run.stopBy !== null) return false;
  const task = await store.task(run.taskId);
  if (task === null || (await pauseInForce({ store, paused }, task.repositoryId)) === null) return false;
  return store.parkRun({ runId, attempt: run.attempt }, { repositoryId: task.repositoryId, everywhere: paused });
}
