/**
 * Answers each thread of a fix, once, and resolves those that were fixed. What
 * is said follows from the evidence, in `outcomes.ts`; nothing is decided here.
 */
import { hasCode } from "../../domain/errors.ts";
import type { Evidence } from "../../domain/evidence.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Point } from "../../domain/task.ts";
import type { RunContext } from "../run-context.ts";
import { told } from "../told.ts";
import { type Answered, answerWords, type Told } from "./answer-words.ts";
import { disagreement, planOfPoint } from "./judge-points.ts";
import { isFixed, outcomeOf } from "./outcomes.ts";

/** @returns what becomes of each point of the run */
export async function answersOf(context: RunContext, evidence: Evidence): Promise<readonly Answered[]> {
  const { deps, repository, run } = context;
  if (run.points.length === 0) return [];
  const diffs = await deps.git.diff(repository.id, evidence.baseSha, evidence.headSha);
  const touched = new Set(diffs.map(({ path }) => path));
  return run.points.flatMap((point) => {
    const outcome = outcomeOf(point, evidence, touched);
    return outcome === null ? [] : [{ point, outcome }];
  });
}

/** @returns the answers to the points that the plan disagrees with */
export function disagreements(
  plan: Plan,
  points: readonly Point[],
): readonly (Answered & { readonly outcome: { readonly kind: "disagree" } })[] {
  return points.flatMap((point) => {
    const planned = planOfPoint(plan, point.id);
    const because = planned === null ? null : disagreement(planned);
    return because === null ? [] : [{ point, outcome: { kind: "disagree", because } as const }];
  });
}

/**
 * A conversation that was locked, or a right that was taken away, must not make a failure of what is pushed.
 * @param commit what was pushed; null when nothing was
 * @returns the same, with whether a thread holds the answer now: where none does, the last comment must
 */
export async function answerThreads(
  context: RunContext,
  answered: readonly Answered[],
  commit: string | null,
): Promise<readonly Told[]> {
  const all: Told[] = [];
  for (const { point, outcome } of answered) {
    const { thread } = point;
    let inThread = false;
    if (thread !== null) {
      await context.mayGoOn();
      await told(context.deps, context.run, `thread of comment ${thread.comment}`, async () => {
        inThread = await reply(context, thread.comment, answerWords(outcome, commit));
        if (inThread && isFixed(outcome)) await resolve(context, thread.comment);
      });
    }
    all.push({ point, outcome, inThread });
  }
  return all;
}

/** @returns false when the thread is gone */
async function reply(context: RunContext, thread: number, words: string): Promise<boolean> {
  const { deps, repository, run, ledger } = context;
  const number = pullOf(context);
  const marker = `<!-- orion:run=${run.id}:thread=${thread} -->`;
  const result = await ledger.effect<number | "gone">(`reply:${thread}`, {
    find: () => deps.github.findReply(repository, number, marker),
    act: () =>
      unlessGone(() => deps.github.replyInThread(repository, number, thread, deps.redact(`${marker}\n${words}`))),
  });
  if (result === "gone")
    await context.tell("thread.gone", `the thread of comment ${thread} is gone; its answer stands in the last comment`);
  return result !== "gone";
}

async function resolve(context: RunContext, thread: number): Promise<void> {
  const { deps, repository, ledger } = context;
  await ledger.effect<"resolved" | "gone">(`resolve:${thread}`, {
    find: async () => null,
    act: async () => {
      const found = await deps.github.thread(repository, pullOf(context), thread);
      if (found === null) return "gone";
      if (!found.resolved) await deps.github.resolveThread(repository, found.id);
      return "resolved";
    },
  });
}

async function unlessGone<T>(act: () => Promise<T>): Promise<T | "gone"> {
  try {
    return await act();
  } catch (error) {
    if (hasCode(error, "GITHUB_NOT_FOUND")) return "gone";
    throw error;
  }
}

function pullOf({ task, run }: RunContext): number {
  if (task.pullRequest === null) throw new TypeError(`run ${run.id} has threads and no pull request`);
  return task.pullRequest;
}
