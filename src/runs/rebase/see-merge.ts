/**
 * The host's eyes on a merge: the whole suite on it and on both its parents, in
 * clean sandboxes. Nothing may be worse than on the better of the two. Settings
 * and test command are the default branch's.
 */
import { hasCode, OrionError } from "../../domain/errors.ts";
import type { OntoBase, TestReport } from "../../domain/evidence.ts";
import { openLedger } from "../../domain/ledger.ts";
import { planOf, type RunContext } from "../run-context.ts";
import { latest, type RedResult } from "../stages/results.ts";
import { recipeOf, witnessCommit } from "../stages/work.ts";
import { countSuite } from "../witness/judge-green.ts";
import type { RedRow } from "../witness/judge-red.ts";
import { judgeMerge } from "./both-parents.ts";

export interface MergeFacts {
  readonly head: string;
  readonly tip: string;
  /** what both began with */
  readonly since: string;
  readonly merge: string;
}

export type MergeSeen = Pick<OntoBase, "problems" | "green" | "suite">;

const NOTHING_SEEN: MergeSeen = { problems: [], green: [], suite: null };

/** The same run, with the default branch as it is now for its judge. */
export function judgedBy(context: RunContext, tip: string): RunContext {
  return { ...context, run: { ...context.run, baseSha: tip } };
}

export async function seeMerge(context: RunContext, facts: MergeFacts): Promise<MergeSeen> {
  const judged = judgedBy(context, facts.tip);
  if ((await recipeOf(judged, facts.merge)).test === null) return NOTHING_SEEN;
  const reports = await seeAll(judged, facts);
  if (reports === null) return NOTHING_SEEN;
  if (typeof reports === "string") return { ...NOTHING_SEEN, problems: [reports] };
  const { tip, merge } = reports;
  const sides = await changedBySides(context, facts);
  const verdict = judgeMerge(await redRows(context), facts.tip, { ...reports, ...sides });
  return {
    problems: verdict.problems,
    green: verdict.rows.flatMap(({ file, test, green }) => (green === null ? [] : [{ file, test }])),
    suite: { before: countSuite(tip), after: countSuite(merge) },
  };
}

async function seeAll(
  context: RunContext,
  { head, tip, merge }: MergeFacts,
): Promise<{ head: TestReport; tip: TestReport; merge: TestReport } | string | null> {
  let at = "the pull request's head";
  try {
    const before = await witnessCommit(context, head);
    at = `the default branch at ${tip.slice(0, 7)}`;
    const base = await witnessCommit(context, tip);
    at = "the merge of both";
    return { head: before, tip: base, merge: await witnessCommit(context, merge) };
  } catch (error) {
    if (planOf(context).verification === "none" && hasCode(error, "TEST_REPORT_MISSING")) return null;
    if (error instanceof OrionError && error.code.startsWith("TEST_"))
      return `the tests of ${at} tell nothing: ${error.code}: ${error.message}`;
    throw error;
  }
}

async function changedBySides(
  { deps, repository }: RunContext,
  { head, tip, since }: MergeFacts,
): Promise<{ readonly byHead: readonly string[]; readonly byTip: readonly string[] }> {
  const pathsOf = async (commit: string): Promise<readonly string[]> =>
    (await deps.git.diff(repository.id, since, commit)).map(({ path }) => path);
  const [byHead, byTip] = await Promise.all([pathsOf(head), pathsOf(tip)]);
  return { byHead, byTip };
}

/** What Tara showed in this run and those before it, on this pull request. */
async function redRows(context: RunContext): Promise<readonly RedRow[]> {
  return (await redResults(context)).flatMap(({ rows }) => rows);
}

/** Test files that are frozen for good. */
export async function frozenTests(context: RunContext): Promise<readonly string[]> {
  return (await redResults(context)).flatMap(({ frozen }) => frozen);
}

async function redResults({ deps, task, run: mine }: RunContext): Promise<readonly RedResult[]> {
  const results: RedResult[] = [];
  for (const run of await deps.store.runsOf(task.id)) {
    const found = await latest<RedResult>({ run, ledger: openLedger(deps.store, null, `run:${run.id}`) }, "red");
    // a run that came to nothing left no test behind
    const counts = run.id === mine.id || (await deps.store.evidence(run.id)) !== null;
    if (found !== null && counts) results.push(found);
  }
  return results;
}
