/**
 * verify: the host looks at the exact commit in a fresh sandbox, takes single
 * hunks back to see whether the tests notice, and lets a reviewer with fresh
 * eyes read the diff. What is found goes back to green.
 */
import { hasCode, OrionError } from "../../domain/errors.ts";
import type { Evidence, TestReport } from "../../domain/evidence.ts";
import type { MigrationEvidence } from "../../domain/migration-evidence.ts";
import type { FileDiff } from "../../domain/ports/git-port.ts";
import type { Outcome } from "../../domain/stages.ts";
import type { Point } from "../../domain/task.ts";
import { isTestPath, runnerPaths } from "../../policy/test-paths.ts";
import { counted } from "../../policy/words/counted.ts";
import { disagreements } from "../fix/answer-threads.ts";
import { peopleUndone } from "../fix/people-kept.ts";
import { judgeMigrations, mustMend } from "../migrations/judge-migrations.ts";
import { branchTip } from "../mirror/bring.ts";
import { lookOnto } from "../rebase/onto.ts";
import { letReview, type Review } from "../review/let-review.ts";
import { baseOf, planOf, type RunContext } from "../run-context.ts";
import { countSuite, judgeGreen } from "../witness/judge-green.ts";
import { reviewBrief } from "../words/briefs.ts";
import { type HunkResult, noticeHunks } from "./notice-hunks.ts";
import { type GreenResult, latest, NO_REVIEW, type RedResult } from "./results.ts";
import { recipeOf, witnessCommit } from "./work.ts";

export async function verify(context: RunContext): Promise<Outcome> {
  const tests = await latest<RedResult>(context, "red");
  const work = await latest<GreenResult>(context, "green");
  if (work === null) throw new TypeError(`run ${context.run.id} reached verify without a commit`);
  const base = baseOf(context);
  const { test } = await recipeOf(context, work.headSha);
  const reports = test === null ? null : await seeBoth(context, base, work.headSha);
  if (typeof reports === "string") return sendBack(context, "the host ran the tests on the commit", [reports]);
  const verdict = judgeGreen({
    rows: tests?.rows ?? [],
    testSha: tests?.testSha ?? base,
    dropped: tests?.dropped ?? [],
    ...(reports ?? NOTHING_SEEN),
  });
  if (verdict.problems.length > 0) return sendBack(context, "the host ran the tests on the commit", verdict.problems);
  const undone = await peopleUndone(context, work.headSha);
  if (undone !== null) return sendBack(context, "the host compared the commit with the branch", [undone]);
  const diffs = await context.deps.git.diff(context.repository.id, tests?.testSha ?? base, work.headSha);
  const migrations = await judgeRunMigrations(context, base, work.headSha);
  const mend = migrations === null ? [] : mustMend(migrations);
  if (mend.length > 0) return sendBack(context, "the judge of migrations read the commit", mend);
  const brief = await reviewBrief(context, work.headSha);
  const review = await letReview(context, { brief, commit: work.headSha });
  if (review.must.length > 0) return sendBack(context, "a reviewer read the change", review.must);
  await context.mayGoOn();
  const hunks = await noticeHunks(context, { headSha: work.headSha, diffs, after: reports?.head ?? null });
  const evidence: Evidence = {
    plan: planOf(context),
    baseSha: base,
    testSha: tests?.testSha ?? null,
    headSha: work.headSha,
    rows: verdict.rows,
    suite: { before: countSuite(reports?.baseline ?? EMPTY), after: countSuite(reports?.head ?? EMPTY) },
    hunks,
    migrations,
    onto: await lookOnto(context, work.headSha),
    notVerified: await notVerified(context, { diffs, tests, hunks, review, tested: reports !== null, migrations }),
  };
  await context.deps.store.saveEvidence(context.fence, evidence);
  await context.tell(
    "verify",
    `${counted(verdict.rows.length, "new test")} green on ${work.headSha.slice(0, 7)}${hunks.tried === 0 ? "" : `; ${hunks.noticed} of ${hunks.tried} hunks noticed`}`,
  );
  return { kind: "done" };
}

const EMPTY: TestReport = { commit: "", tests: [], unloadable: [], exitCode: 0, durationMs: 0, output: "" };
const NOTHING_SEEN = { baseline: EMPTY, head: EMPTY };

async function seeBoth(
  context: RunContext,
  base: string,
  head: string,
): Promise<{ baseline: TestReport; head: TestReport } | string | null> {
  try {
    return { baseline: await witnessCommit(context, base), head: await witnessCommit(context, head) };
  } catch (error) {
    // A text may be changed where no suite reports; the pull request then says that no test ran.
    if (planOf(context).verification === "none" && hasCode(error, "TEST_REPORT_MISSING")) return null;
    if (error instanceof OrionError && error.code.startsWith("TEST_")) return `${error.code}: ${error.message}`;
    throw error;
  }
}

async function sendBack(context: RunContext, who: string, problems: readonly string[]): Promise<Outcome> {
  const because = `${who}:\n${problems.map((problem) => `- ${problem}`).join("\n")}`;
  await context.ledger.once(`findings-${context.run.round}`, async () => because);
  await context.tell(
    "verify.findings",
    `${problems.length === 1 ? "1 finding goes" : `${problems.length} findings go`} back: ${problems[0] ?? ""}`,
  );
  return { kind: "redo", because };
}

interface Seen {
  readonly diffs: readonly FileDiff[];
  readonly tests: RedResult | null;
  readonly hunks: HunkResult;
  readonly review: Review;
  readonly tested: boolean;
  readonly migrations: MigrationEvidence | null;
}

/** Judged and proven once for each commit; a worker that resumes finds the result. */
export function judgeRunMigrations(context: RunContext, base: string, head: string): Promise<MigrationEvidence | null> {
  const { deps, repository, run, signal } = context;
  return context.ledger.once(`migrations/${head}`, async () => {
    const from = run.kind === "first" ? { base, tip: base } : await whereItBegan(context, base, head);
    const evidence = await judgeMigrations(deps, {
      ...{ repositoryId: repository.id, ...from, head, signal },
      ...{ name: `${run.id}-proof-${head.slice(0, 12)}`, runId: run.id },
    });
    // what broke off because this worker ends must not be kept as what was seen
    signal.throwIfAborted();
    return evidence;
  });
}

/** A fix may still mend what its own pull request added: only what the target branch has counts as applied. */
async function whereItBegan(context: RunContext, base: string, head: string): Promise<{ base: string; tip: string }> {
  const { deps, repository, task } = context;
  const tip = task.baseBranch === null ? null : await branchTip(deps, repository, task.baseBranch);
  if (tip === null) return { base, tip: base };
  return { base: (await deps.git.mergeBase(repository.id, tip, head)) ?? base, tip };
}

function migrationDoubts(migrations: MigrationEvidence | null): readonly string[] {
  if (migrations === null) return [];
  const { files, proof, release } = migrations;
  const waiting = files.filter((file) => file.verdict === "needs-human").map(({ path }) => path);
  return [
    ...(waiting.length > 0 ? [`A maintainer must approve these migrations: ${waiting.join(", ")}`] : []),
    ...(proof.kind === "not-proven" ? [`The migrations were judged, not tried: ${proof.because}`] : []),
    ...(proof.kind !== "not-proven" && release?.kind === "not-verified"
      ? [`Whether the release that runs now bears the new schema: ${release.because}`]
      : []),
  ];
}

/** Old tests that Tara changed: her commit is not Devon's, so it is looked at for itself. */
async function changedByTara(context: RunContext, tests: RedResult | null): Promise<readonly string[]> {
  if (tests === null) return [];
  const diffs = await context.deps.git.diff(context.repository.id, baseOf(context), tests.testSha);
  const old = diffs.filter((diff) => diff.status !== "added").map((diff) => `${diff.path} (${diff.status})`);
  return [
    ...(old.length > 0 ? [`Tests that were there before were changed for this; look at them: ${old.join(", ")}`] : []),
    ...(tests.dropped.length > 0 ? [`Tests that passed before are gone: ${tests.dropped.join("; ")}`] : []),
  ];
}

/** What people asked and Orion did not do: whoever merges must know. */
function notDone(context: RunContext): readonly string[] {
  return disagreements(planOf(context), context.run.points).map(
    ({ point, outcome }) => `Asked for and not done: ${inWords(point)}; ${outcome.because}`,
  );
}

function inWords({ words, thread }: Point): string {
  const short = words.length > 200 ? `${words.slice(0, 199)}…` : words;
  return thread === null ? short : `${thread.path}${thread.line === null ? "" : `:${thread.line}`}: ${short}`;
}

/** What the evidence does not cover, in whole sentences for the person who merges. */
async function notVerified(context: RunContext, seen: Seen): Promise<readonly string[]> {
  const plan = planOf(context);
  const { testFiles } = await recipeOf(context, baseOf(context));
  const weakened = seen.diffs
    .filter((diff) => isTestPath(diff.path, testFiles))
    .map((diff) => `${diff.path} (${diff.status})`);
  const runner = runnerPaths(seen.diffs.map((diff) => diff.path));
  const criteria = plan.criteria.flatMap((criterion, index) =>
    plan.verification === "none" || criterion.proof === "not-verifiable"
      ? [`Criterion ${index + 1} is not verified: ${criterion.text}`]
      : criterion.proof === "behaviour-preserving"
        ? [`Criterion ${index + 1} is shown only by tests that were there before and stay green: ${criterion.text}`]
        : [],
  );
  return [
    ...(plan.verification === "none" ? [`No test was written: ${plan.verificationReason ?? "no reason given"}`] : []),
    ...criteria,
    ...notDone(context),
    ...(seen.tested ? [] : ["No test command is known for this repository, so no test ran."]),
    ...(weakened.length > 0
      ? [`Existing test files were changed by the implementation; look at them: ${weakened.join(", ")}`]
      : []),
    ...(await changedByTara(context, seen.tests)),
    ...(runner.length > 0
      ? [`Files that decide how the tests run were changed; look at them: ${runner.join(", ")}`]
      : []),
    ...seen.hunks.unnoticed.map((label) => `No test notices when the change at ${label} is taken back.`),
    ...(seen.review.missing === null ? [] : [`${NO_REVIEW}: ${seen.review.missing}`]),
    ...seen.review.rest.map((finding) => `Reviewer, ${finding}`),
    ...migrationDoubts(seen.migrations),
  ];
}
