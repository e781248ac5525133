/**
 * propose: pushes the feature branch, opens or updates the pull request with
 * its evidence, and tells the requester. Every effect is in the ledger.
 */

import { OrionError } from "../../domain/errors.ts";
import type { Evidence } from "../../domain/evidence.ts";
import type { FeatureRef } from "../../domain/feature-ref.ts";
import type { PushResult, Remote } from "../../domain/ports/git-port.ts";
import type { Pull } from "../../domain/ports/github-port.ts";
import type { Outcome } from "../../domain/stages.ts";
import type { ScopeVerdict } from "../../policy/scope/judge-scope.ts";
import { redGreenCheck } from "../checks/red-green.ts";
import { checkEvidence } from "../evidence.ts";
import { answersOf, answerThreads } from "../fix/answer-threads.ts";
import { closedMeanwhile, moveOn } from "../fix/move-on.ts";
import { peopleUndone } from "../fix/people-kept.ts";
import { proposeMemory } from "../memory/propose-memory.ts";
import { branchTip, bring } from "../mirror/bring.ts";
import { notify } from "../notify.ts";
import { lookWhetherItMerges } from "../rebase/conflict-kept.ts";
import { countLate } from "../remarks/late.ts";
import type { RunContext } from "../run-context.ts";
import { putScope, scopeBase, scopeOf } from "../scope/scope-check.ts";
import { type ReadyFacts, readyComment } from "../words/comments.ts";
import { lastWord } from "../words/last-word.ts";
import { pullBody } from "../words/pull-body.ts";
import { refuseUnprotected } from "./protected.ts";
import { secretsIn } from "./secrets.ts";

export async function propose(context: RunContext): Promise<Outcome> {
  const { deps, run, task } = context;
  const evidence = await deps.store.evidence(run.id);
  if (evidence === null || task.branch === null || task.baseBranch === null)
    throw new TypeError(`run ${run.id} has nothing to propose`);
  const faults = checkEvidence(evidence);
  if (faults.length > 0) return { kind: "give-up", code: "EVIDENCE_INCOMPLETE", because: faults.join("\n") };
  // what a merge brings in lies on one of its sides already; what Devon added to it was looked at there
  const secrets = run.kind === "rebase" ? "" : await secretsIn(context, evidence);
  if (secrets !== "") return { kind: "give-up", code: "SECRET_IN_CHANGE", because: secrets };
  const undone = await peopleUndone(context, evidence.headSha);
  if (undone !== null) return { kind: "give-up", code: "PEOPLE_UNDONE", because: undone };
  const unprotected = await refuseUnprotected(context);
  if (unprotected !== null) return unprotected;
  const over = await refuseClosed(context, evidence.headSha);
  if (over !== null) return over;
  const scope = await judge(context, task.baseBranch, evidence.headSha);
  const pushed = await push(context, task.branch, evidence.headSha);
  if (pushed !== null) return pushed;
  await context.mayGoOn();
  // before there is anything to merge
  await putScope(deps, context.repository, scope, evidence.headSha);
  const body = deps.redact(await pullBody(context, evidence, scope));
  const pull = await openPull(context, { head: task.branch, base: task.baseBranch, body }, evidence);
  await context.mayGoOn();
  await deps.github.putCheck(context.repository, redGreenCheck(run, evidence, body));
  const answered = await answerThreads(context, await answersOf(context, evidence), evidence.headSha);
  await context.mayGoOn();
  await tellRequester(context, { pull, evidence, answered });
  if (run.kind !== "rebase") await tellTools(context, pull);
  if (!pull.merged) await deps.store.updateTask(task.id, { status: "proposed" });
  await lookWhetherItMerges(deps, context.repository, task);
  await context.tell("propose", `pull request #${pull.number} is ready`);
  return { kind: "done" };
}

async function tellTools(context: RunContext, pull: Pull): Promise<void> {
  const { deps, repository, run, signal } = context;
  const message = `Pull request #${pull.number} of ${repository.owner}/${repository.name} is ready: ${pull.url}`;
  const tell = (line: string): Promise<void> => context.tell("notify", line);
  await notify(deps, { repository, person: run.requestedBy, scope: `run:${run.id}`, message, signal, tell });
}

/** What the whole pull request changes, people's commits included. */
async function judge({ deps, repository }: RunContext, base: string, headSha: string): Promise<ScopeVerdict> {
  const into = await branchTip(deps, repository, base);
  if (into === null) throw new OrionError("BRANCH_GONE", `${base} no longer exists; restore it, then ask again`);
  const since = await scopeBase(deps, repository, into, headSha);
  return scopeOf(deps, repository, { base: since, head: headSha, mine: true });
}

/** @returns null when the branch points at the commit, else why not */
export async function push(context: RunContext, ref: FeatureRef, commit: string): Promise<Outcome | null> {
  const { deps, repository, task, run, ledger } = context;
  const expected = run.kind === "first" ? null : run.baseSha;
  const main = await deps.github.defaultBranch(repository);
  const remote = await deps.github.remote(repository, "write");
  const result = await ledger.effect(pushKey(commit), {
    find: () => pushedBefore(context, remote, ref, commit),
    act: async () => {
      await context.mayGoOn();
      return deps.git.push(remote, { ref, commit, expected, defaultBranch: main.name });
    },
  });
  // who built on what was pushed, before its worker learned of it, moved nothing away
  const onTop = result.kind === "stale" && (await pushedBefore(context, remote, ref, commit)) !== null;
  if (result.kind === "stale" && !onTop) return moveOn(context, { ref, commit, head: result.actual });
  await deps.store.updateTask(task.id, { pushedSha: commit });
  await context.tell("push", `${ref} is at ${commit.slice(0, 7)}`);
  return null;
}

const pushKey = (commit: string): string => `push/${commit}`;

/** A person who closes or merges the pull request has decided; what was not pushed by then is not pushed. */
async function refuseClosed(context: RunContext, commit: string): Promise<Outcome | null> {
  const { deps, repository, task, run, ledger } = context;
  if (run.kind === "first" || task.pullRequest === null || (await ledger.read(pushKey(commit))) !== null) return null;
  const pull = await deps.github.pull(repository, task.pullRequest);
  return pull.state === "open" ? null : { kind: "give-up", ...closedMeanwhile(pull, commit) };
}

/** True also when somebody has since built on what was pushed. */
async function pushedBefore(
  context: RunContext,
  remote: Remote,
  ref: FeatureRef,
  commit: string,
): Promise<PushResult | null> {
  const { git } = context.deps;
  const head = await git.remoteHead(remote, ref);
  if (head === null || head === commit) return head === commit ? { kind: "already" } : null;
  await bring(context.deps, context.repository, [head]);
  return (await git.mergeBase(context.repository.id, head, commit)) === commit ? { kind: "already" } : null;
}

/** Opened as a draft, made ready when body and head are right; one pull request a branch, whatever happens. */
export async function openPull(
  context: RunContext,
  { head, base, body }: { readonly head: FeatureRef; readonly base: string; readonly body: string },
  evidence: Evidence,
): Promise<Pull> {
  const { deps, repository, task, ledger } = context;
  const title = deps.redact(`${evidence.plan.kind}: ${task.plan?.title ?? evidence.plan.title}`);
  const number = await ledger.effect("pull", {
    find: async () => (await deps.github.findPull(repository, head, base))?.number ?? null,
    act: async () => {
      const known = await deps.github.findPull(repository, head, base);
      if (known !== null && known.state === "open") return known.number;
      await context.mayGoOn();
      return (await deps.github.openPull(repository, { head, base, title, body, draft: true })).number;
    },
  });
  await deps.store.updateTask(task.id, { pullRequest: number });
  const pull = await deps.github.pull(repository, number);
  // a person took it as it was pushed
  if (pull.merged) return pull;
  if (pull.state === "closed")
    throw new OrionError("PULL_CLOSED", `pull request #${number} is closed; reopen it, then ask again`, { number });
  await context.mayGoOn();
  if (pull.body !== body) await deps.github.editPull(repository, number, { body });
  if (pull.draft) await deps.github.markReady(repository, pull);
  return pull;
}

async function tellRequester(context: RunContext, facts: Omit<ReadyFacts, "noticed" | "late">): Promise<void> {
  const { deps, repository, run, task } = context;
  const where = run.kind === "first" ? task.issueNumber : facts.pull.number;
  const noticed = await proposeMemory(context);
  const late = await countLate(deps, repository, task.id);
  const words = readyComment(context, { ...facts, late, noticed });
  await lastWord(context, { key: "ready-comment", mark: "ready", where, words });
}
