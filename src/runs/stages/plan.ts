/**
 * plan: Orion reads the request and the code and says what will be done. The
 * base commit and the branch's name are fixed here; nothing is written to the
 * repository.
 */

import { createHash } from "node:crypto";
import type { Judgement } from "../../agents/agent-task.ts";
import { OrionError } from "../../domain/errors.ts";
import { type FeatureRef, featureRef, featureSlug } from "../../domain/feature-ref.ts";
import { openLedger } from "../../domain/ledger.ts";
import { needsTests, type Plan } from "../../domain/plan.ts";
import type { Outcome } from "../../domain/stages.ts";
import type { Run, Task } from "../../domain/task.ts";
import { counted } from "../../policy/words/counted.ts";
import { fenced } from "../../policy/words/quiet.ts";
import { wrapped } from "../../policy/words/reasons.ts";
import { answerToPlan, showPlan } from "../approval/await-plan.ts";
import { approvalNeed, type Need } from "../approval/need.ts";
import { unseenParts } from "../approval/plan-comment.ts";
import { chooseModel } from "../choose-model.ts";
import { answerThreads, disagreements } from "../fix/answer-threads.ts";
import { disagreesWithAll, judgePoints } from "../fix/judge-points.ts";
import { bring } from "../mirror/bring.ts";
import { refusedBySettings } from "../permission.ts";
import { baseOf, type RunContext } from "../run-context.ts";
import { planBrief } from "../words/briefs.ts";
import { disagreedComment } from "../words/comments.ts";
import { lastWord } from "../words/last-word.ts";
import { refuseUnprotected } from "./protected.ts";
import { gaveUp, letWork, prepare, recipeOf } from "./work.ts";

/** `feature/` and 60 characters, see FeatureRef. */
const MAX_NAME = 68;

export async function plan(context: RunContext): Promise<Outcome> {
  const { deps, fence } = context;
  const base = await findBase(context);
  const based: RunContext = { ...context, run: await deps.store.updateRun(fence, { baseSha: base.sha }) };
  await deps.store.updateTask(context.task.id, { baseBranch: base.branch });
  const { settings, problem } = await recipeOf(based, base.sha);
  const other = chooseModel(deps, settings.model).problem;
  if (problem !== null)
    await tellSettings(based, "I cannot read this repository's settings, and go on without them:", problem);
  else if (other !== null)
    await tellSettings(based, "One of this repository's settings I cannot follow; the others hold:", other);
  const refused = await refusedBySettings(based, settings);
  if (refused !== null) return refused;
  const answer = await answerToPlan(based);
  if (answer !== null) return answer.kind === "done" ? ((await refuseUnprotected(context)) ?? answer) : answer;
  return makePlan(based, base.sha);
}

/** Makes the plan, for the first time or again, and shows it where somebody must say yes. */
async function makePlan(context: RunContext, base: string): Promise<Outcome> {
  const { deps, fence } = context;
  const run = await deps.store.updateRun(fence, {});
  const based: RunContext = { ...context, run };
  const revision = run.planShown?.revision ?? 1;
  const { settings } = await recipeOf(based, base);
  warmUp(based, base);
  const brief = await planBrief(based, base);
  const outcome = await letWork(based, {
    role: run.kind === "first" ? deps.roles.plan : deps.roles.fixPlan,
    thread: revision === 1 ? "plan" : `plan-${revision}`,
    brief,
    commit: base,
    installed: false,
    judge: async (finish) => {
      const asked = await deps.store.run(run.id);
      return judgePlan(finish, run, approvalNeed(asked ?? run, context.task, settings));
    },
  });
  if (outcome.kind === "stopped") return gaveUp(context, "Orion", outcome);
  const plan = outcome.value;
  const planned = await deps.store.updateRun(fence, { plan });
  const branch = branchToKeep(context.task) ?? (await reserve(based, plan));
  await deps.store.updateTask(context.task.id, run.kind === "first" ? { plan, branch } : { branch });
  await context.tell(
    "plan",
    `${plan.goal} (${counted(plan.criteria.length, "criterion", "criteria")}, branch ${branch})`,
  );
  if (disagreesWithAll(plan, run.points)) return answerOnly(based, plan);
  const refused = await refuseUnprotected(context);
  if (refused !== null) return refused;
  const need = approvalNeed(planned, context.task, settings);
  return need === "none" ? { kind: "done" } : showPlan({ ...based, run: planned }, need);
}

/** A fix whose every point Orion disagrees with ends with its answers. */
async function answerOnly(context: RunContext, plan: Plan): Promise<Outcome> {
  const { run, task } = context;
  const answered = await answerThreads(context, disagreements(plan, run.points), null);
  const where = task.pullRequest ?? task.issueNumber;
  await lastWord(context, { key: "ready-comment", mark: "ready", where, words: disagreedComment(context, answered) });
  return { kind: "answered" };
}

/** An unreadable file must not stop work, and must not pass in silence; the same is told once in a conversation. */
async function tellSettings(context: RunContext, what: string, problem: string): Promise<void> {
  const { deps, repository, task } = context;
  const key = createHash("sha256").update(problem).digest("hex").slice(0, 16);
  const marker = `<!-- orion:settings=${key} -->`;
  const words = `${marker}\n${what}\n\n${fenced(wrapped(problem), "text")}`;
  await context.tell("settings", problem);
  await openLedger(deps.store, null, `task:${task.id}`).effect(`settings-${key}`, {
    find: () => deps.github.findComment(repository, task.issueNumber, marker),
    act: () => deps.github.createComment(repository, task.issueNumber, deps.redact(words)),
  });
}

/** Dependencies are installed while Orion thinks; who needs them waits for the same set-up and sees its error. */
function warmUp(context: RunContext, commit: string): void {
  prepare(context, commit).catch((error: unknown) => context.deps.log(`set-up ahead of time: ${String(error)}`));
}

/** A first run builds on the default branch, a fix on the branch as people left it. */
export async function findBase(context: RunContext): Promise<{ readonly sha: string; readonly branch: string }> {
  const { deps, repository, task, run, ledger } = context;
  const base = await ledger.once("base", async () => {
    const main = await deps.github.defaultBranch(repository);
    if (run.kind === "first") return { sha: main.sha, branch: main.name };
    const pull = task.pullRequest === null ? null : await deps.github.pull(repository, task.pullRequest);
    if (pull?.state === "closed") {
      const what = pull.merged ? "merged already; file a new issue" : "closed; reopen it, then ask again";
      throw new OrionError("PULL_CLOSED", `pull request #${pull.number} is ${what}`, { number: pull.number });
    }
    const head = task.branch === null ? null : await deps.github.branchHead(repository, task.branch);
    if (head === null) {
      throw new OrionError(
        "BRANCH_GONE",
        `${task.branch ?? "the branch"} no longer exists; restore it on the pull request's page, then ask again`,
      );
    }
    return { sha: head, branch: task.baseBranch ?? main.name };
  });
  await bring(deps, repository, [base.sha]);
  return base;
}

/** @returns whether a plan can be worked on */
export function judgePlan(plan: Plan, { kind, points }: Pick<Run, "kind" | "points">, need: Need = "none"): Judgement {
  const unseen = need === "none" ? null : unseenParts(plan);
  if (unseen !== null) return { accepted: false, because: unseen };
  if (plan.verification === "none" && (plan.verificationReason ?? "").trim() === "") {
    return {
      accepted: false,
      because: "verification none needs verificationReason: say why nothing here can be tested",
    };
  }
  if (kind === "first" && plan.verification === "tests" && !needsTests(plan)) {
    return {
      accepted: false,
      because: "no criterion is test-first; mark at least one, or set verification to none with the reason",
    };
  }
  const because = kind === "first" ? null : judgePoints(plan, points);
  return because === null ? { accepted: true } : { accepted: false, because };
}

/** A branch that was pushed but never proposed belongs to a run that failed; its commits stay, the next run takes another name. */
function branchToKeep({ branch, pushedSha, pullRequest }: Task): FeatureRef | null {
  return pushedSha !== null && pullRequest === null ? null : branch;
}

/** The first free name: the plan's, then with the issue's number, then counted. */
export async function reserve(context: RunContext, plan: Plan): Promise<FeatureRef> {
  const { deps, repository, task } = context;
  const slug = featureSlug(plan.branch ?? plan.title);
  const prefix = (await recipeOf(context, baseOf(context))).settings.branchPrefix;
  for (let count = 0; count < 20; count += 1) {
    const suffix = count === 0 ? "" : count === 1 ? `-${task.issueNumber}` : `-${task.issueNumber}-${count}`;
    const ref = featureRef(`${prefix}${slug.slice(0, MAX_NAME - prefix.length - suffix.length)}${suffix}`);
    if ((await deps.github.branchHead(repository, ref)) !== null) continue;
    if (await deps.store.reserveBranch(task.id, ref)) return ref;
  }
  throw new OrionError("BRANCH_NAMES_SPENT", `every name like feature/${slug} is taken; delete old feature branches`);
}

/** @returns the test command in words, for briefs */
export async function testCommand(context: RunContext, commit: string): Promise<string | null> {
  return (await recipeOf(context, commit)).test?.command ?? null;
}
