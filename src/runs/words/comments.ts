/** The few comments besides the living one: ready, and why a run stopped. Pure. */
import type { Evidence } from "../../domain/evidence.ts";
import type { Pull } from "../../domain/ports/github-port.ts";
import { fenced } from "../../policy/words/quiet.ts";
import { isOfTheWords, isOperators, reasonOf, withoutCode, wrapped } from "../../policy/words/reasons.ts";
import { commitOfRound } from "../ci/cause.ts";
import { batchWords, type Told } from "../fix/answer-words.ts";
import { rebasedLine, warningOf } from "../rebase/words.ts";
import { lateLine } from "../remarks/words.ts";
import type { RunContext } from "../run-context.ts";
import { retryWords } from "./retry-words.ts";
import { safe } from "./safe.ts";

const REASON_CHARS = 6_000;

export interface ReadyFacts {
  readonly pull: Pull;
  readonly evidence: Evidence;
  /** what became of the points of a fix */
  readonly answered: readonly Told[];
  /** how many remarks nobody was given */
  readonly late: number;
  /** what Orion would remember */
  readonly noticed: readonly string[];
}

/** Tells the requester that the branch is there to be verified. */
export function readyComment(context: RunContext, { pull, evidence, answered, late, noticed }: ReadyFacts): string {
  const { run, task } = context;
  if (run.kind === "rebase") return rebasedLine({ login: run.requestedBy.login, into: task.baseBranch, evidence });
  const seen =
    evidence.rows.length === 0
      ? "No new test shows it; see *Not verified* there."
      : `${evidence.rows.length === 1 ? "1 test was red on the base and is" : `${evidence.rows.length} tests were red on the base and are`} green on \`${evidence.headSha.slice(0, 7)}\`.`;
  const mended = commitOfRound(run);
  const done =
    mended === null
      ? "Done and pushed"
      : `The repository's CI failed on \`${mended.slice(0, 7)}\`; I mended that and pushed`;
  const what = run.kind === "first" ? "Feature implemented and pushed" : done;
  const lines = [seen, ...batchWords(answered, evidence.headSha), lateLine(late, pull.number)]
    .filter((line) => line !== "")
    .join("\n\n");
  return `@${run.requestedBy.login} ${what}. Please verify: pull request #${pull.number} from \`${task.branch}\`.\n\n${lines}${warningOf(evidence.onto)}${noticedPart(noticed)}`;
}

/** Tells the requester that nothing was changed, since no point should be. */
export function disagreedComment({ run }: RunContext, answered: readonly Told[]): string {
  const lines = batchWords(answered, null).join("\n\n");
  const where = lines === "" ? "The reason stands in the thread." : lines;
  return `@${run.requestedBy.login} I changed nothing. ${where}\n\nAnswer with \`/orion fix …\` if you see it otherwise.`;
}

/** What Orion would remember, if the person agrees. */
function noticedPart(noticed: readonly string[]): string {
  if (noticed.length === 0) return "";
  const lines = noticed.map((text) => `- ${safe(text)}`);
  return `\n\nI noticed:\n${lines.join("\n")}\n\n\`/orion remember\` keeps it for next time; otherwise I do not use it.`;
}

interface Failure {
  readonly code: string;
  readonly because: string;
}

/** Says why no pull request came of it, and what to do. */
export function failureComment(context: RunContext, failure: Failure): string {
  const { run, task } = context;
  const kept = keptLine(context);
  const anew =
    task.pullRequest === null && isOfTheWords(failure.code) ? " `/orion go` with better words begins anew." : "";
  const nothing = run.kind === "first" ? "opened no pull request" : "left the pull request as it was";
  const next = failure.code === "PULL_MERGED" ? kept : `${kept} ${retryWords(run, failure)}${anew}`;
  return [
    `@${run.requestedBy.login} ${ciPart(run)}I stopped at **${run.stage}** and ${nothing}${why(failure)}.`,
    excerpt(failure),
    `${next} (\`${failure.code}\`)`,
  ].join("\n\n");
}

function why({ code }: Failure): string {
  const reason = reasonOf(code);
  return reason === null ? "" : `: ${reason}`;
}

function excerpt({ code, because }: Failure): string {
  return fenced(wrapped(withoutCode(because, code).slice(0, REASON_CHARS)), "text");
}

/** Nobody asked for such a round, so it says where it came from. */
function ciPart(run: RunContext["run"]): string {
  const commit = commitOfRound(run);
  return commit === null ? "" : `The repository's CI failed on \`${commit.slice(0, 7)}\`; mending that, `;
}

/** Says why a question got no answer. */
export function noAnswerComment({ run }: RunContext, failure: Failure): string {
  const again = isOperators(failure.code)
    ? "Whoever runs this Orion has to mend that; then ask again."
    : "Ask again to have me try again.";
  return [
    `@${run.requestedBy.login} I could not answer${why(failure)}.`,
    excerpt(failure),
    `Nothing was changed. ${again} (\`${failure.code}\`)`,
  ].join("\n\n");
}

function keptLine({ run, task }: RunContext): string {
  if (run.headSha === null) return "Nothing was pushed.";
  const work = `\`${run.headSha.slice(0, 7)}\``;
  return task.pushedSha === run.headSha
    ? `The work was pushed to \`${task.branch}\` as ${work}.`
    : `Nothing was pushed; the last work is kept as ${work}.`;
}
