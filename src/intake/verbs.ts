/**
 * What each verb does once it is permitted and acknowledged: start a run, or
 * say one thing. The work itself is the runs' own.
 */
import { createHash } from "node:crypto";
import type { Repository, Run, RunKind, Task } from "../domain/task.ts";
import { addressOfComment } from "../policy/addressing.ts";
import { visibleText } from "../policy/markdown.ts";
import { type IntakeDeps, once, react, say } from "./effects.ts";
import { placeOf } from "./parse-request.ts";
import * as replies from "./replies.ts";
import type { Request } from "./request.ts";

export interface Permitted {
  /** scope of the ledger, `delivery:<guid>` */
  readonly scope: string;
  readonly repository: Repository;
  readonly request: Request;
  /** the task of the issue or pull request the words stand in */
  readonly task: Task | null;
}

const LIVING: readonly Run["status"][] = ["queued", "running", "waiting"];
const OVER: readonly Task["status"][] = ["merged", "closed"];

/** @returns one line for the delivery's record */
export async function answer(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { request } = permitted;
  switch (request.verb) {
    case "work":
    case "go":
      return request.onPullRequest ? fix(deps, permitted) : work(deps, permitted);
    case "fix":
      return request.onPullRequest || permitted.task?.pullRequest ? fix(deps, permitted) : work(deps, permitted);
    case "retry":
      return retry(deps, permitted);
    case "status":
      return status(deps, permitted);
    case "help":
      return reply(deps, permitted, replies.helpTable(), "rocket");
    case "unknown":
      return unknown(deps, permitted);
    default:
      return reply(deps, permitted, replies.notInYet(request.verb), "confused");
  }
}

async function work(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { request, repository } = permitted;
  if (request.text === "") return reply(deps, permitted, replies.SAY_WHAT, "confused");
  const known = permitted.task;
  if (known !== null) {
    const runs = await deps.store.runsOf(known.id);
    if (runs.some((run) => isSame(run, request, request.text))) return `already started for task ${known.id}`;
    const living = runs.find((run) => LIVING.includes(run.status));
    if (living !== undefined) return reply(deps, permitted, replies.busy(living), "confused");
    if (OVER.includes(known.status)) return reply(deps, permitted, replies.closed(known), "confused");
  }
  const task =
    known ??
    (await deps.store.openTask({
      repositoryId: repository.id,
      issueNumber: request.issueNumber,
      title: request.title,
      request: request.text,
      requester: request.author,
      budgetUsd: deps.settings.budgetUsd,
    }));
  return start(deps, permitted, task, task.pullRequest === null ? "first" : "fix", request.text);
}

async function fix(deps: IntakeDeps, permitted: Permitted): Promise<string> {
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

async function retry(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task } = permitted;
  if (task === null) return reply(deps, permitted, replies.NO_TASK, "confused");
  const [last] = (await deps.store.runsOf(task.id)).slice(-1);
  if (last !== undefined && isSame(last, permitted.request, last.text)) return `already started for task ${task.id}`;
  if (last === undefined || (last.status !== "failed" && last.status !== "stopped")) {
    return reply(deps, permitted, replies.NOTHING_TO_RETRY, "confused");
  }
  return start(deps, permitted, task, last.kind, last.text);
}

async function status(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task } = permitted;
  if (task === null) return reply(deps, permitted, replies.NO_TASK, "rocket");
  const [runs, spent] = await Promise.all([deps.store.runsOf(task.id), deps.store.spent(task.id)]);
  return reply(deps, permitted, replies.statusOf(task, runs, spent.usd), "rocket");
}

async function unknown(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { word, nearest } = permitted.request.unknown ?? { word: "", nearest: "help" };
  return reply(deps, permitted, replies.unknownVerb(word, nearest), "confused");
}

async function start(
  deps: IntakeDeps,
  { scope, request, repository }: Permitted,
  task: Task,
  kind: RunKind,
  text: string,
): Promise<string> {
  const place = request.review === null ? `${request.subject.kind}:${request.subject.id}` : `review:${request.review}`;
  const cause = `${repository.id}:${place}:${createHash("sha256").update(text).digest("hex")}`;
  const { subject, author } = request;
  const run = await deps.store.startRun({ taskId: task.id, kind, cause, text, subject, requestedBy: author });
  if (run === null) return `already started for task ${task.id}`;
  if (request.hidden) {
    const event = {
      taskId: task.id,
      runId: run.id,
      kind: "request.hidden",
      text: "Content that readers of the page do not see was removed from the request.",
    };
    await once(
      deps.store,
      { scope, key: "hidden" },
      () => deps.store.appendEvent(event),
      async () => null,
    );
  }
  return `run ${run.ordinal} (${kind}) of task ${task.id} queued`;
}

async function reply(
  deps: IntakeDeps,
  { scope, repository, request }: Permitted,
  text: string,
  end: "rocket" | "confused",
): Promise<string> {
  await say(deps, { scope, key: "reply" }, repository, request.issueNumber, text);
  await react(deps, { scope, key: "end" }, repository, request.subject, end);
  return `answered ${request.verb}`;
}

function isSame(run: Run, request: Request, text: string): boolean {
  return run.subject.kind === request.subject.kind && run.subject.id === request.subject.id && run.text === text;
}
