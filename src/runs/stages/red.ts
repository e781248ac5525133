/**
 * red: Tara writes tests for the criteria; the host sees them fail on the
 * untouched base, for the right reason. From then on her files are frozen.
 */
import type { Judgement } from "../../agents/agent-task.ts";
import type { RedFinish } from "../../agents/roles.ts";
import { OrionError } from "../../domain/errors.ts";
import type { TestReport } from "../../domain/evidence.ts";
import type { FileChange } from "../../domain/ports/git-port.ts";
import type { Sandbox } from "../../domain/ports/sandbox-port.ts";
import type { Outcome } from "../../domain/stages.ts";
import { isTestPath } from "../../policy/test-paths.ts";
import { peopleUndone } from "../fix/people-kept.ts";
import { baseOf, planOf, type RunContext } from "../run-context.ts";
import { droppedTests, judgeRed } from "../witness/judge-red.ts";
import { redBrief } from "../words/briefs.ts";
import { commitMessage, TARA } from "../words/commits.ts";
import { judgeBounds } from "./bounds.ts";
import { latest, type RedResult } from "./results.ts";
import { secretsAdded } from "./secrets.ts";
import { exported, gaveUp, letWork, recipeOf, witnessCommit } from "./work.ts";

export async function red(context: RunContext): Promise<Outcome> {
  const { deps, run } = context;
  const base = baseOf(context);
  const previous = await latest<RedResult>(context, "red");
  // Seen before Tara starts: what the suite does by itself.
  await witnessCommit(context, base);
  const outcome = await letWork(context, {
    role: deps.roles.red,
    thread: `red-${run.round}`,
    brief: await redBrief(context, base),
    commit: previous?.testSha ?? base,
    installed: true,
    judge: (finish, sandbox) => judgeFinish(context, finish, sandbox),
  });
  if (outcome.kind === "stopped") return gaveUp(context, "Tara", outcome);
  const result = await context.ledger.read<RedResult>(`red-${run.round}`);
  await context.tell("red", `${result?.rows.length ?? 0} tests fail on ${base.slice(0, 7)} for the right reason`);
  return { kind: "done" };
}

async function judgeFinish(context: RunContext, finish: RedFinish, sandbox: Sandbox | null): Promise<Judgement> {
  const { deps, repository, run } = context;
  const base = baseOf(context);
  const plan = planOf(context);
  const { testFiles: globs, settings } = await recipeOf(context, base);
  const changes = await exported(context, base, sandbox);
  if (typeof changes === "string") return { accepted: false, because: changes };
  const problem = judgeBounds(changes, settings) ?? judgeFiles(changes, globs);
  if (problem !== null) return { accepted: false, because: problem };
  const testSha = await deps.git.commit({
    repositoryId: repository.id,
    parent: base,
    changes,
    message: commitMessage({ kind: "test", title: deps.redact(plan.title), task: context.task, run }),
    author: TARA,
    at: await context.ledger.intendedAt(`red-${run.round}/commit`),
  });
  const refused = (await secretsAdded(context, base, testSha)) ?? (await peopleUndone(context, testSha));
  if (refused !== null) return { accepted: false, because: refused };
  const baseline = await witnessCommit(context, base);
  const report = await seeRed(context, testSha);
  if (typeof report === "string") return { accepted: false, because: report };
  const testFiles = changes.map((change) => change.path);
  const verdict = judgeRed({ plan, claims: finish.tests, testFiles, baseline, red: report });
  if (verdict.kind === "refused") return { accepted: false, because: verdict.because };
  const dropped = droppedTests({ baseline, red: report, testFiles });
  const result: RedResult = { testSha, frozen: testFiles, rows: verdict.rows, dropped };
  await context.ledger.once(`red-${run.round}`, async () => result);
  return { accepted: true };
}

/** @returns the report, or what Tara must mend when her tests keep the suite from reporting at all */
async function seeRed(context: RunContext, testSha: string): Promise<TestReport | string> {
  try {
    return await witnessCommit(context, testSha);
  } catch (error) {
    if (error instanceof OrionError && error.code.startsWith("TEST_")) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** @returns what is wrong with the files Tara changed, or null */
export function judgeFiles(changes: readonly FileChange[], globs: readonly string[]): string | null {
  if (changes.length === 0) return "no file was changed; write the tests before you finish";
  const others = changes.map((change) => change.path).filter((path) => !isTestPath(path, globs));
  if (others.length === 0) return null;
  return `only test files may change here; undo: ${others.join(", ")}. (More places for tests can be named in testFiles of .github/orion.yml.)`;
}
