/** With which commit of the default branch a pull request conflicts, kept for the living comment until it merges again. */
import type { RunDeps } from "../run-context.ts";

type NoteDeps = Pick<RunDeps, "store">;

const keyOf = (taskId: string): string => `conflict:${taskId}`;
/** @returns the default branch's commit with which the pull request first conflicted; null when it merges */
export async function conflictOf(deps: NoteDeps, taskId: string): Promise<string | null> {
  const kept = await deps.store.setting(keyOf(taskId));
  return typeof kept === "string" ? kept : null;
}

/**
 * The first commit stays for as long as the conflict does: one note, however often the branch moves.
 * @param base null when it merges
 * @returns true when that is news
 */
export async function noteConflict(deps: NoteDeps, taskId: string, base: string | null): Promise<boolean> {
  const before = await conflictOf(deps, taskId);
  if ((before === null) === (base === null)) return false;
  await deps.store.saveSetting(keyOf(taskId), base);
  return true;
}
