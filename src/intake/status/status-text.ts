/** What `/orion status` says. Pure: facts in, Markdown out; every word is ours, but logins and codes. */
import { MAX_ROUNDS } from "../../domain/stages.ts";
import type { Run, RunKind, Task } from "../../domain/task.ts";
import { reasonOf } from "../../policy/words/reasons.ts";
import { held } from "../replies.ts";

export interface StatusFacts {
  readonly task: Task;
  /** the newest that works on the task; null before there is one */
  readonly run: Run | null;
  /** questions that are not answered yet */
  readonly questions: number;
  readonly spent: { readonly usd: number; readonly inputTokens: number; readonly outputTokens: number };
  /** runs of anybody's that wait before this one; null unless it waits for its turn */
  readonly before: number | null;
  /** who paused: a login, or null for the operator; undefined when nothing is paused */
  readonly pausedBy: string | null | undefined;
  /** addresses; null where there is none */
  readonly livingComment: string | null;
  readonly runPage: string | null;
  readonly now: Date;
}

/** @returns one line a fact, the most wanted first */
export function statusText(facts: StatusFacts): string {
  const { pausedBy } = facts;
  const lines = [
    workLine(facts),
    queueLine(facts),
    costLine(facts),
    pausedBy === undefined ? null : held(pausedBy),
    questionLine(facts.questions),
    linkLine(facts),
  ];
  return lines.filter((line) => line !== null).join("\n\n");
}

const KINDS: Readonly<Record<RunKind, string>> = {
  ...{ first: "", fix: ", a fix,", rebase: ", a merge with the default branch,", ask: "", check: "" },
};

function workLine({ task, run, now }: StatusFacts): string {
  if (run === null) return "No work was asked for here yet; `/orion go` begins it.";
  const words = `Run ${run.ordinal}${KINDS[run.kind]} ${stateOf(run, elapsed(run.startedAt ?? run.createdAt, run.endedAt ?? now))}`;
  if (task.status === "merged" || task.status === "closed") return `${words}. This task is ${task.status}.`;
  if (run.status === "waiting" && run.waitsFor === "approval")
    return `${words}: its plan waits for \`/orion approve\`, or for an answer in a comment.`;
  if (run.failure !== null)
    return `${words}: ${reasonOf(run.failure.code) ?? `\`${run.failure.code}\``}. \`/orion retry\` goes on from there.`;
  if (run.status === "stopped") return `${words}. \`/orion retry\` goes on from there.`;
  return `${words}.`;
}

function stateOf({ status, stage, round, startedAt }: Run, time: string): string {
  if (status === "done") return `is **done**, after ${time}`;
  if (status === "failed") return `**failed** at ${stage}, after ${time}`;
  if (status === "stopped") return `was **stopped** at ${stage}, after ${time}`;
  if (status === "queued" && startedAt === null) return `is **queued**, for ${time}`;
  const rounds = round === 1 ? "" : `, round ${round} of ${MAX_ROUNDS}`;
  return `is **${status}**, stage ${stage}${rounds}, for ${time}`;
}

function queueLine({ before }: StatusFacts): string | null {
  if (before === null) return null;
  if (before === 0) return "It is next in the queue.";
  return before === 1 ? "One run waits before it in the queue." : `${before} runs wait before it in the queue.`;
}

function costLine({ task, spent }: StatusFacts): string {
  const cap = `$${spent.usd.toFixed(2)} of $${task.budgetUsd.toFixed(2)}`;
  const by = task.budgetBy === null ? "" : ` (set by ${task.budgetBy})`;
  return `${cap}${by} · ${thousands(spent.inputTokens + spent.outputTokens)} tokens`;
}

function questionLine(questions: number): string | null {
  if (questions === 0) return null;
  return questions === 1 ? "One question is being answered." : `${questions} questions are being answered.`;
}

function linkLine({ task, livingComment, runPage }: StatusFacts): string | null {
  const links = [
    task.pullRequest === null ? null : `pull request #${task.pullRequest}`,
    task.branch === null ? null : `\`${task.branch}\``,
    livingComment === null ? null : `[what happens](${livingComment})`,
    runPage === null ? null : `[run page](${runPage})`,
  ].filter((link) => link !== null);
  return links.length === 0 ? null : links.join(" · ");
}

function elapsed(from: Date, to: Date): string {
  const seconds = Math.max(0, Math.round((to.getTime() - from.getTime()) / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}m`;
}

function thousands(tokens: number): string {
  return tokens < 1_000 ? String(tokens) : `${Math.round(tokens / 1_000)}k`;
}
