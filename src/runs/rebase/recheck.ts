/**
 * The witnesses of a rebase: the merge commit is looked at like any other, against
 * both its parents, and where Devon had a hand in it a reviewer reads that. What is
 * found goes to Devon.
 */
import type { Evidence, OntoBase } from "../../domain/evidence.ts";
import type { MigrationEvidence } from "../../domain/migration-evidence.ts";
import type { Outcome } from "../../domain/stages.ts";
import { mustMend } from "../migrations/judge-migrations.ts";
import { letReview, type Review } from "../review/let-review.ts";
import { baseOf, planOf, type RunContext } from "../run-context.ts";
import { latest } from "../stages/results.ts";
import { judgeRunMigrations } from "../stages/verify.ts";
import { type Merge, mergeOf } from "./merge-of.ts";
import { resolutionReviewBrief } from "./resolution/brief.ts";
import { reviewDoubts } from "./resolution/doubts.ts";
import type { ResolveResult } from "./resolution/resolve.ts";
import { judgedBy, seeMerge } from "./see-merge.ts";

const EMPTY = { passed: 0, failed: 0, skipped: 0 } as const;

export async function recheck(context: RunContext): Promise<Outcome> {
  const { deps } = context;
  const work = await latest<ResolveResult>(context, "green");
  if (work === null) throw new TypeError(`run ${context.run.id} reached verify without a merge`);
  // a mirror that never held the merge of both holds it afterwards
  const made = await mergeOf(context);
  const { head, tip, into, since } = made;
  const seen = await seeMerge(context, { head, tip, since, merge: work.headSha });
  if (seen.problems.length > 0)
    return sendBack(context, `the host ran the tests on the merge with ${into}`, seen.problems);
  const migrations = await judgeRunMigrations(context, baseOf(context), work.headSha);
  const mend = migrations === null ? [] : mustMend(migrations);
  if (mend.length > 0) return sendBack(context, "the judge of migrations read the merge", mend);
  const review = await letReviewMerge(context, made, work);
  if (review !== null && review.must.length > 0)
    return sendBack(context, "a reviewer read what was made of the merge", review.must);
  await context.mayGoOn();
  const doubts = [...work.doubts, ...reviewDoubts(made, review)];
  const onto: OntoBase = { base: tip, since: tip, merge: work.headSha, conflicts: [], ...seen };
  await deps.store.saveEvidence(context.fence, await evidenceOf(context, { work, onto, migrations, doubts }));
  await context.tell("verify", `${seen.suite?.after.passed ?? 0} tests pass on ${work.headSha.slice(0, 7)}`);
  return { kind: "done" };
}

/** @returns null where git merged alone, and nobody decided anything */
async function letReviewMerge(context: RunContext, merge: Merge, work: ResolveResult): Promise<Review | null> {
  if (work.doubts.length === 0 || merge.kind === "nothing") return null;
  const brief = await resolutionReviewBrief(context, merge, work);
  return letReview(judgedBy(context, merge.tip), { brief, commit: work.headSha });
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

/** What the runs before it left unverified stays so, and how a conflict was resolved is for a person to read. */
async function evidenceOf(
  context: RunContext,
  facts: {
    readonly work: ResolveResult;
    readonly onto: OntoBase;
    readonly migrations: MigrationEvidence | null;
    readonly doubts: readonly string[];
  },
): Promise<Evidence> {
  const { work, onto, migrations, doubts } = facts;
  const before = (await evidenceBefore(context))?.notVerified ?? [];
  return {
    plan: planOf(context),
    baseSha: onto.base,
    testSha: null,
    headSha: work.headSha,
    rows: [],
    suite: onto.suite ?? { before: EMPTY, after: EMPTY },
    hunks: { tried: 0, noticed: 0, unnoticed: [] },
    migrations,
    onto,
    notVerified: [...new Set([...doubts, ...before])],
  };
}

async function evidenceBefore({ deps, task, run }: RunContext): Promise<Evidence | null> {
  let newest: Evidence | null = null;
  for (const one of await deps.store.runsOf(task.id))
    if (one.ordinal < run.ordinal) newest = (await deps.store.evidence(one.id)) ?? newest;
  return newest;
}
