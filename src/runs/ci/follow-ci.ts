/**
 * A check of another App ended on a commit: does it matter to a pull request of
 * Orion's? What passes is noted; what failed is looked at by a run of its own,
 * in turn with the task's other work.
 */
import { createHash } from "node:crypto";
import type { CiCheck } from "../../domain/ports/ci-port.ts";
import type { Repository, Task } from "../../domain/task.ts";
import { judgeCi } from "../../policy/ci/judge-ci.ts";
import type { RunDeps } from "../run-context.ts";
import { refreshSticky } from "../words/sticky-facts.ts";
import { lookCause } from "./cause.ts";
import { saveNote } from "./note.ts";
import { looking, passed } from "./words.ts";

/** Where a check stands, as its webhook tells it. */
export interface CheckPlace {
  readonly repository: Repository;
  readonly commit: string;
  readonly branches: readonly string[];
  readonly pullRequests: readonly number[];
}

/** @returns one line for the delivery's record; null when it is about no pull request of Orion's */
export async function ciEnded(deps: RunDeps, place: CheckPlace): Promise<string | null> {
  const { repository, commit } = place;
  const task = await taskAt(deps, place);
  if (task === null || task.pullRequest === null || task.status === "merged" || task.status === "closed") return null;
  const pull = await deps.github.pull(repository, task.pullRequest);
  if (pull.state === "closed" || pull.headSha !== commit) return "CI of an older commit, so no matter";
  const standing = judgeCi(await deps.github.ciOf(repository, commit));
  switch (standing.kind) {
    case "none":
      return "CI says nothing";
    case "running":
      return "CI still runs";
    case "passed":
      await note(deps, task, passed(commit, standing.checks));
      return `CI passes on ${commit.slice(0, 7)}`;
    case "failed":
      return look(deps, task, commit, standing.failed);
  }
}

/** @returns the task whose pull request or branch it is */
export async function taskAt(
  deps: Pick<RunDeps, "store">,
  { repository, pullRequests, branches }: CheckPlace,
): Promise<Task | null> {
  for (const number of pullRequests) {
    const task = await deps.store.taskByPullRequest(repository.id, number);
    if (task !== null) return task;
  }
  for (const branch of branches) {
    const task = await deps.store.taskByBranch(repository.id, branch);
    if (task !== null) return task;
  }
  return null;
}

async function look(deps: RunDeps, task: Task, commit: string, failed: readonly CiCheck[]): Promise<string> {
  const run = await deps.store.startRun({
    taskId: task.id,
    kind: "check",
    cause: lookCause(commit, digestOf(failed)),
    text: `CI failed on ${commit}`,
    subject: { kind: "issue", id: task.pullRequest ?? task.issueNumber },
    requestedBy: task.requester,
    place: task.pullRequest ?? task.issueNumber,
  });
  if (run === null) return "this failure of CI is known";
  await note(deps, task, looking(commit, failed));
  return `CI failed on ${commit.slice(0, 7)}; run ${run.ordinal} looks at it`;
}

/** Of which checks failed: a check that runs again has another id. */
function digestOf(failed: readonly CiCheck[]): string {
  const ids = failed.map(({ kind, id }) => `${kind}${id}`).sort();
  return createHash("sha256").update(ids.join(" ")).digest("hex").slice(0, 16);
}

async function note(deps: RunDeps, task: Task, words: Parameters<typeof saveNote>[2]): Promise<void> {
  if (await saveNote(deps.store, task, words)) await refreshSticky(deps, task.id);
}
