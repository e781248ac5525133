/**
 * What every verb is handed once it is permitted and acknowledged, and the two
 * things most of them end with: start a run, or say one thing.
 */
import { createHash } from "node:crypto";
import { hasCode } from "../../domain/errors.ts";
import { openLedger } from "../../domain/ledger.ts";
import type { NewRun } from "../../domain/ports/store-port.ts";
import { ASIDE, type Repository, type Run, type RunKind, type Task } from "../../domain/task.ts";
import { runsInAnHour } from "../../policy/limits/fair-use.ts";
import { counted } from "../../policy/words/counted.ts";
import { type IntakeDeps, react, say, sayFirst } from "../effects.ts";
import * as replies from "../replies.ts";
import type { Request } from "../request.ts";

const HOUR_MS = 3_600_000;

export interface Permitted {
  /** scope of the ledger, `delivery:<guid>` */
  readonly scope: string;
  readonly repository: Repository;
  readonly request: Request;
  /** the task of the issue or pull request the words stand in */
  readonly task: Task | null;
  /** true when the words are somebody's who may not write: nothing but a plan may come of them */
  readonly adopts: boolean;
}

/** Starts a run unless the same words at the same place did already. */
export function start(
  deps: IntakeDeps,
  permitted: Permitted,
  task: Task,
  kind: RunKind,
  text: string,
  more: Pick<NewRun, "approval" | "points"> = {},
): Promise<string> {
  const { request, repository } = permitted;
  const hash = createHash("sha256").update(text).digest("hex");
  // a review is read anew with every delivery of it, and its comments may have changed since
  const spot = request.review === null ? `${request.subject.kind}:${request.subject.id}:${hash}` : null;
  const cause = `${repository.id}:${spot ?? `review:${request.review}`}`;
  const { author, textAuthor } = request;
  const textBy = textAuthor.id === author.id ? {} : { textBy: textAuthor };
  return startRun(deps, permitted, { taskId: task.id, kind, cause, text, ...textBy, ...more });
}

/** @returns one line for the delivery's record, also when the cause has started a run before */
export async function startRun(
  deps: IntakeDeps,
  permitted: Permitted,
  facts: Pick<NewRun, "taskId" | "kind" | "cause" | "text" | "continues" | "textBy" | "approval" | "points">,
): Promise<string> {
  const { scope, request } = permitted;
  const { subject, author: requestedBy, issueNumber: place } = request;
  // before it is stored: who dies in between says it, and stores it, on the next try
  await tellOfPause(deps, permitted);
  const atMost = { count: runsInAnHour(facts.kind, deps.settings.runsPerHour), withinMs: HOUR_MS };
  const run = await deps.store.startRun({ ...facts, subject, requestedBy, place, atMost }).catch(asSpent);
  if (typeof run === "number") return tooMany(deps, permitted, atMost.count, run);
  if (run === null) return `already started for task ${facts.taskId}`;
  if (request.hidden) {
    const event = {
      taskId: facts.taskId,
      runId: run.id,
      kind: "request.hidden",
      text: "Content that readers of the page do not see was removed from the request.",
    };
    await openLedger(deps.store, null, scope).once("hidden", () => deps.store.appendEvent(event));
  }
  return `run ${run.ordinal} (${run.kind}) of task ${run.taskId} queued`;
}

/** @returns when the next one may be started, in milliseconds since 1970 */
function asSpent(error: unknown): number {
  if (hasCode(error, "RUNS_SPENT") && typeof error.facts.freeAtMs === "number") return error.facts.freeAtMs;
  throw error;
}

/** Told once for each time that it ends: a storm of requests must not become a storm of answers. */
async function tooMany(
  deps: IntakeDeps,
  { scope, repository, request }: Permitted,
  count: number,
  freeAtMs: number,
): Promise<string> {
  const { store } = deps;
  const told = `runs-spent:${repository.id}:${request.author.id}`;
  const tells = await openLedger(store, null, scope).once("runs-spent", () =>
    store.amendSetting(told, (value) => ({ value: freeAtMs, result: value !== freeAtMs })),
  );
  const minutes = Math.max(1, Math.ceil((freeAtMs - Date.now()) / 60_000));
  const what = request.verb === "ask" ? counted(count, "answer") : counted(count, "piece of work", "pieces of work");
  const words = replies.runsSpent(request.author.login, what, minutes);
  if (tells) await say(deps, { scope, key: "reply" }, repository, request.issueNumber, words);
  await react(deps, { scope, key: "end" }, repository, request.subject, "confused");
  return `not started: ${count} were started in an hour`;
}

/** Runs that work on the task; questions and checks stand beside them. */
export function workOf(runs: readonly Run[]): readonly Run[] {
  return runs.filter((run) => !ASIDE.includes(run.kind));
}

/** Who asks while the switch is set is told so, once in a conversation and pause. */
async function tellOfPause(deps: IntakeDeps, { scope, request, repository }: Permitted): Promise<void> {
  const pause = await deps.store.pauseOf(repository.id);
  if (pause === null && !deps.settings.paused) return;
  // nobody knows when the process's own switch was set: its news are a day old at most
  const since = pause?.since.toISOString() ?? new Date().toISOString().slice(0, 10);
  const step = { scope: `paused:${repository.id}:${request.issueNumber}`, key: since };
  await sayFirst(deps, scope, step, repository, request.issueNumber, replies.keptForLater(pause?.by ?? null));
}

/** Says one thing and reacts to what asked. */
export async function reply(
  deps: IntakeDeps,
  { scope, repository, request }: Permitted,
  text: string,
  end: "rocket" | "confused",
): Promise<string> {
  await say(deps, { scope, key: "reply" }, repository, request.issueNumber, text);
  await react(deps, { scope, key: "end" }, repository, request.subject, end);
  return `answered ${request.verb}`;
}

/** True for the run that this very request started. */
export function isSame(run: Run, request: Request, text: string): boolean {
  return run.subject.kind === request.subject.kind && run.subject.id === request.subject.id && run.text === text;
}
