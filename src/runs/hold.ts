/**
 * A claimed run as its worker holds it: fresh facts for each stage, the living
 * comment, and the ways to lay it aside. It moves no run forward.
 */
import { openLedger } from "../domain/ledger.ts";
import { ASIDE, type Fence, type Repository, type Run, type RunStatus, type Task } from "../domain/task.ts";
import { mayGoOn } from "./halt.ts";
import { carrying } from "./mirror/carry.ts";
import type { RunContext, RunDeps } from "./run-context.ts";
import { told } from "./told.ts";
import { SILENT, type Sticky } from "./words/sticky.ts";
import { openLiving } from "./words/sticky-facts.ts";

export interface Held {
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

/** @param signal aborts when this worker shuts down */
export function hold(deps: RunDeps, run: Run, task: Task, repository: Repository, signal: AbortSignal): Held {
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
