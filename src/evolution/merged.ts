/** What a merge sets going: the task is over, and a change of Orion's own is on its way to be Orion. */
import type { DeployState } from "../domain/ports/store/evolution-store.ts";
import type { Store } from "../domain/ports/store-port.ts";
import type { Repository, Task } from "../domain/task.ts";
import { isOwn } from "../policy/scope/own-repository.ts";

export interface MergeDeps {
  readonly store: Store;
  /** `owner/name` of Orion's own repository, or null */
  readonly ownRepository: string | null;
  /** marks the memory, before the change can be live */
  readonly mark: () => Promise<void>;
  readonly refresh: (taskId: string) => Promise<void>;
}

export interface Closed {
  readonly repository: Repository;
  readonly pullRequest: number;
  /** the commit that brought it into the default branch; null when it was closed unmerged */
  readonly mergeCommit: string | null;
  /** what the pull request was at when it was closed */
  readonly headSha: string;
}

/**
 * @param task null for a pull request that only undoes another one
 * @returns one line for the delivery's record
 */
export async function pullClosed(deps: MergeDeps, task: Task | null, closed: Closed): Promise<string> {
  const { repository, pullRequest, mergeCommit, headSha } = closed;
  const status = mergeCommit === null ? "closed" : "merged";
  if (task !== null) await deps.store.updateTask(task.id, { status });
  if (mergeCommit !== null) {
    const own = isOwn(repository, deps.ownRepository);
    if (own) await deps.mark();
    const deploy = { repositoryId: repository.id, taskId: task?.id ?? null, pullRequest, followed: own };
    const { pullRequest: taken } = await deps.store.openDeploy({ ...deploy, commit: mergeCommit });
    // one push may bring several pull requests in: then each goes by its own head, which that push holds
    if (taken !== pullRequest) await deps.store.openDeploy({ ...deploy, commit: headSha });
  }
  if (task === null) return `pull request ${pullRequest} is ${status}`;
  await deps.refresh(task.id);
  return `task ${task.id} is ${status}`;
}

const STATES: Readonly<Record<string, DeployState>> = {
  in_progress: "deploying",
  queued: "deploying",
  pending: "deploying",
  success: "live",
  failure: "failed",
  error: "failed",
};

/** What somebody else's host told GitHub of a commit. @returns null when the commit is no pull request's of Orion's */
export async function deploymentTold(
  deps: Pick<MergeDeps, "store" | "refresh" | "ownRepository">,
  told: { readonly repository: Repository; readonly commit: string; readonly state: string },
): Promise<string | null> {
  const { repository, commit, state } = told;
  const status = STATES[state];
  if (status === undefined || isOwn(repository, deps.ownRepository)) return null;
  const deploy = await deps.store.deployOfCommit(repository.id, commit);
  if (deploy === null || deploy.taskId === null || deploy.status === status) return null;
  await deps.store.updateDeploy(deploy.id, { status, because: state });
  await deps.refresh(deploy.taskId);
  return `the deploy of ${commit.slice(0, 7)} is ${status}`;
}
