/**
 * Verifies a proposal a second time because a person asked: the same commits,
 * fresh sandboxes, no model. The check and the evidence become what was seen now.
 */
import { OrionError } from "../../domain/errors.ts";
import type { Evidence, TestReport } from "../../domain/evidence.ts";
import { openLedger } from "../../domain/ledger.ts";
import type { Check } from "../../domain/ports/github-port.ts";
import type { Run } from "../../domain/task.ts";
import { fenced } from "../../policy/words/quiet.ts";
import { branchTip, bring } from "../mirror/bring.ts";
import type { RunContext } from "../run-context.ts";
import { scopeBase, scopeOf } from "../scope/scope-check.ts";
import { latest, type RedResult } from "../stages/results.ts";
import { recipeOf, witnessCommit } from "../stages/work.ts";
import { pullBody } from "../words/pull-body.ts";
import { judgeAgain } from "./judge-again.ts";
import { redGreenCheck, redGreenId, underWay, VERIFY_AGAIN } from "./red-green.ts";

const PROBLEM_CHARS = 8_000;

/** @param runId of the run whose check it is */
export async function verifyAgain(context: RunContext, runId: string): Promise<void> {
  const { deps, repository, run } = context;
  const proposed = await deps.store.run(runId);
  const evidence = await deps.store.evidence(runId);
  if (proposed === null || evidence === null) return context.tell("check", "that run has no evidence to verify again");
  const { headSha } = evidence;
  const open = {
    ...{ repositoryId: repository.id, runId: run.id, headSha },
    ...{ name: "orion/red-green", externalId: redGreenId(proposed) },
  };
  await deps.store.openCheck(open);
  await deps.github.putCheck(repository, underWay(proposed, headSha, run.requestedBy.login));
  await bring(deps, repository, [evidence.baseSha, headSha]);
  const now = await deps.store.updateRun(context.fence, { baseSha: evidence.baseSha, headSha });
  const based: RunContext = { ...context, run: { ...now, plan: evidence.plan } };
  const { check, seen } = await lookAgain(based, proposed, evidence);
  await context.mayGoOn();
  if (seen !== null) {
    await deps.store.saveEvidence({ runId: proposed.id, attempt: proposed.attempt }, seen);
    await renewBody(context, proposed, seen);
  }
  await deps.github.putCheck(repository, check);
  await deps.store.closeCheck(open);
  await context.tell("check", `verified ${headSha.slice(0, 7)} again: ${check.title}`);
}

interface Looked {
  readonly check: Check;
  /** null when the tests could not be run: what was seen before stands */
  readonly seen: Evidence | null;
}

async function lookAgain(context: RunContext, proposed: Run, evidence: Evidence): Promise<Looked> {
  const fresh = redGreenCheck(proposed, evidence, "");
  const { test } = await recipeOf(context, evidence.headSha);
  if (test === null)
    return { check: { ...fresh, conclusion: "neutral", title: "no tests can be run here" }, seen: null };
  const ledger = openLedger(context.deps.store, null, `run:${proposed.id}`);
  const red = await latest<RedResult>({ run: proposed, ledger }, "red");
  const reports = await seeAll(context, evidence);
  if (typeof reports === "string") {
    const summary = `The tests could not be run again, so what was seen before stands:\n\n${fenced(reports.slice(-PROBLEM_CHARS), "text")}`;
    return {
      check: { ...fresh, conclusion: "failure", title: "the tests could not be run again", summary },
      seen: null,
    };
  }
  const facts = { evidence, rows: red?.rows ?? [], dropped: red?.dropped ?? [], ...reports };
  const { evidence: seen, problems } = judgeAgain(facts);
  const body = await bodyOf(context, proposed, seen);
  const check = redGreenCheck(proposed, seen, body);
  if (problems.length === 0) return { check: { ...check, title: `${check.title}, seen again` }, seen };
  const title = problems.length === 1 ? "1 thing no longer holds" : `${problems.length} things no longer hold`;
  const found = fenced(
    problems
      .map((one) => `- ${one}`)
      .join("\n")
      .slice(0, PROBLEM_CHARS),
    "text",
  );
  const summary = `Verified again, and this does not hold any more:\n\n${found}\n\n${body}`.slice(0, 60_000);
  return { check: { ...check, conclusion: "failure", title, summary, buttons: [VERIFY_AGAIN] }, seen };
}

async function seeAll(
  context: RunContext,
  { baseSha, testSha, headSha }: Evidence,
): Promise<{ baseline: TestReport; red: TestReport | null; head: TestReport } | string> {
  try {
    const baseline = await witnessCommit(context, baseSha);
    const red = testSha === null ? null : await witnessCommit(context, testSha);
    return { baseline, red, head: await witnessCommit(context, headSha) };
  } catch (error) {
    if (error instanceof OrionError && error.code.startsWith("TEST_")) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** As `propose` writes it, from the proposal's own run. */
async function bodyOf(context: RunContext, proposed: Run, seen: Evidence): Promise<string> {
  const { deps, repository, task } = context;
  const into = task.baseBranch === null ? null : await branchTip(deps, repository, task.baseBranch);
  const base = into === null ? seen.baseSha : await scopeBase(deps, repository, into, seen.headSha);
  const scope = await scopeOf(deps, repository, { base, head: seen.headSha, mine: true });
  return deps.redact(await pullBody({ ...context, run: proposed }, seen, scope));
}

/** Only while the newest proposal is the one that was verified: an older one's text is history. */
async function renewBody(context: RunContext, proposed: Run, seen: Evidence): Promise<void> {
  const { deps, repository, task } = context;
  if (task.pullRequest === null) return;
  const pull = await deps.github.pull(repository, task.pullRequest);
  if (pull.state === "closed" || pull.headSha !== seen.headSha) return;
  const body = await bodyOf(context, proposed, seen);
  if (pull.body !== body) await deps.github.editPull(repository, pull.number, { body });
}
