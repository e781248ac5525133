/**
 * green: Devon makes Tara's tests pass without touching them. What he leaves in
 * the workspace becomes one commit on top of hers.
 */
import type { Judgement } from "../../agents/agent-task.ts";
import type { GreenFinish } from "../../agents/roles.ts";
import type { FileChange } from "../../domain/ports/git-port.ts";
import type { Sandbox } from "../../domain/ports/sandbox-port.ts";
import type { Outcome } from "../../domain/stages.ts";
import { forbiddenPaths, runnerPaths } from "../../policy/test-paths.ts";
import { peopleUndone } from "../fix/people-kept.ts";
import { baseOf, planOf, type RunContext } from "../run-context.ts";
import { greenBrief } from "../words/briefs.ts";
import { commitMessage, DEVON } from "../words/commits.ts";
import { judgeBounds } from "./bounds.ts";
import { withRelease } from "./release-changes.ts";
import { type GreenResult, latest, type RedResult } from "./results.ts";
import { secretsAdded } from "./secrets.ts";
import { exported, gaveUp, letWork, recipeOf } from "./work.ts";

export async function green(context: RunContext): Promise<Outcome> {
  const { deps, run } = context;
  const tests = await latest<RedResult>(context, "red");
  const before = await newestWork(context, tests);
  const outcome = await letWork(context, {
    role: deps.roles.green,
    thread: `green-${run.round}`,
    brief: await greenBrief(context, tests),
    commit: before ?? tests?.testSha ?? baseOf(context),
    installed: true,
    judge: (finish, sandbox) => judgeFinish(context, finish, sandbox, tests),
  });
  if (outcome.kind === "stopped") return gaveUp(context, "Devon", outcome);
  const { contradiction } = outcome.value;
  if (contradiction !== undefined) {
    await context.tell("green.contradiction", `Devon: the tests contradict the request: ${contradiction}`);
    return { kind: "contradiction", because: contradiction };
  }
  const result = await context.ledger.read<GreenResult>(`green-${run.round}`);
  if (result === null) throw new TypeError("an accepted finish left no commit");
  await deps.store.updateRun(context.fence, { headSha: result.headSha });
  await context.tell("green", `Devon: ${result.summary}`);
  return { kind: "done" };
}

/** Devon's last commit, unless Tara has written other tests since. */
async function newestWork(context: RunContext, tests: RedResult | null): Promise<string | null> {
  const work = await latest<GreenResult & { readonly testSha: string | null }>(context, "green");
  return work !== null && work.testSha === (tests?.testSha ?? null) ? work.headSha : null;
}

async function judgeFinish(
  context: RunContext,
  finish: GreenFinish,
  sandbox: Sandbox | null,
  tests: RedResult | null,
): Promise<Judgement> {
  if (finish.contradiction !== undefined) return judgeContradiction(finish.contradiction, tests);
  const { deps, repository, run } = context;
  const plan = planOf(context);
  const parent = tests?.testSha ?? baseOf(context);
  const changes = await exported(context, parent, sandbox);
  if (typeof changes === "string") return { accepted: false, because: changes };
  const { settings } = await recipeOf(context, baseOf(context));
  const problem = judgeBounds(changes, settings) ?? judgeChanges(changes, tests?.frozen ?? [], plan.files);
  if (problem !== null) return { accepted: false, because: problem };
  const headSha = await deps.git.commit({
    repositoryId: repository.id,
    parent,
    changes: await withRelease(context, parent, changes),
    message: commitMessage({ kind: plan.kind, title: deps.redact(plan.title), task: context.task, run }),
    author: DEVON,
    at: await context.ledger.intendedAt(`green-${run.round}/commit`),
  });
  const refused = (await secretsAdded(context, parent, headSha)) ?? (await peopleUndone(context, headSha));
  if (refused !== null) return { accepted: false, because: refused };
  const result = { headSha, summary: finish.summary, testSha: tests?.testSha ?? null };
  await context.ledger.once(`green-${run.round}`, async () => result);
  return { accepted: true };
}

function judgeContradiction(reason: string, tests: RedResult | null): Judgement {
  if (tests === null)
    return { accepted: false, because: "there are no new tests in this run that could contradict the request" };
  if (reason.trim().length < 10)
    return { accepted: false, because: "say which test contradicts which words of the request" };
  return { accepted: true };
}

/** @returns what is wrong with the files Devon changed, or null */
export function judgeChanges(
  changes: readonly FileChange[],
  frozen: readonly string[],
  planned: readonly string[],
): string | null {
  const paths = changes.map((change) => change.path);
  const touched = paths.filter((path) => frozen.includes(path));
  if (touched.length > 0) {
    return `these tests are frozen and were changed: ${touched.join(", ")}. Put them back; if a test contradicts the request, finish with contradiction and the reason`;
  }
  const forbidden = forbiddenPaths(paths);
  if (forbidden.length > 0) return `these files may not be changed here, undo: ${forbidden.join(", ")}`;
  const runner = runnerPaths(paths).filter((path) => !planned.includes(path));
  if (runner.length > 0) {
    return `these files decide how the tests run and the plan does not name them, undo: ${runner.join(", ")}`;
  }
  return changes.length === 0 ? "no file was changed; make the tests pass before you finish" : null;
}
