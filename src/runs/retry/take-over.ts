/**
 * A run that continues another begins here: what the other stored is looked
 * through, what still holds becomes this run's own, and the stage follows from
 * it. It decides nothing; `start-again.ts` does.
 */

import { hasCode } from "../../domain/errors.ts";
import { openLedger } from "../../domain/ledger.ts";
import { needsTests, type Plan } from "../../domain/plan.ts";
import type { Outcome } from "../../domain/stages.ts";
import type { Run } from "../../domain/task.ts";
import { branchTip, bring } from "../mirror/bring.ts";
import { regain } from "../mirror/carry.ts";
import { refusedBySettings } from "../permission.ts";
import type { RunContext } from "../run-context.ts";
import { reserve } from "../stages/plan.ts";
import { type GreenResult, latest, type RedResult } from "../stages/results.ts";
import { recipeOf } from "../stages/work.ts";
import { type Holds, type Start, startAgain } from "./start-again.ts";

/** Brings the run to its first stage, once. @returns why it may not begin there, or null */
export async function takeOver(context: RunContext): Promise<Outcome | null> {
  const { deps, run, ledger } = context;
  const earlier = run.continues === null ? null : await deps.store.run(run.continues);
  if (earlier === null) return null;
  const start = await ledger.once("take-over", () => take(context, earlier));
  if (start.stage === "plan") return null;
  const now = { ...context, run: (await deps.store.run(run.id)) ?? run };
  const { settings } = await recipeOf(now, earlier.baseSha ?? "");
  return refusedBySettings(now, settings);
}

/** What the earlier run left, as far as it is still there. */
interface Left {
  readonly plan: Plan | null;
  readonly tests: RedResult | null;
  readonly work: GreenResult | null;
  readonly findings: string | null;
  readonly objection: string | null;
}

async function take(context: RunContext, earlier: Run): Promise<Start> {
  const { deps, fence, ledger, repository, task, tell } = context;
  await regain(deps, repository, earlier);
  const left = await leftBy(context, earlier);
  const evidence = await deps.store.evidence(earlier.id);
  const start = startAgain(
    { kind: earlier.kind, stage: earlier.stage, code: earlier.failure?.code ?? null },
    { ...(await baseNow(context, earlier)), ...holdsOf(left), evidence: evidence !== null },
  );
  const { plan } = left;
  const base = await openLedger(deps.store, null, `run:${earlier.id}`).read<unknown>("base");
  if (start.stage === "plan" || plan === null || earlier.baseSha === null || base === null) {
    await tell("retry", `begins again from the plan; nothing of run ${earlier.ordinal} holds`);
    return { ...start, stage: "plan" };
  }
  await ledger.once("base", async () => base);
  const tests = start.keeps.tests ? left.tests : null;
  const work = start.keeps.work ? left.work : null;
  await keep(context, "red-0", tests);
  await keep(context, "green-0", work);
  await keep(context, "findings-0", work === null ? null : left.findings);
  await keep(context, "contradiction-0", tests === null ? null : left.objection);
  await copyKnown(context, earlier, knownOf(earlier, [earlier.baseSha, tests?.testSha, work?.headSha]));
  if (start.keeps.evidence && evidence !== null) await deps.store.saveEvidence(fence, evidence);
  const kept = { plan, baseSha: earlier.baseSha, ...(work !== null && { headSha: work.headSha }) };
  const now = await deps.store.updateRun(fence, { ...kept, stage: start.stage, round: 1 });
  if (start.rename) await deps.store.updateTask(task.id, { branch: await reserve({ ...context, run: now }, plan) });
  await tell("retry", `goes on at ${start.stage} with what run ${earlier.ordinal} stored`);
  return start;
}

function holdsOf({
  plan,
  tests,
  work,
  objection,
}: Left): Pick<Holds, "plan" | "testsFirst" | "tests" | "work" | "objection"> {
  return {
    plan: plan !== null,
    testsFirst: plan !== null && needsTests(plan),
    tests: tests !== null,
    work: work !== null,
    objection: objection !== null,
  };
}

/** Commits that were never pushed, and are kept no more, are made anew. */
async function leftBy(context: RunContext, earlier: Run): Promise<Left> {
  const ledger = openLedger(context.deps.store, null, `run:${earlier.id}`);
  const found = await latest<RedResult>({ run: earlier, ledger }, "red");
  const made = await latest<GreenResult & { readonly testSha: string | null }>({ run: earlier, ledger }, "green");
  const tests = found !== null && (await isHere(context, found.testSha)) ? found : null;
  const fits = made !== null && made.testSha === (tests?.testSha ?? null);
  const work = fits && (await isHere(context, made.headSha)) ? made : null;
  const sentBack = earlier.failure?.code === "ROUNDS_SPENT" ? earlier.round : earlier.round - 1;
  const [findings, objection] = await Promise.all([
    ledger.read<string>(`findings-${sentBack}`),
    ledger.read<string>(`contradiction-${sentBack}`),
  ]);
  return { plan: earlier.plan, tests, work, findings, objection };
}

async function isHere({ deps, repository }: RunContext, commit: string): Promise<boolean> {
  try {
    return (await deps.git.mergeBase(repository.id, commit, commit)) !== null;
  } catch (error) {
    if (hasCode(error, "UNKNOWN_COMMIT")) return false;
    throw error;
  }
}

/** A first run's base must still be in the default branch, a fix's be where the branch is, or where that run pushed it. */
async function baseNow(context: RunContext, earlier: Run): Promise<Pick<Holds, "base" | "moved">> {
  const { deps, repository, task } = context;
  const { baseSha } = earlier;
  if (baseSha !== null) await bring(deps, repository, [baseSha]);
  if (baseSha === null || !(await isHere(context, baseSha))) return { base: false, moved: true };
  if (earlier.kind === "first") {
    const { sha } = await deps.github.defaultBranch(repository);
    await bring(deps, repository, [sha]);
    const base = (await deps.git.mergeBase(repository.id, sha, baseSha)) === baseSha;
    return { base, moved: sha !== baseSha };
  }
  const head = task.branch === null ? null : await branchTip(deps, repository, task.branch);
  const base = head !== null && (head === baseSha || (head === earlier.headSha && task.pushedSha === head));
  return { base, moved: !base };
}

/** What depends on nothing but a commit, and the threads that were answered: people are told once. */
export function knownOf({ points }: Pick<Run, "points">, commits: readonly (string | undefined)[]): readonly string[] {
  const seen = commits.flatMap((commit) =>
    commit === undefined ? [] : [`witness/${commit}`, `migrations/${commit}`, `hunks/${commit}`],
  );
  const said = points.flatMap(({ thread }) =>
    thread === null ? [] : [`reply:${thread.comment}`, `resolve:${thread.comment}`],
  );
  return [...seen, ...said];
}

async function copyKnown(context: RunContext, earlier: Run, keys: readonly string[]): Promise<void> {
  const from = openLedger(context.deps.store, null, `run:${earlier.id}`);
  for (const key of keys) await keep(context, key, await from.read<unknown>(key));
}

async function keep({ ledger }: RunContext, key: string, value: unknown): Promise<void> {
  if (value !== null) await ledger.once(key, async () => value);
}
