/**
 * Takes one run from where it stands to its end. Each stage stores its result
 * before the next starts, so whoever is handed the run, on any machine, goes on
 * at the first unfinished step. The one place that catches.
 */
import { describeError, hasCode, OrionError } from "../domain/errors.ts";
import { openLedger } from "../domain/ledger.ts";
import { needsTests } from "../domain/plan.ts";
import { type NextStep, nextStep, type Outcome, type Stage } from "../domain/stages.ts";
import type { Fence, Repository, Run, RunStatus, Task } from "../domain/task.ts";
import type { RunContext, RunDeps } from "./run-context.ts";
import { green } from "./stages/green.ts";
import { plan } from "./stages/plan.ts";
import { propose } from "./stages/propose.ts";
import { UNPROTECTED } from "./stages/protected.ts";
import { red } from "./stages/red.ts";
import { verify } from "./stages/verify.ts";
import { latest, type RedResult } from "./stages/work.ts";
import { failureComment } from "./words/comments.ts";
import { openSticky, type Sticky } from "./words/sticky.ts";
import { stickyMarker, stickyText } from "./words/sticky-text.ts";

const STAGE_WORK: Readonly<Record<Stage, (context: RunContext) => Promise<Outcome>>> = {
  plan,
  red,
  green,
  verify,
  propose,
};

/** Trouble outside the request, by code: the queue hands the run out again, `maxTries` times. */
const PASSING_TROUBLE: readonly string[] = [
  ...["MODEL_UNREACHABLE", "MODEL_IDLE", "RATE_LIMITED", "GITHUB_UNAVAILABLE", "STORE_UNREACHABLE", "STORE_FAILED"],
  ...["SANDBOX_GONE", "IMAGE_MISSING", "REMOTE_FAILED", "DOCKER_UNREACHABLE"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"],
];

/**
 * @param signal aborts when this worker shuts down; the run is then left where it stands
 * @throws what a later try may mend: the queue hands the run out again
 */
export async function conductRun(deps: RunDeps, runId: string, signal: AbortSignal): Promise<void> {
  const claimed = await deps.store.claimRun(runId);
  if (claimed === null) return;
  const repository = await deps.store.repository(claimed.task.repositoryId);
  if (repository === null)
    throw new OrionError("REPOSITORY_UNKNOWN", `run ${runId} belongs to no known repository`, { runId });
  const held = hold(deps, claimed.run, claimed.task, repository, signal);
  try {
    // A run that ends its worker again and again is ended itself.
    if (claimed.run.attempt > 2 * deps.maxTries)
      throw new OrionError(
        "RUN_UNLUCKY",
        `${claimed.run.attempt - 1} tries did not finish this run; look into their logs`,
      );
    await goOn(held, claimed.run);
  } catch (error) {
    if (signal.aborted || hasCode(error, "FENCED") || isPassing(deps, error, claimed.run)) throw error;
    await fail(held, codeOf(error), describeError(error));
  } finally {
    held.sticky.stop();
  }
}

interface Held {
  readonly deps: RunDeps;
  readonly fence: Fence;
  readonly sticky: Sticky;
  /** fresh facts for the next stage */
  context(): Promise<RunContext>;
  /** Says in the living comment that work rests, then stores it: who dies in between says it again. */
  rest(status: "done" | "failed" | "waiting"): Promise<void>;
}

function hold(deps: RunDeps, run: Run, task: Task, repository: Repository, signal: AbortSignal): Held {
  const fence: Fence = { runId: run.id, attempt: run.attempt };
  const ledger = openLedger(deps.store, fence, `run:${run.id}`);
  const recipes: RunContext["recipes"] = new Map();
  let saying: RunStatus | null = null;
  const sticky = openLiving(deps, repository, task, async () => {
    const now = await context();
    return { ...now, run: { ...now.run, status: saying ?? now.run.status } };
  });
  async function tell(kind: string, text: string, data?: unknown): Promise<void> {
    await deps.store.appendEvent({
      taskId: task.id,
      runId: run.id,
      kind,
      text: deps.redact(text),
      ...(data === undefined ? {} : { data }),
    });
    sticky.touch();
  }
  async function context(): Promise<RunContext> {
    const [nowRun, nowTask] = await Promise.all([deps.store.run(run.id), deps.store.task(task.id)]);
    const now = { run: nowRun ?? run, task: nowTask ?? task };
    return { deps, ...now, repository, fence, ledger, sticky, recipes, signal, tell };
  }
  async function rest(status: "done" | "failed" | "waiting"): Promise<void> {
    saying = status;
    await told({ deps, fence, sticky, context, rest }, run, "living comment", () => sticky.flush());
    await deps.store.updateRun(fence, { status });
  }
  return { deps, fence, sticky, context, rest };
}

function openLiving(deps: RunDeps, repository: Repository, task: Task, context: () => Promise<RunContext>): Sticky {
  return openSticky({
    github: deps.github,
    ledger: openLedger(deps.store, null, `task:${task.id}`),
    repository,
    issue: task.issueNumber,
    marker: stickyMarker(task.id),
    render: async () => deps.redact(stickyText(await stickyFacts(deps, await context()))),
    log: deps.log,
  });
}

async function goOn(held: Held, first: Run): Promise<void> {
  let run = first;
  // The living comment is wanted within ten seconds, before any work.
  await told(held, first, "living comment", () => held.sticky.flush());
  for (;;) {
    if (run.failure !== null) return fail(held, run.failure.code, run.failure.because);
    const context = await held.context();
    await context.tell("stage", `${run.stage}${run.round > 1 ? `, round ${run.round}` : ""}`);
    const outcome = await STAGE_WORK[run.stage](context);
    const after = await held.context();
    if (outcome.kind === "contradiction")
      await after.ledger.once(`contradiction-${run.round}`, async () => outcome.because);
    const next = nextStep(run.stage, outcome, run.round, after.run.plan === null || needsTests(after.run.plan));
    if (next.kind === "end") return end(held, next);
    if (next.kind === "wait") return held.rest("waiting");
    run = await held.deps.store.updateRun(held.fence, { stage: next.stage, round: next.round });
  }
}

function end(held: Held, next: Extract<NextStep, { kind: "end" }>): Promise<void> {
  return next.status === "done" ? succeed(held) : fail(held, next.code, next.because);
}

async function succeed(held: Held): Promise<void> {
  const { deps, run, repository } = await held.context();
  await told(held, run, "reaction", () => deps.github.react(repository, run.subject, "rocket"));
  await held.rest("done");
}

/** The reason is stored before it is told, so that a worker that dies in between tells it, once. */
async function fail(held: Held, code: string, because: string): Promise<void> {
  const { deps, fence } = held;
  const before = await held.context();
  const failure = before.run.failure ?? { code, because: deps.redact(because) };
  // The first reason stays, whatever goes wrong while it is told.
  if (before.run.failure === null) await deps.store.updateRun(fence, { failure });
  const context = await held.context();
  await context.tell("failed", `${failure.code}: ${failure.because}`);
  const marker = `<!-- orion:run=${context.run.id}:failed:${context.run.attempt} -->`;
  const where =
    context.run.kind === "fix" ? (context.task.pullRequest ?? context.task.issueNumber) : context.task.issueNumber;
  const words = deps.redact(`${marker}\n${failureComment(context, failure)}`);
  await told(held, context.run, "failure comment", () =>
    context.ledger.effect("failure-comment", {
      find: () => deps.github.findComment(context.repository, where, `<!-- orion:run=${context.run.id}:failed`),
      act: () => deps.github.createComment(context.repository, where, words),
    }),
  );
  await told(held, context.run, "reaction", () =>
    deps.github.react(context.repository, context.run.subject, "confused"),
  );
  await deps.store.updateTask(context.task.id, context.task.pullRequest === null ? { status: "failed" } : {});
  await held.rest("failed");
}

function isPassing(deps: RunDeps, error: unknown, run: Run): boolean {
  if (run.attempt >= deps.maxTries || !(error instanceof Error)) return false;
  // Docker's client throws node's own errors; both kinds carry a code.
  return "code" in error && PASSING_TROUBLE.includes(String(error.code));
}

/**
 * Tells people, and bears that they closed the place: a locked issue or a deleted comment must not keep a run from ending.
 * @throws what a later try may mend
 */
async function told(held: Held, run: Run, what: string, effect: () => Promise<unknown>): Promise<void> {
  try {
    await effect();
  } catch (error) {
    if (hasCode(error, "FENCED") || isPassing(held.deps, error, run)) throw error;
    held.deps.log(`run ${run.id}, ${what}: ${describeError(error)}`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof OrionError ? error.code : "UNEXPECTED";
}

async function stickyFacts(deps: RunDeps, context: RunContext): Promise<Parameters<typeof stickyText>[0]> {
  const { task, run } = context;
  const red = await latest<RedResult>(context, "red");
  return {
    task,
    run,
    events: await deps.store.events(task.id, 20),
    spent: await deps.store.spent(task.id),
    redTests: red?.rows.length ?? null,
    scripted: deps.model.scripted,
    runPage: deps.runPage(run.id),
    warning: await context.ledger.read<string>(UNPROTECTED),
    now: new Date(),
  };
}
