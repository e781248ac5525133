/** The verbs that start work: `go` and addressed issues, `fix`, `retry`. The work itself is the runs' own. */
import type { Run, Task } from "../../domain/task.ts";
import { addressOfComment } from "../../policy/addressing.ts";
import { visibleText } from "../../policy/markdown.ts";
import type { IntakeDeps } from "../effects.ts";
import { placeOf } from "../parse-request.ts";
import * as replies from "../replies.ts";
import { isSame, type Permitted, reply, start, workOf } from "./permitted.ts";
import { goOnWaiting } from "./plan/waiting.ts";

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

/** Starts again what failed or was stopped. */
export async function retry(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task } = permitted;
  if (task === null) return reply(deps, permitted, replies.NO_TASK, "confused");
  const [last] = workOf(await deps.store.runsOf(task.id)).slice(-1);
  if (last !== undefined && isSame(last, permitted.request, last.text)) return `already started for task ${task.id}`;
  if (last === undefined || (last.status !== "failed" && last.status !== "stopped")) {
    return reply(deps, permitted, replies.NOTHING_TO_RETRY, "confused");
  }
  return start(deps, permitted, task, last.kind, last.text, last.approval ?? undefined);
}

async function work(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { request } = permitted;
  if (request.text === "") return reply(deps, permitted, replies.SAY_WHAT, "confused");
  const known = permitted.task;
  if (known !== null) {
    const runs = workOf(await deps.store.runsOf(known.id));
    if (runs.some((run) => isSame(run, request, request.text))) return `already started for task ${known.id}`;
    const living = runs.find((run) => LIVING.includes(run.status));
    if (living !== undefined)
      return (await goOnWaiting(deps, permitted, living)) ?? reply(deps, permitted, replies.busy(living), "confused");
    if (OVER.includes(known.status)) return reply(deps, permitted, replies.closed(known), "confused");
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
  const { request, task } = permitted;
  if (task === null) return reply(deps, permitted, replies.NOT_MINE, "confused");
  if (OVER.includes(task.status)) return reply(deps, permitted, replies.closed(task), "confused");
  const text = request.review === null ? request.text : await reviewText(deps, permitted, request.review);
  if (text === "") return reply(deps, permitted, replies.SAY_WHAT, "confused");
  return start(deps, permitted, task, "fix", text);
}

/** The review's body and its line comments by the same person; comments with a command of their own speak for themselves. */
async function reviewText(deps: IntakeDeps, permitted: Permitted, review: number): Promise<string> {
  const { request, repository } = permitted;
  const slug = await deps.github.appSlug();
  const comments = await deps.github.reviewComments(repository, request.issueNumber, review);
  const points = comments
    .filter((comment) => comment.author?.id === request.author.id)
    .filter((comment) => addressOfComment(comment.body, slug).kind === "none")
    .map((comment) => `${placeOf(comment.path, comment.line)}: ${visibleText(comment.body).text}`);
  return [request.text, ...points].filter((part) => part !== "").join("\n\n");
}
