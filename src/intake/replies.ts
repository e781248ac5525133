/**
 * What intake answers in words. Every sentence is ours: nothing a person wrote
 * is repeated but a login and one word of letters.
 */
import type { CheckedMigration } from "../domain/ports/migration-checks.ts";
import type { Run, Task } from "../domain/task.ts";
import { VERBS, type Verb, verbFacts } from "../policy/verbs.ts";

const listOf = (verbs: readonly Verb[]): string => verbs.map((verb) => `\`/orion ${verb}\``).join(", ");

/** @param working verbs of the table that do what the table says */
export function helpTable(working: readonly Verb[]): string {
  const rows = VERBS.map((verb) => {
    const { usage, where, does, needs } = verbFacts(verb);
    return `| \`/orion ${usage}\` | ${where} | ${does}${working.includes(verb) ? "" : " *(not in yet)*"} | ${needs} |`;
  });
  return ["| write | where | what I do | your role |", "|---|---|---|---|", ...rows].join("\n");
}

export function notInYet(verb: Verb, working: readonly Verb[]): string {
  return `\`/orion ${verb}\` is not in yet, so I have done nothing; what works is ${listOf(working)}.`;
}

/** @param word letters and dashes only, as the parser guarantees */
export function unknownVerb(word: string, nearest: Verb): string {
  return `I do not know \`${word.slice(0, 40)}\`; did you mean \`/orion ${nearest}\`? \`/orion help\` lists everything.`;
}

export function busy(run: Run): string {
  return `I am at work on this already (${run.status}, ${run.stage}). When the pull request is there, write \`/orion fix <text>\` on it.`;
}

export const NOT_MINE =
  "This pull request is not mine, so I have changed nothing; open an issue that begins with `Orion,`.";

export const SAY_WHAT = "Say what to change: `/orion fix <text>`.";

export const NOTHING_TO_RETRY = "Nothing failed or was stopped here, so there is nothing to start again.";

export const NO_TASK = "I have no task here; `/orion go` starts one.";

export const APPROVE_ON_PULL = "A migration is approved on the pull request that brings it.";

/** @param conclusion of the check; null when the pull request touches no migration */
export function nothingToApprove(conclusion: string | null): string {
  if (conclusion === null) return "This pull request touches no migration.";
  if (conclusion === "failure")
    return "Nothing was approved: what stands against this cannot be approved; the check `orion/migrations` says what to do instead.";
  return "No migration of those waits for approval here.";
}

export function approvedMigrations(files: readonly CheckedMigration[]): string {
  const lines = files.map(({ path, sha256 }) => `- \`${path.replaceAll("`", "'")}\` \`${sha256.slice(0, 12)}\``);
  return `Approved, for exactly this content:\n\n${lines.join("\n")}`;
}

export function closed(task: Task): string {
  return `This task is ${task.status}; open a new issue for more.`;
}

/** @param spentUsd over all runs of the task */
export function statusOf(task: Task, runs: readonly Run[], spentUsd: number): string {
  const [last] = runs.slice(-1);
  const work =
    last === undefined
      ? "no run yet"
      : `run ${last.ordinal} (${last.kind}) is ${last.status}, stage ${last.stage}, round ${last.round}`;
  const pull = task.pullRequest === null ? "no pull request yet" : `pull request #${task.pullRequest}`;
  const failure = last?.failure === null || last === undefined ? "" : `; it failed with \`${last.failure.code}\``;
  return `${work}${failure} · ${pull} · $${spentUsd.toFixed(2)} of $${task.budgetUsd.toFixed(2)} · task ${task.status}`;
}
