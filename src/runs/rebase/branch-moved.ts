/**
 * Whether open pull requests of Orion's still merge, kept for the living
 * comment. Looked at by git alone, in milliseconds; no test is run for it.
 */
import { describeError } from "../../domain/errors.ts";
import type { Repository, Task } from "../../domain/task.ts";
import { ORION } from "../revert/words.ts";
import type { RunDeps } from "../run-context.ts";
import { refreshSticky } from "../words/sticky-facts.ts";
import { noteConflict } from "./conflict-kept.ts";

/** The probe is a commit nobody sees; a fixed date gives the same one again. */
const PROBE = { message: "probe\n", author: ORION, at: new Date(0) } as const;

/**
 * A branch moved: every open pull request of Orion's into it, or the one on it, is looked at.
 * @param branch as it is named on the remote
 * @returns one line for the delivery's record; null when the branch is no matter
 */
export async function branchMoved(deps: RunDeps, repository: Repository, branch: string): Promise<string | null> {
  const open = await deps.store.proposedTasks(repository.id);
  const about = open.filter((task) => task.baseBranch === branch || task.branch === branch);
  if (about.length === 0) return null;
  await deps.git.fetch(await deps.github.remote(repository, "read"));
  const lines: string[] = [];
  for (const task of about) {
    // one that cannot be looked at keeps no other from it
    const line = await lookAt(deps, repository, task).catch((error: unknown) => describeError(error));
    if (line !== null) lines.push(`#${task.pullRequest}: ${line}`);
  }
  return lines.length === 0 ? `${about.length} open pull requests merge as before` : lines.join("; ");
}

/** @returns what is new; null when nothing is */
async function lookAt(deps: RunDeps, repository: Repository, task: Task): Promise<string | null> {
  const base = await conflictsWith(deps, repository, task);
  if (!(await noteConflict(deps, task.id, base))) return null;
  const runs = await deps.store.runsOf(task.id);
  // a run that works writes the comment itself
  if (runs.every(({ kind, endedAt }) => kind === "ask" || endedAt !== null)) await refreshSticky(deps, task.id);
  return base === null ? "merges again" : `conflicts with ${base.slice(0, 7)}`;
}

/** @returns the target's head when the branch does not merge into it; null when it does, or one of them is gone */
async function conflictsWith(deps: RunDeps, repository: Repository, task: Task): Promise<string | null> {
  if (task.branch === null || task.baseBranch === null) return null;
  const remote = await deps.github.remote(repository, "read");
  const [head, tip] = [
    await deps.git.remoteHead(remote, task.branch),
    await deps.git.remoteHead(remote, task.baseBranch),
  ];
  if (head === null || tip === null) return null;
  const made = await deps.git.merge({ repositoryId: repository.id, ours: head, theirs: tip, ...PROBE });
  return made.kind === "conflict" ? tip : null;
}
