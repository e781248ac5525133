/** The verbs that start work: `go` and addressed issues, `fix`, `retry`. The work itself is the runs' own. */
import type { Run, Task } from "../../domain/task.ts";
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { isSame, type Permitted, reply, start, workOf } from "./permitted.ts";
import { goOnWaiting } from "./plan/waiting.ts";
import { inOneLine, latePoints, pointsOf } from "./points.ts";
import { takeAlong } from "./take-along.ts";

export const LIVING: readonly Run["status"][] = ["queued", "running", "waiting"];
export const OVER: readonly Task["status"][] = ["merged", "closed"];

/** `go`, and an issue that is addressed to Orion. */
export function go(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  return permitted.request.onPullRequest ? changePull(deps, permitted) : work(deps, permitted);
}

/** `fix`, also where it is written on the issue of a pull request. */
export function fix(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const onPull = permitted.request.onPullRequest || Boolean(permitted.task?.pullRequest);
  return onPull ? changePull(deps, permitted) : work(deps, permitted);
}

async function work(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { request } = permitted;
  if (request.text === "") return reply(deps, permitted, replies.SAY_WHAT, "confused");
  const known = permitted.task;
  if (known !== null) {
    const runs = workOf(await deps.store.runsOf(known.id));
    if (runs.some((run) => isSame(run, request, request.text))) return `already started for task ${known.id}`;
    const living = runs.find((run) => LIVING.includes(run.status));
    if (living !== undefined) return (await goOnWaiting(deps, permitted, living)) ?? takeAlong(deps, permitted, living);
    if (OVER.includes(known.status)) return reply(deps, permitted, replies.closed(known), "confused");
    // what the issue says stands in the pull request already
    if (known.pullRequest !== null && (request.bare || request.subject.kind === "issue"))
      return reply(deps, permitted, replies.pullThere(known.pullRequest), "confused");
  }
  const task = await openTask(deps, permitted);
  return start(deps, permitted, task, task.pullRequest === null ? "first" : "fix", request.text);
}

/** A task that only held questions so far takes the words of its first work. */
export async function openTask(deps: IntakeDeps, { repository, request, task, adopts }: Permitted): Promise<Task> {
  const { title, author: requester } = request;
  if (task === null) {
    const { issueNumber } = request;
    const { budgetUsd } = deps.settings;
    const fresh = { repositoryId: repository.id, issueNumber, title, request: request.text, requester, budgetUsd };
    return deps.store.openTask({ ...fresh, adopted: adopts });
  }
  if (workOf(await deps.store.runsOf(task.id)).length > 0) return task;
  return deps.store.updateTask(task.id, { title, request: request.text, requester });
}

async function changePull(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task } = permitted;
  if (task === null) return reply(deps, permitted, replies.NOT_MINE, "confused");
  const over = await whyOver(deps, permitted, task);
  if (over !== null) return reply(deps, permitted, over, "confused");
  const runs = workOf(await deps.store.runsOf(task.id));
  const shown = runs.findLast(({ planShown }) => planShown !== null);
  const waiting = shown === undefined ? null : await goOnWaiting(deps, permitted, shown);
  if (waiting !== null) return waiting;
  const points = await pointsOf(deps, permitted);
  if (points.length === 0) return takeUpLate(deps, permitted, task, runs);
  return start(deps, permitted, task, "fix", points.map(inOneLine).join("\n\n"), { points });
}

/** A `fix` without words means what was said when nobody was at work any more. */
async function takeUpLate(deps: IntakeDeps, permitted: Permitted, task: Task, runs: readonly Run[]): Promise<string> {
  const { subject, verb } = permitted.request;
  // on a line, or with a review, something else was meant
  if (verb !== "fix" || subject.kind !== "comment") return reply(deps, permitted, replies.SAY_WHAT, "confused");
  // handled again after a crash: what this very comment took up is taken in by now
  if (runs.some(({ kind, subject: of }) => kind === "fix" && of.kind === subject.kind && of.id === subject.id))
    return `already started for task ${task.id}`;
  const points = await latePoints(deps, permitted, task);
  if (points.length === 0) return reply(deps, permitted, replies.SAY_WHAT, "confused");
  const living = runs.find((run) => LIVING.includes(run.status));
  if (living !== undefined) return reply(deps, permitted, replies.busy(living, task.pullRequest), "confused");
  return start(deps, permitted, task, "fix", points.map(inOneLine).join("\n\n"), { points });
}

/** A pull request that was closed may be open again: GitHub knows. @returns null when there is work to do on it */
export async function whyOver(deps: IntakeDeps, { repository }: Permitted, task: Task): Promise<string | null> {
  if (task.status === "merged") return replies.closed(task);
  if (task.status !== "closed" || task.pullRequest === null) return null;
  const pull = await deps.github.pull(repository, task.pullRequest);
  if (pull.state === "closed") return pull.merged ? replies.closed({ ...task, status: "merged" }) : replies.REOPEN;
  await deps.store.updateTask(task.id, { status: "proposed" });
  return null;
}
