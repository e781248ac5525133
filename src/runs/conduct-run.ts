/**
 * Takes one run from where it stands to its end. Each stage stores its result
 * before the next starts, so whoever is handed the run, on any machine, goes on
 * at the first unfinished step. The one place that catches.
 */
import { describeError, hasCode, OrionError } from "../domain/errors.ts";
import { openLedger } from "../domain/ledger.ts";
import { needsTests } from "../domain/plan.ts";
import type { RunPatch } from "../domain/ports/store-port.ts";
import { type NextStep, nextStep, type Outcome, type Stage } from "../domain/stages.ts";
import { ASIDE, type Fence, type Repository, type Run, type RunStatus, type Task } from "../domain/task.ts";
import { conductAsk } from "./ask/conduct-ask.ts";
import { conductCheck } from "./checks/conduct-check.ts";
import { movesSoFar } from "./fix/move-on.ts";
import { mayGoOn, parkedUnstarted } from "./halt.ts";
import { carrying, regain } from "./mirror/carry.ts";
import { leaveToNewer } from "./newer-kind.ts";
import { refusedNow } from "./permission.ts";
import { beginRebase } from "./rebase/begin.ts";
import { handIn } from "./rebase/hand-in.ts";
import { recheck } from "./rebase/recheck.ts";
import { resolve } from "./rebase/resolution/resolve.ts";
import { takeOver } from "./retry/take-over.ts";
import type { RunContext, RunDeps } from "./run-context.ts";
import { green } from "./stages/green.ts";
import { plan } from "./stages/plan.ts";
import { propose } from "./stages/propose.ts";
import { red } from "./stages/red.ts";
import { verify } from "./stages/verify.ts";
import { told } from "./told.ts";
import { codeOf, isPassing, triesOf } from "./trouble.ts";
import { failureComment } from "./words/comments.ts";
import { lastWord } from "./words/last-word.ts";
import { editTurn, openSticky, SILENT, type Sticky } from "./words/sticky.ts";
import { stickyFacts } from "./words/sticky-facts.ts";
import { stickyMarker, stickyText } from "./words/sticky-text.ts";

type StageWork = Readonly<Record<Stage, (context: RunContext) => Promise<Outcome>>>;
const STAGE_WORK: StageWork = { plan, red, green, verify, propose };
/** The same way for a merge with the default branch; red is passed over, since nothing new is promised. */
const REBASE_WORK: StageWork = { ...STAGE_WORK, plan: beginRebase, green: resolve, verify: recheck, propose: handIn };

/**
 * @param signal aborts when this worker shuts down; the run is then left where it stands
 * @throws what a later try may mend: the queue hands the run out again
 */
export async function conductRun(deps: RunDeps, runId: string, signal: AbortSignal): Promise<void> {
  await leaveToNewer(deps, runId);
  if (await parkedUnstarted(deps, runId)) return;
  const claimed = await deps.store.claimRun(runId);
  if (claimed === null) return;
  const repository = await deps.store.repository(claimed.task.repositoryId);
  if (repository === null)
    throw new OrionError("REPOSITORY_UNKNOWN", `run ${runId} belongs to no known repository`, { runId });
  const held = hold(deps, claimed.run, claimed.task, repository, signal);
  if (claimed.run.kind === "ask") return conductAsk(await held.context());
  if (claimed.run.kind === "check") return conductCheck(await held.context());
  try {
    // A run that ends its worker again and again is ended itself.
    if (triesOf(claimed.run) > 2 * deps.maxTries)
      throw new OrionError(
        "RUN_UNLUCKY",
        `${claimed.run.attempt - 1} tries did not finish this run; look into their logs`,
      );
    await goOnUnlessHalted(held, claimed.run);
  } catch (error) {
    if (signal.aborted || hasCode(error, "FENCED") || isPassing(error, claimed.run, deps.maxTries)) throw error;
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
  rest(status: RunStatus): Promise<void>;
  /** Says that work is paused, then lays the run aside. @returns false when the pause was lifted meanwhile */
  park(): Promise<boolean>;
  /** Says what a person is waited for, then lays the run aside. @returns false when that came meanwhile */
  wait(): Promise<boolean>;
}

function hold(deps: RunDeps, run: Run, task: Task, repository: Repository, signal: AbortSignal): Held {
  const fence: Fence = { runId: run.id, attempt: run.attempt };
  const own: RunDeps = { ...deps, git: carrying(deps.git, deps.store, fence) };
  const ledger = openLedger(deps.store, fence, `run:${run.id}`);
  const recipes: RunContext["recipes"] = new Map();
  let saying: RunStatus | null = null;
  let parking: Run["waitsFor"] = null;
  const living = async (): Promise<RunContext> => {
    const now = await context();
    const waitsFor = saying === "waiting" ? parking : now.run.waitsFor;
    return { ...now, run: { ...now.run, status: saying ?? now.run.status, waitsFor } };
  };
  // neither a question nor a look moves the task, so the task's comment stays as it is
  const sticky = ASIDE.includes(run.kind) ? SILENT : openLiving(deps, repository, task, living);
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
    const ask = (): Promise<void> => mayGoOn(deps, repository.id, run.id);
    return { deps: own, ...now, repository, fence, ledger, sticky, recipes, signal, tell, mayGoOn: ask };
  }
  async function say(status: RunStatus): Promise<void> {
    saying = status;
    await told(deps, run, "living comment", () => sticky.flush());
  }
  async function rest(status: RunStatus): Promise<void> {
    await say(status);
    await deps.store.updateRun(fence, { status });
  }
  async function layAside(why: NonNullable<Run["waitsFor"]>, lay: () => Promise<boolean>): Promise<boolean> {
    parking = why;
    await say("waiting");
    const laid = await lay();
    if (!laid) saying = parking = null;
    return laid;
  }
  const everywhere = deps.paused;
  const park = () => layAside("pause", () => deps.store.parkRun(fence, { repositoryId: repository.id, everywhere }));
  const wait = () => layAside("approval", () => deps.store.awaitApproval(fence));
  return { deps, fence, sticky, context, rest, park, wait };
}

function openLiving(deps: RunDeps, repository: Repository, task: Task, context: () => Promise<RunContext>): Sticky {
  return openSticky({
    github: deps.github,
    ledger: openLedger(deps.store, null, `task:${task.id}`),
    repository,
    issue: task.issueNumber,
    marker: stickyMarker(task.id),
    ...{ turn: editTurn(deps.store, task.id, deps.commentGapMs), gapMs: deps.commentGapMs },
    render: async () => deps.redact(stickyText(await stickyFacts(deps, await context()))),
    log: deps.log,
  });
}

/** Goes on until the run ends, a person ends it, or a pause lays it aside. */
async function goOnUnlessHalted(held: Held, first: Run): Promise<void> {
  for (let run = first; ; run = (await held.context()).run) {
    try {
      return await goOn(held, run);
    } catch (error) {
      if (hasCode(error, "STOPPED")) return stop(held);
      if (!hasCode(error, "PAUSED")) throw error;
      if (await held.park()) return;
    }
  }
}

async function stop(held: Held): Promise<void> {
  const { deps, run, task, repository, tell } = await held.context();
  await tell("stopped", `${run.stopBy} ended this run; what was done is kept`);
  await told(held.deps, run, "reaction", () => deps.github.react(repository, run.subject, "confused"));
  if (task.pullRequest === null) await deps.store.updateTask(task.id, { status: "stopped" });
  await held.rest("stopped");
}

async function goOn(held: Held, first: Run): Promise<void> {
  let run = first;
  // The living comment is wanted within ten seconds, before any work.
  await told(held.deps, first, "living comment", () => held.sticky.show());
  if (first.failure === null) {
    const refused = await begin(held);
    if (refused?.kind === "give-up") return fail(held, refused.code, refused.because);
    run = (await held.context()).run;
  }
  for (;;) {
    if (run.failure !== null) return fail(held, run.failure.code, run.failure.because);
    const context = await held.context();
    await context.mayGoOn();
    await context.tell("stage", `${run.stage}${run.round > 1 ? `, round ${run.round}` : ""}`);
    const outcome = await (run.kind === "rebase" ? REBASE_WORK : STAGE_WORK)[run.stage](context);
    const after = await held.context();
    if (outcome.kind === "contradiction")
      await after.ledger.once(`contradiction-${run.round}`, async () => outcome.because);
    const testsFirst = after.run.plan === null || needsTests(after.run.plan);
    const next = nextStep(run.stage, outcome, run.round, testsFirst, await movesSoFar(after));
    if (next.kind === "end") return end(held, next);
    if (next.kind === "wait") {
      if (await held.wait()) return;
      run = (await held.context()).run;
      continue;
    }
    // in one with the stage: work on an older base must not be taken for work on this one
    const onto = outcome.kind === "moved" ? placeAfter(outcome) : {};
    run = await held.deps.store.updateRun(held.fence, { stage: next.stage, round: next.round, ...onto });
  }
}

/** Each time a worker takes the run up. @returns why work may not go on, or null */
async function begin(held: Held): Promise<Outcome | null> {
  const context = await held.context();
  await context.mayGoOn();
  await regain(context.deps, context.repository, context.run);
  return (await refusedNow(context)) ?? (await takeOver(context));
}

function placeAfter({ onto, work }: Extract<Outcome, { kind: "moved" }>): Pick<RunPatch, "baseSha" | "headSha"> {
  return { baseSha: onto, ...(work !== null && { headSha: work }) };
}

function end(held: Held, next: Extract<NextStep, { kind: "end" }>): Promise<void> {
  return next.status === "done" ? succeed(held) : fail(held, next.code, next.because);
}

async function succeed(held: Held): Promise<void> {
  const { deps, run, repository } = await held.context();
  await told(held.deps, run, "reaction", () => deps.github.react(repository, run.subject, "rocket"));
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
  const where =
    context.run.kind === "first" ? context.task.issueNumber : (context.task.pullRequest ?? context.task.issueNumber);
  const words = failureComment(context, failure);
  await lastWord(context, { key: "failure-comment", mark: "failed", where, words });
  await told(held.deps, context.run, "reaction", () =>
    deps.github.react(context.repository, context.run.subject, "confused"),
  );
  await deps.store.updateTask(context.task.id, context.task.pullRequest === null ? { status: "failed" } : {});
  await held.rest("failed");
}
