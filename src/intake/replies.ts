/**
 * What intake answers in words. Every sentence is ours: nothing a person wrote
 * is repeated but a login and one word of letters.
 */
import type { CheckedMigration } from "../domain/ports/migration-checks.ts";
import type { ToolFacts } from "../domain/ports/toolbox-port.ts";
import type { Run, Task } from "../domain/task.ts";
import { VERBS, type Verb, verbFacts } from "../policy/verbs.ts";

const HOW_TO_CALL =
  "Begin a line with one of these, or with `Orion,` and a sentence: a question is answered, anything else is worked on.";

/** @param tools Orion's own */
export function helpTable(tools: readonly ToolFacts[]): string {
  const rows = VERBS.map((verb) => {
    const { usage, where, does, needs } = verbFacts(verb);
    return `| \`/orion ${usage}\` | ${where} | ${does} | ${needs} |`;
  });
  const head = ["| you write | where | what I do | role it takes |", "|---|---|---|---|"];
  return [HOW_TO_CALL, "", ...head, ...rows, "", toolList(tools)].join("\n");
}

/** What Orion can do besides changing code, when it is asked. */
function toolList(tools: readonly ToolFacts[]): string {
  if (tools.length === 0) return "I have no tools.";
  const lines = tools.map(({ name, description, missing }) => {
    const idle = missing.length === 0 ? "" : ` *(idle: set ${missing.map((one) => `\`${one}\``).join(", ")})*`;
    return `- \`${name}\`: ${description}${idle}`;
  });
  return ["My tools, for `/orion ask`:", ...lines].join("\n");
}

/** @param word letters and dashes only, as the parser guarantees */
export function unknownVerb(word: string, nearest: Verb): string {
  return `I do not know \`${word.slice(0, 40)}\`; did you mean \`/orion ${nearest}\`? \`/orion help\` lists everything; a wish in words of your own begins with \`Orion,\`.`;
}

/** @param pull number of the task's pull request; null while there is none */
export function busy(run: Run, pull: number | null): string {
  const fix =
    pull === null
      ? "When the pull request is there, write `/orion fix <text>` on it."
      : `Write \`/orion fix <text>\` on pull request #${pull}.`;
  if (run.kind === "rebase") return `I am bringing the default branch in, so I have not taken this in. ${fix}`;
  if (run.stage === "verify" || run.stage === "propose")
    return `My work on this is written and being checked (${run.stage}), so I have not taken this in. ${fix}`;
  const where = run.status === "queued" && run.startedAt === null ? "it waits for its turn" : run.stage;
  return `I am at work on this already (${where}). Say in a comment here what should be different, and I take it along.`;
}

/** The words of the issue alone ask for nothing new. */
export function pullThere(pull: number): string {
  return `Pull request #${pull} is there for this. Say what to change: \`/orion fix <text>\`.`;
}

export const NOT_MINE =
  "This pull request is not mine, so I have changed nothing; open an issue that begins with `Orion,`.";

export const NOTHING_TO_REBASE =
  "There is no pull request yet to bring the default branch into; `/orion go` starts one.";

export const REOPEN =
  "This pull request is closed, so I have changed nothing; reopen it (restore its branch first where that is gone), then ask again.";

export const SAY_WHAT = "Say what to change: `/orion fix <text>`.";

export const ASK_WHAT = "Ask something: `/orion ask <text>`.";

export const NOTHING_TO_RETRY = "Nothing failed or was stopped here, so there is nothing to start again.";

/** @param login whose words they were */
export function wordsOf(login: string, verb: Verb): string {
  return `These are the words of ${login}, who may not write here any more. Say it in your own: \`/orion ${verb} <what to do>\`.`;
}

/** @param what were started in the last hour, with their number */
export function runsSpent(login: string, what: string, minutes: number): string {
  const when = minutes === 1 ? "a minute" : `${minutes} minutes`;
  return `@${login} You have asked for ${what} in the last hour, which is the most for one person here, so I have not begun this. Ask again in ${when}; the operator can allow more (\`ORION_RUNS_PER_HOUR\`).`;
}

/** @param place where somebody asks about work that there is none of */
export function noTask({ onPullRequest }: { readonly onPullRequest: boolean }): string {
  return onPullRequest ? NOT_MINE : "I have no task here; `/orion go` starts one.";
}

export const APPROVE_ON_PULL = "A migration is approved on the pull request that brings it.";

/** @param conclusion of the check; null when the pull request touches no migration */
export function nothingToApprove(verdict: string | null): string {
  if (verdict === null) return "This pull request touches no migration.";
  if (verdict === "destructive")
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

/** @param by who paused the repository; null when everything is paused */
export function held(by: string | null): string {
  return `⏸ ${by === null ? "This Orion is paused by its operator" : `This repository is paused by ${by}`}, so nothing starts now.`;
}

/** @param by as for `held` */
export function keptForLater(by: string | null): string {
  return `${held(by)} I keep what you asked, and begin when the pause is lifted.`;
}

export function paused(by: string): string {
  return `⏸ Paused by ${by}. No work starts here; what runs stops at its next step and keeps its place. \`/orion resume\` lifts it.`;
}

/** @param everywhere true while the process's own switch is set besides */
export function resumed(runs: number, everywhere: boolean): string {
  const goOn = runs === 1 ? "One run goes on" : `${runs} runs go on`;
  const but = everywhere
    ? " But the operator has paused this whole Orion (`ORION_PAUSED`), so they wait for that."
    : "";
  return `▶ This repository is not paused. ${runs === 0 ? "Nothing had to wait." : `${goOn} where ${runs === 1 ? "it" : "they"} stood.`}${but}`;
}

export const NOTHING_TO_STOP = "Nothing runs or waits here, so there is nothing to stop.";

export const STOPPING_ALREADY = "I end this already: at its next step, which a long command can put off for minutes.";

export function stopping(runs: readonly Run[]): string {
  const which = runs.map((run) => `run ${run.ordinal} (${run.stage})`).join(", ");
  return `⏹ I end ${which} at the next step and keep what was done. \`/orion retry\` goes on from there.`;
}

export const NOTHING_TO_REVERT = "Say `/orion revert` on the merged pull request that is to be undone.";

export function revertOpened(undone: number, opened: number): string {
  return `↩ Pull request #${opened} undoes #${undone}; merge it to go back. The default branch is untouched until then.`;
}
