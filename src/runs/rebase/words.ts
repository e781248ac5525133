/** What is said of merges with the default branch: commit, pull request, living comment. Pure. */
import type { Evidence, OntoBase } from "../../domain/evidence.ts";
import { type Plan, planSchema } from "../../domain/plan.ts";
import type { Run, Task } from "../../domain/task.ts";
import { NO_REVIEW } from "../stages/results.ts";
import { codeSpan, safe } from "../words/safe.ts";

const MOST_NAMED = 5;
const REMEDY = "`/orion rebase`";

const short = (sha: string): string => `\`${sha.slice(0, 7)}\``;

/** On the default branch a message closes what it says it closes, and calls whom it names. */
export function mergeMessage(facts: {
  readonly into: string;
  readonly branch: string;
  readonly task: Task;
  readonly run: Run;
}): string {
  const { into, branch, task, run } = facts;
  const person = run.requestedBy;
  return [
    `Merge ${into} into ${branch}`.replace(/#(?=\d)|@/g, ""),
    "",
    `Co-authored-by: ${person.login} <${person.id}+${person.login}@users.noreply.github.com>`,
    `Orion-Task: ${task.id}`,
    "",
  ].join("\n");
}

/** What a rebase promises; nothing new, so no new test. */
export function rebasePlan(task: Task, into: string): Plan {
  const text = `Every test that passes on the pull request or on ${into} passes on the merge of both`;
  return planSchema.parse({
    title: `Merge ${into}`,
    goal: `${into} as it is now is part of the pull request's branch.`,
    kind: "chore",
    criteria: [{ text, proof: "behaviour-preserving" }],
    files: task.plan?.files ?? [],
    ...(task.plan?.verification === "none"
      ? { verification: "none", verificationReason: task.plan.verificationReason ?? "see the first plan" }
      : {}),
  });
}

/** On which base the evidence holds: one line for the pull request. @param into name of the default branch */
export function baseLine(onto: OntoBase | null | undefined, into: string, headSha: string): string {
  const name = codeSpan(into);
  if (onto === null || onto === undefined) return "";
  const { base, since, merge } = onto;
  const only = `The evidence holds on ${name} as it was at ${short(since)}.`;
  if (onto.conflicts.length > 0)
    return `⚠️ Conflicts with ${name} at ${short(base)} in ${fileList(onto.conflicts)}; type ${REMEDY}. ${only}`;
  if (onto.problems.length > 0)
    return `⚠️ Merged with ${name} at ${short(base)} it fails; type ${REMEDY}. ${only}\n\n${problemList(onto.problems)}`;
  if (merge === headSha) return `The evidence holds on ${name} at ${short(base)}.`;
  if (onto.suite === null)
    return `${name} moved to ${short(base)} meanwhile; both merge, but no test ran on the merge. ${only}`;
  const tests = onto.green.length === 0 ? "" : ` ${countTests(onto.green.length)} of this pull request green there.`;
  const moved = `it moved meanwhile, so I built the merge of both (${short(merge ?? "")}, pushed nowhere) and ran the tests on it`;
  return `The evidence holds on ${name} at ${short(base)}: ${moved}.${tests}${suiteWords(onto)}`;
}

/** What whoever is told that the pull request is ready must know of its base; "" when all is well. */
export function warningOf(onto: OntoBase | null | undefined): string {
  if (!onto || onto.conflicts.length + onto.problems.length === 0) return "";
  const at = `the default branch moved to ${short(onto.base)} meanwhile`;
  const how = onto.conflicts.length > 0 ? `conflicts in ${fileList(onto.conflicts)}` : "the merge of both fails tests";
  return `\n\n⚠️ But ${at}, and ${how}: ${REMEDY} brings it in.`;
}

/** The same in a few words, for the living comment. */
export function baseWords(onto: OntoBase | null, into: string | null): string {
  if (onto === null || into === null) return "";
  const at = `${codeSpan(into)} at ${short(onto.base)}`;
  if (onto.conflicts.length > 0) return `; conflicts with ${at}`;
  if (onto.problems.length > 0) return `; fails on the merge with ${at}`;
  return `; holds on ${at}`;
}

function suiteWords({ suite }: OntoBase): string {
  if (suite === null) return "";
  const { before, after } = suite;
  return ` Whole suite: ${before.passed} passed, ${before.failed} failed on it; ${after.passed} passed, ${after.failed} failed on the merge.`;
}

function countTests(count: number): string {
  return count === 1 ? "1 test" : `${count} tests`;
}

function fileList(files: readonly string[]): string {
  const shown = files.slice(0, MOST_NAMED).map((file) => codeSpan(file));
  return files.length > MOST_NAMED ? `${shown.join(", ")} and ${files.length - MOST_NAMED} more` : shown.join(", ");
}

function problemList(problems: readonly string[]): string {
  return problems
    .slice(0, MOST_NAMED)
    .map((problem) => `- ${safe(problem, 300)}`)
    .join("\n");
}

/** What the check `orion/red-green` says first: no green where the merge with the default branch is red. */
export function checkWords({ rows, onto, headSha }: Pick<Evidence, "rows" | "onto" | "headSha">): {
  readonly conclusion: "success" | "failure" | "neutral";
  readonly title: string;
} {
  const base = onto?.base.slice(0, 7) ?? "";
  if (onto && onto.problems.length > 0)
    return { conclusion: "failure", title: `red on the merge with the default branch at ${base}` };
  const but = onto && onto.conflicts.length > 0 ? `; conflicts with the default branch at ${base}` : "";
  if (rows.length > 0)
    return { conclusion: "success", title: `${countTests(rows.length)}: red on base, green on head${but}` };
  if (onto && onto.merge === headSha && onto.green.length > 0)
    return {
      conclusion: "success",
      title: `${countTests(onto.green.length)}: green on the default branch at ${base}, too`,
    };
  return { conclusion: "neutral", title: `nothing here could be shown by a new test${but}` };
}

/** The one line of answer to `/orion rebase`. */
export function rebasedLine(facts: {
  readonly login: string;
  readonly into: string | null;
  readonly evidence: Pick<Evidence, "onto" | "headSha" | "notVerified">;
}): string {
  const { onto, headSha, notVerified } = facts.evidence;
  const into = facts.into === null ? "the default branch" : codeSpan(facts.into);
  const mine = mergeName(facts.into ?? "", onto?.base ?? "");
  const decided = `Devon decided${mergeReviewed(facts.into, facts.evidence) ? " and a reviewer read it" : ""}`;
  const how = notVerified.some((line) => line.startsWith(mine))
    ? `where both had changed the same places ${decided}: see *Not verified*`
    : "without a conflict";
  const tests = onto?.suite
    ? `${onto.suite.after.passed} tests pass there, ${onto.green.length} of this pull request's own among them`
    : "no test ran";
  return `@${facts.login} Merged ${into} at ${short(onto?.base ?? "")} into the branch as ${short(headSha)}, ${how}; ${tests}.`;
}

const MERGED = "In the merge with";

/** How every line begins that tells what somebody did in a merge. */
export function mergeName(into: string, tip: string): string {
  return `${MERGED} ${into} at ${tip.slice(0, 7)}`;
}

/** @returns false when nobody finished reading what was decided in the merge that the evidence is about */
export function mergeReviewed(
  into: string | null,
  { onto, notVerified }: Pick<Evidence, "onto" | "notVerified">,
): boolean {
  const missing = `${mergeName(into ?? "", onto?.base ?? "")}: ${NO_REVIEW}`;
  return !notVerified.some((line) => line.startsWith(missing));
}

/** What people must still look at of merges that earlier runs made. */
export function mergeDoubts(all: readonly Pick<Evidence, "notVerified">[]): readonly string[] {
  return all.flatMap(({ notVerified }) => notVerified.filter((line) => line.startsWith(MERGED)));
}

export function upToDateLine(facts: { readonly login: string; readonly into: string; readonly tip: string }): string {
  return `@${facts.login} Already up to date: the branch holds ${codeSpan(facts.into)} at ${short(facts.tip)}. Nothing was pushed.`;
}

/** What people must do about the base. @param conflict the default branch's commit @returns null when nothing */
export function baseNeeds(conflict: string | null, onto: OntoBase | null): string | null {
  if (conflict !== null) return `conflict with ${short(conflict)} of the default branch; ${REMEDY}`;
  if (onto === null || onto.problems.length === 0) return null;
  return `tests fail on the merge with ${short(onto.base)} of the default branch; ${REMEDY}`;
}

/** The living comment's list while a rebase runs: nobody plans, and Devon only where git could not merge. */
export function rebaseChecklist(facts: {
  readonly task: Task;
  readonly run: Run;
  readonly done: (stage: "plan" | "green") => string;
}): readonly string[] {
  const { task, run, done } = facts;
  const into = task.baseBranch === null ? "the default branch" : codeSpan(task.baseBranch);
  return [
    `- [${done("plan")}] ${into} into the branch, asked for by ${safe(run.requestedBy.login)}`,
    `- [${done("green")}] The merge: ${run.headSha === null ? "by git, by Devon where git cannot" : short(run.headSha)}`,
  ];
}
