/**
 * Whether open pull requests of Orion's still merge, kept for the living
 * comment. Looked at by git alone, in milliseconds; no test is run for it.
 */
import { ASIDE, type Repository, type Task } from "../../domain/task.ts";
import type { RunDeps } from "../run-context.ts";
import { refreshSticky } from "../words/sticky-facts.ts";
import { lookWhetherItMerges, markTold } from "./conflict-kept.ts";

/**
 * A branch moved: every open pull request of Orion's into it, or the one on it, is looked at.
 * @param branch as it is named on the remote
 * @returns one line for the delivery's record; null when the branch is no matter
 */
export async function branchMoved(deps: RunDeps, repository: Repository, branch: string): Promise<string | null> {
  const open = await deps.store.proposedTasks(repository.id);
  const about = open.filter((task) => task.baseBranch === branch || task.branch === branch);
  if (about.length === 0) return null;
  const lines: string[] = [];
  const failed: unknown[] = [];
  for (const task of about) {
    // one that cannot be looked at keeps no other from it
    const line = await lookAt(deps, repository, task).catch((error: unknown) => {
      failed.push(error);
      return null;
    });
    if (line !== null) lines.push(`#${task.pullRequest}: ${line}`);
  }
  if (failed.length > 0) throw failed[0];
  return lines.length === 0 ? `${about.length} open pull requests merge as before` : lines.join("; ");
}

/** @returns what is new; null when nothing is */
async function lookAt(deps: RunDeps, repository: Repository, task: Task): Promise<string | null> {
  const { base, told } = await lookWhetherItMerges(deps, repository, task);
  if (told) return null;
  const runs = await deps.store.runsOf(task.id);
  // a run that works writes the comment itself
  if (runs.some(({ kind, endedAt }) => !ASIDE.includes(kind) && endedAt === null)) return "left to the run that works";
  await refreshSticky(deps, task.id);
  await markTold(deps, task.id);
  return base === null ? "merges again" : `conflicts with ${base.slice(0, 7)}`;
}
