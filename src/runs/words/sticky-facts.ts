/** Gathers the facts of the living comment, and writes it anew when no run holds it. */
import { cleanTexts } from "../../domain/clean-texts.ts";
import type { Evidence } from "../../domain/evidence.ts";
import { type Ledger, openLedger } from "../../domain/ledger.ts";
import { ASIDE, type Repository, type Run, type Task } from "../../domain/task.ts";
import { noteOf } from "../ci/note.ts";
import { pauseInForce } from "../halt.ts";
import { keptOf } from "../rebase/conflict-kept.ts";
import type { ResolveResult } from "../rebase/resolution/resolve.ts";
import { mergeReviewed } from "../rebase/words.ts";
import type { RunDeps } from "../run-context.ts";
import { UNPROTECTED } from "../stages/protected.ts";
import { latest, NO_REVIEW, type RedResult } from "../stages/results.ts";
import { told } from "../told.ts";
import { editTurn, openSticky, type Sticky } from "./sticky.ts";
import { stickyMarker, stickyText } from "./sticky-text.ts";

/** A task's living comment. @param now what it is about, read anew each time it is written */
export function openLiving(
  deps: RunDeps,
  repository: Repository,
  task: Task,
  now: () => Promise<{ readonly task: Task; readonly run: Run }>,
): Sticky {
  return openSticky({
    github: deps.github,
    ledger: openLedger(deps.store, null, `task:${task.id}`),
    repository,
    issue: task.issueNumber,
    marker: stickyMarker(task.id),
    ...{ turn: editTurn(deps.store, task.id, deps.commentGapMs), gapMs: deps.commentGapMs },
    render: async () => deps.redact(stickyText(await stickyFacts(deps, await now()))),
    log: deps.log,
  });
}

/** After a run: what happened to the task since. A task that only held questions has no such comment. */
export async function refreshSticky(deps: RunDeps, taskId: string): Promise<void> {
  const [task, runs] = await Promise.all([deps.store.task(taskId), deps.store.runsOf(taskId)]);
  const repository = task === null ? null : await deps.store.repository(task.repositoryId);
  const run = runs.filter((one) => !ASIDE.includes(one.kind)).at(-1);
  if (task === null || repository === null || run === undefined) return;
  const now = async () => ({ task: (await deps.store.task(taskId)) ?? task, run });
  const sticky = openLiving(deps, repository, task, now);
  await told(deps, run, "living comment", () => sticky.flush());
  sticky.stop();
}

/** What the living comment says is read anew each time it is written. */
export async function stickyFacts(
  deps: RunDeps,
  { task, run }: { readonly task: Task; readonly run: Run },
): Promise<Parameters<typeof stickyText>[0]> {
  const ledger = openLedger(deps.store, null, `run:${run.id}`);
  const evidence = await deps.store.evidence(run.id);
  const red = await latest<RedResult>({ run, ledger }, "red");
  const facts = {
    task,
    run,
    events: await deps.store.events(task.id, 20),
    spent: await deps.store.spent(task.id),
    redTests: red?.rows.length ?? null,
    scripted: deps.model.scripted,
    runPage: deps.runPage(run.id),
    pausedBy: run.waitsFor === "pause" ? ((await pauseInForce(deps, task.repositoryId))?.by ?? null) : null,
    approvedBy: await approverOf(deps, task, run),
    warning: await ledger.read<string>(UNPROTECTED),
    now: new Date(),
    ci: await noteOf(deps.store, task),
    deploy: await deps.store.deployOf(task.id),
    reviewed: run.kind === "rebase" ? await mergeRead({ task, run, ledger }, evidence) : isRead(evidence),
    onto: evidence?.onto ?? null,
    conflict: (await keptOf(deps, task.id)).base,
  };
  // before they are cut and made safe, which may break a secret apart
  return cleanTexts(facts, deps.redact);
}

function isRead(evidence: Evidence | null): boolean {
  return evidence?.notVerified.every((line) => !line.startsWith(NO_REVIEW)) ?? true;
}

/** @returns null for a merge that nobody had a hand in */
async function mergeRead(
  { task, run, ledger }: { readonly task: Task; readonly run: Run; readonly ledger: Ledger },
  evidence: Evidence | null,
): Promise<boolean | null> {
  const work = await latest<ResolveResult>({ run, ledger }, "green");
  if (work === null || work.doubts.length === 0) return null;
  return evidence === null || mergeReviewed(task.baseBranch, evidence);
}

async function approverOf(deps: RunDeps, task: Task, { planShown }: Run): Promise<string | null> {
  if (planShown === null || planShown.hash === null) return null;
  const approval = { repositoryId: task.repositoryId, kind: "plan", subject: planShown.hash };
  return (await deps.store.approvalOf(approval))?.login ?? null;
}
