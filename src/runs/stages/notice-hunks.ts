/**
 * Takes hunks of a finished change back, one at a time, and runs the tests: a
 * test that stays green then shows nothing about that hunk.
 */

import { OrionError } from "../../domain/errors.ts";
import type { Evidence, TestReport } from "../../domain/evidence.ts";
import type { FileDiff } from "../../domain/ports/git-port.ts";
import type { Sandbox } from "../../domain/ports/sandbox-port.ts";
import { isTestPath } from "../../policy/test-paths.ts";
import type { RunContext } from "../run-context.ts";
import { chooseReversals, type Reversal } from "../witness/hunks.ts";
import { runTests } from "../witness/run-tests.ts";
import { prepare, recipeOf } from "./work.ts";

export type HunkResult = Evidence["hunks"];

/** Prose is not run; taking it back tells nothing. */
const PROSE = /\.(md|mdx|txt|rst|adoc)$|(^|\/)(LICENSE|CHANGELOG|NOTICE)[^/]*$/i;

/** @returns how many hunks were tried and which of them no test noticed; stored per commit */
export function noticeHunks(
  context: RunContext,
  facts: { readonly headSha: string; readonly diffs: readonly FileDiff[]; readonly after: TestReport | null },
): Promise<HunkResult> {
  return context.ledger.once(`hunks/${facts.headSha}`, async () => {
    const { test, testFiles } = await recipeOf(context, facts.headSha);
    if (facts.after === null || test === null) return { tried: 0, noticed: 0, unnoticed: [] };
    const diffs = facts.diffs.filter(
      (diff) => !isTestPath(diff.path, testFiles) && !PROSE.test(diff.path) && !isVersionOnly(diff),
    );
    const texts = await headTexts(context, facts.headSha, diffs);
    const reversals = chooseReversals(diffs, (path) => texts.get(path) ?? null, context.deps.reversals);
    return reversals.length === 0
      ? { tried: 0, noticed: 0, unnoticed: [] }
      : tryAll(context, facts.headSha, facts.after, reversals);
  });
}

/** A version is said, not run. */
function isVersionOnly({ path, hunks }: FileDiff): boolean {
  if (!/(^|\/)package(-lock)?\.json$/.test(path)) return false;
  const lines = hunks.flatMap(({ text }) => text.split("\n").filter((line) => /^[+-]/.test(line)));
  return lines.length > 0 && lines.every((line) => /^[+-]\s*"version": "[^"]*",?$/.test(line));
}

async function headTexts(
  context: RunContext,
  headSha: string,
  diffs: readonly FileDiff[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const diff of diffs.filter((one) => one.status === "modified")) {
    const bytes = await context.deps.git.file(context.repository.id, headSha, diff.path);
    if (bytes !== null) texts.set(diff.path, new TextDecoder().decode(bytes));
  }
  return texts;
}

async function tryAll(
  context: RunContext,
  headSha: string,
  after: TestReport,
  reversals: readonly Reversal[],
): Promise<HunkResult> {
  const { deps, repository, run } = context;
  const sandbox = await deps.home.open({
    name: `${run.id}-hunks-${headSha.slice(0, 12)}`,
    runId: run.id,
    prepared: await prepare(context, headSha),
    content: () => deps.git.archive(repository.id, headSha),
  });
  const unnoticed: string[] = [];
  try {
    for (const reversal of reversals) {
      await context.mayGoOn();
      const noticed = await tryOne(context, sandbox, headSha, after, reversal);
      await context.tell("hunk", `${reversal.label} taken back: ${noticed ? "noticed" : "no test notices"}`);
      if (!noticed) unnoticed.push(reversal.label);
    }
  } finally {
    await sandbox.close();
  }
  return { tried: reversals.length, noticed: reversals.length - unnoticed.length, unnoticed };
}

async function tryOne(
  context: RunContext,
  sandbox: Sandbox,
  headSha: string,
  after: TestReport,
  reversal: Reversal,
): Promise<boolean> {
  const { deps, repository } = context;
  const original = await deps.git.file(repository.id, headSha, reversal.path);
  if (original === null) return true;
  if (reversal.content === null)
    await sandbox.exec(["rm", "-f", "--", reversal.path], { deadlineMs: 10_000, signal: context.signal });
  else await sandbox.writeFile(reversal.path, new TextEncoder().encode(reversal.content));
  try {
    return await testsNotice(context, sandbox, headSha, after);
  } finally {
    await sandbox.writeFile(reversal.path, original);
  }
}

async function testsNotice(
  context: RunContext,
  sandbox: Sandbox,
  headSha: string,
  after: TestReport,
): Promise<boolean> {
  const { test } = await recipeOf(context, headSha);
  if (test === null) return false;
  try {
    const report = await runTests(sandbox, { commit: headSha, test, signal: context.signal });
    if (report.unloadable.length > after.unloadable.length) return true;
    const now = new Map(report.tests.map((one) => [one.id, one.outcome]));
    return after.tests.some((one) => one.outcome === "passed" && now.get(one.id) !== "passed");
  } catch (error) {
    // A suite that cannot even report has noticed.
    if (error instanceof OrionError && error.code.startsWith("TEST_")) return true;
    throw error;
  }
}
