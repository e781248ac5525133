/**
 * Takes one run from where it stands to its end. Each stage stores its result
 * before the next starts, so whoever is handed the run, on any machine, goes on
 * at the first unfinished step. The one place that catches.
 */
import { describeError, hasCode, OrionError } from "../domain/errors.ts";
import { needsTests } from "../domain/plan.ts";
import { type NextStep, nextStep, type Outcome, type Stage } from "../domain/stages.ts";
import type { Fence, Repository, Run, Task } from "../domain/task.ts";
import { openLedger } from "./ledger.ts";
import type { RunContext, RunDeps } from "./run-context.ts";
import { green } from "./stages/green.ts";
import { plan } from "./stages/plan.ts";
import { propose } from "./stages/propose.ts";
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

/** Trouble outside the request: the queue tries again, up to this many claims of a run. */
const PASSING_TROUBLE = [
  "MODEL_UNREACHABLE",
  "MODEL_IDLE",
  "RATE_LIMITED",
  "GITHUB_UNAVAILABLE",
  "STORE_UNREACHABLE",
  "SANDBOX_GONE",
] as const;
const MAX_CLAIMS = 8;
/** A run that ends its worker again and again is ended itself. */
const MAX_ATTEMPTS = 25;

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
    if (claimed.run.attempt > MAX_ATTEMPTS)
      throw new OrionError(
        "RUN_UNLUCKY",
        `${MAX_ATTEMPTS} workers in a row did not finish this run; look into their logs`,
      );
    await goOn(held, claimed.run);
  } catch (error) {
    if (signal.aborted || hasCode(error, "FENCED") || isPassing(error, claimed.run)) throw error;
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
}

function hold(deps: RunDeps, run: Run, task: Task, repository: Repository, signal: AbortSignal): Held {
  const fence: Fence = { runId: run.id, attempt: run.attempt };
  const ledger = openLedger(deps.store, fence, `run:${run.id}`);
  const sticky = openSticky({
    github: deps.github,
    ledger: openLedger(deps.store, null, `task:${task.id}`),
    repository,
    issue: task.issueNumber,
    marker: stickyMarker(task.id),
    render: async () => deps.redact(stickyText(await stickyFacts(deps, await context()))),
    log: deps.log,
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
    return { deps, run: nowRun ?? run, task: nowTask ?? task, repository, fence, ledger, sticky, signal, tell };
  }
  return { deps, fence, sticky, context };
}

async function goOn(held: Held, first: Run): Promise<void> {
  let run = first;
  // The living comment is wanted within ten seconds, before any work.
  await held.sticky.flush();
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
    if (next.kind === "wait") {
      await held.deps.store.updateRun(held.fence, { status: "waiting" });
      return held.sticky.flush();
    }
    run = await held.deps.store.updateRun(held.fence, { stage: next.stage, round: next.round });
  }
}

function end(held: Held, next: Extract<NextStep, { kind: "end" }>): Promise<void> {
  return next.status === "done" ? succeed(held) : fail(held, next.code, next.because);
}

async function succeed(held: Held): Promise<void> {
  const { deps, run, repository } = await held.context();
  await deps.github.react(repository, run.subject, "rocket");
  await deps.store.updateRun(held.fence, { status: "done" });
  await held.sticky.flush();
}

/** The reason is stored before it is told, so that a worker that dies in between tells it, once. */
async function fail(held: Held, code: string, because: string): Promise<void> {
  const { deps, fence } = held;
  await deps.store.updateRun(fence, { failure: { code, because: deps.redact(because) } });
  const context = await held.context();
  const failure = context.run.failure ?? { code, because };
  await context.tell("failed", `${failure.code}: ${failure.because}`);
  const marker = `<!-- orion:run=${context.run.id}:failed:${context.run.attempt} -->`;
  const where =
    context.run.kind === "fix" ? (context.task.pullRequest ?? context.task.issueNumber) : context.task.issueNumber;
  await context.ledger.effect("failure-comment", {
    find: () => deps.github.findComment(context.repository, where, `<!-- orion:run=${context.run.id}:failed`),
    act: () =>
      deps.github.createComment(
        context.repository,
        where,
        deps.redact(`${marker}\n${failureComment(context, failure)}`),
      ),
  });
  await deps.github.react(context.repository, context.run.subject, "confused");
  await deps.store.updateTask(context.task.id, context.task.pullRequest === null ? { status: "failed" } : {});
  await deps.store.updateRun(fence, { status: "failed" });
  await held.sticky.flush();
}

function isPassing(error: unknown, run: Run): boolean {
  return run.attempt < MAX_CLAIMS && PASSING_TROUBLE.some((code) => hasCode(error, code));
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
    now: new Date(),
  };
}
