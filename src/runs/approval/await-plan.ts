/**
 * A plan on its way to a yes: shown, answered, approved. Run again after every
 * wake-up, it finds out which of these is the case.
 */
import type { Plan } from "../../domain/plan.ts";
import type { Role } from "../../domain/ports/github-port.ts";
import type { Outcome } from "../../domain/stages.ts";
import type { Person } from "../../domain/task.ts";
import { reachesRole } from "../../policy/permission.ts";
import { baseOf, planOf, type RunContext } from "../run-context.ts";
import { recipeOf } from "../stages/work.ts";
import { told } from "../told.ts";
import { approverRole, type Need, planHash } from "./need.ts";
import { type Adopted, planComment, planMarker, whatToType } from "./plan-comment.ts";

/** Enough to go back to the beginning of a run that has only planned. */
const EVENTS = 500;
const WAITS: Outcome = { kind: "ask", question: "May I work on this plan?" };

/**
 * @returns what follows from the plan that was shown: work, more waiting; null when a plan is to be made,
 *   for the first time or again with what people said
 */
export async function answerToPlan(context: RunContext): Promise<Outcome | null> {
  const { deps, fence, run, repository, task } = context;
  const shown = run.planShown;
  if (shown === null || shown.hash === null) return null;
  const approval = { repositoryId: repository.id, kind: "plan", subject: shown.hash };
  const approver = await deps.store.approvalOf(approval);
  if (approver !== null && (await stillMay(context, approver))) {
    await context.tell("plan.approved", `${approver.login} approved the plan`);
    return { kind: "done" };
  }
  if (approver !== null) await deps.store.withdrawApproval(approval, approver);
  const remarks = await deps.store.remarks(task.id);
  if (remarks.every(({ taken }) => taken)) return WAITS;
  // from here on a yes to the plan before counts for nothing
  const next = { ...shown, revision: shown.revision + 1, hash: null, comment: null };
  await deps.store.updateRun(fence, { planShown: next });
  return null;
}

/** Asked again now: between the yes and the work a person may have lost the right. */
async function stillMay(context: RunContext, approver: Person): Promise<boolean> {
  const { deps, repository, run, task, ledger } = context;
  const role: Role = await deps.github.role(repository, approver.login);
  const { settings } = await recipeOf(context, baseOf(context));
  const needs = approverRole(run.kind, settings);
  if (reachesRole(role, needs)) return true;
  const place = run.place ?? task.issueNumber;
  const key = `not-approved-${run.planShown?.revision}-${approver.id}`;
  const marker = `<!-- orion:run=${run.id}:${key} -->`;
  const because = `the yes of ${approver.login} does not count any more: their role is ${role}, and a plan needs ${needs} here`;
  await context.tell("plan.not-approved", because);
  const words = `${marker}\nThe plan still waits: ${because}.`;
  await told(deps, run, "lost approval", () =>
    ledger.effect(key, {
      find: () => deps.github.findComment(repository, place, marker),
      act: () => deps.github.createComment(repository, place, deps.redact(words)),
    }),
  );
  return false;
}

/** Posts the plan as a comment of its own, once for each time it was made. */
export async function showPlan(context: RunContext, need: Exclude<Need, "none">): Promise<Outcome> {
  const { deps, fence, run, task, repository, ledger } = context;
  const plan: Plan = planOf(context);
  const revision = run.planShown?.revision ?? 1;
  const hash = planHash(run.id, revision, plan);
  const must = need === "must";
  const place = run.place ?? task.issueNumber;
  const adopted = await adoptedWords(context);
  const words = await ledger.once(`plan-words-${revision}`, async () =>
    deps.redact(planComment({ plan, hash, requester: run.requestedBy.login, adopted, revision })),
  );
  const comment = await ledger.effect(`plan-comment-${revision}`, {
    find: () => deps.github.findComment(repository, place, planMarker(hash)),
    act: () => deps.github.createComment(repository, place, `${words}\n\n**Needs you:** ${whatToType({ hash, must })}`),
  });
  await markOutdated(context, revision - 1);
  await deps.store.updateRun(fence, { planShown: { revision, hash, comment, must } });
  await context.tell("plan.shown", `the plan waits for a yes (${hash.slice(0, 10)})`);
  return WAITS;
}

async function adoptedWords({ deps, run, task }: RunContext): Promise<Adopted | null> {
  if (!task.adopted || run.kind !== "first") return null;
  const events = await deps.store.events(task.id, EVENTS);
  const hidden = events.some(({ kind, runId }) => kind === "request.hidden" && runId === run.id);
  const words = run.text.startsWith(task.title) ? run.text : `${task.title}\n\n${run.text}`;
  return { words, hidden };
}

/** Nobody shall read an older plan as the one that waits. */
async function markOutdated(context: RunContext, revision: number): Promise<void> {
  const { deps, run, repository, ledger } = context;
  const [words, comment] = await Promise.all([
    ledger.read<string>(`plan-words-${revision}`),
    ledger.read<number>(`plan-comment-${revision}`),
  ]);
  if (words === null || comment === null) return;
  const outdated = `${words}\n\n**Outdated:** I have planned anew, see version ${revision + 1} below.`;
  await told(deps, run, "outdated plan", () => deps.github.editComment(repository, comment, outdated));
}
