/** A person wants `orion/red-green` again: a look in turn with the task's other work, once a wish. */
import type { Person, Repository, Run } from "../../domain/task.ts";
import type { CheckPlace } from "../ci/follow-ci.ts";
import { taskAt } from "../ci/follow-ci.ts";
import type { RunDeps } from "../run-context.ts";
import { runOfRedGreen } from "./red-green.ts";

const AGAIN = "again:";
const LIVING: readonly Run["status"][] = ["queued", "running", "waiting"];

export interface Wish {
  readonly place: CheckPlace;
  readonly repository: Repository;
  /** who may write: asked of GitHub a moment ago */
  readonly person: Person;
  /** the check's key; null when a whole suite is wanted again */
  readonly externalId: string | null;
  /** of the webhook: it comes again, the wish does not */
  readonly guid: string;
}

/** @returns the run that is verified again; null when the cause is another */
export function verifiedRunOf(cause: string): string | null {
  return cause.startsWith(AGAIN) ? (cause.slice(AGAIN.length).split(":")[0] ?? null) : null;
}

/** @returns one line for the delivery's record */
export async function askAgain(deps: RunDeps, wish: Wish): Promise<string> {
  const { person, guid } = wish;
  const proposed = await proposedRun(deps, wish);
  if (proposed === null) return "orion/red-green: no run of mine put that";
  const task = await deps.store.task(proposed.taskId);
  if (task === null || task.repositoryId !== wish.repository.id) return "orion/red-green: of another repository";
  const runs = await deps.store.runsOf(task.id);
  const underWay = runs.find((run) => verifiedRunOf(run.cause) === proposed.id && LIVING.includes(run.status));
  if (underWay !== undefined) return `orion/red-green: run ${underWay.ordinal} verifies it already`;
  const place = task.pullRequest ?? task.issueNumber;
  const run = await deps.store.startRun({
    ...{ taskId: task.id, kind: "check", cause: `${AGAIN}${proposed.id}:${guid}` },
    ...{ text: "verify again", subject: { kind: "issue", id: place }, requestedBy: person, place },
  });
  return run === null ? "orion/red-green: known" : `orion/red-green: run ${run.ordinal} verifies it again`;
}

async function proposedRun(deps: RunDeps, { externalId, place }: Wish): Promise<Run | null> {
  if (externalId !== null) {
    const id = runOfRedGreen(externalId);
    return id === null ? null : deps.store.run(id);
  }
  const task = await taskAt(deps, place);
  const runs = task === null ? [] : await deps.store.runsOf(task.id);
  for (const run of runs.toReversed()) {
    if ((await deps.store.evidence(run.id))?.headSha === place.commit) return run;
  }
  return null;
}
