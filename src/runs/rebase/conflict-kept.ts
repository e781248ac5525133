/**
 * With which commit of the default branch a pull request conflicts, kept for the
 * living comment until it merges again. Git alone looks, in milliseconds.
 */
import { z } from "zod";
import type { Repository, Task } from "../../domain/task.ts";
import { bring } from "../mirror/bring.ts";
import type { RunDeps } from "../run-context.ts";

const keptSchema = z.object({
  /** the default branch's commit with which it first conflicted; null when it merges */
  base: z.string().nullable(),
  /** whether the living comment says so already: who dies before it does leaves it to the next look */
  told: z.boolean(),
});
export type Kept = z.infer<typeof keptSchema>;

type NoteDeps = Pick<RunDeps, "store">;

const keyOf = (taskId: string): string => `conflict:${taskId}`;

/** Looks at both branches as they are now, and keeps what was seen. */
export async function lookWhetherItMerges(
  deps: Pick<RunDeps, "store" | "github" | "git">,
  repository: Repository,
  task: Task,
): Promise<Kept> {
  return noteConflict(deps, task.id, await conflictsWith(deps, repository, task));
}

/** The first commit stays for as long as the conflict does: one note, however often the branch moves. */
export async function noteConflict(deps: NoteDeps, taskId: string, base: string | null): Promise<Kept> {
  const before = await keptOf(deps, taskId);
  if ((before.base === null) === (base === null)) return before;
  const now = { base, told: false };
  await deps.store.saveSetting(keyOf(taskId), now);
  return now;
}

export async function markTold(deps: NoteDeps, taskId: string): Promise<void> {
  await deps.store.saveSetting(keyOf(taskId), { ...(await keptOf(deps, taskId)), told: true });
}

/** @returns what was last seen; a pull request nobody looked at merges */
export async function keptOf(deps: NoteDeps, taskId: string): Promise<Kept> {
  return keptSchema.catch({ base: null, told: true }).parse(await deps.store.setting(keyOf(taskId)));
}

/** @returns the target's head when the branch does not merge into it; null when it does, or one of them is gone */
async function conflictsWith(
  { github, git }: Pick<RunDeps, "github" | "git">,
  repository: Repository,
  { branch, baseBranch }: Task,
): Promise<string | null> {
  if (branch === null || baseBranch === null) return null;
  const [head, tip] = [await github.branchHead(repository, branch), await github.branchHead(repository, baseBranch)];
  if (head === null || tip === null) return null;
  await bring({ git, github }, repository, [head, tip]);
  return (await git.conflicts(repository.id, head, tip)).length > 0 ? tip : null;
}
