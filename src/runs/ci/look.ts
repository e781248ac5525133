/**
 * The look at a failure of CI: the suite on the commit and on its base, here,
 * then one of three things: a round of work, a line that says why not, or a
 * comment that says it is enough.
 */
import { hasCode, OrionError } from "../../domain/errors.ts";
import type { TestReport } from "../../domain/evidence.ts";
import { openLedger } from "../../domain/ledger.ts";
import { judgeCi } from "../../policy/ci/judge-ci.ts";
import { type CiCause, judgeFailure } from "../../policy/ci/judge-failure.ts";
import { namedTests } from "../../policy/ci/named-tests.ts";
import { branchTip, bring } from "../mirror/bring.ts";
import type { RunContext } from "../run-context.ts";
import { witnessCommit } from "../stages/work.ts";
import { refreshSticky } from "../words/sticky-facts.ts";
import { saveNote } from "./note.ts";
import { startRound } from "./start-round.ts";
import { type Failure, noRound, passed, plain } from "./words.ts";

/** @param digest of the checks that had failed when this look was asked for */
export async function lookAtFailure(
  context: RunContext,
  { commit, digest }: { readonly commit: string; readonly digest: string },
): Promise<void> {
  const { deps, repository, task } = context;
  const pull = task.pullRequest === null ? null : await deps.github.pull(repository, task.pullRequest);
  if (pull === null || pull.state === "closed" || pull.headSha !== commit)
    return context.tell("ci", `CI failed on ${commit.slice(0, 7)}, which is no longer the head`);
  const standing = judgeCi(await deps.github.ciOf(repository, commit));
  if (standing.kind === "passed") return note(context, passed(commit, standing.checks));
  if (standing.kind !== "failed") return context.tell("ci", `CI on ${commit.slice(0, 7)} is ${standing.kind} again`);
  const failed: Failure["failed"] = await Promise.all(
    standing.failed.map(async (check) => ({ check, words: await deps.github.ciWords(repository, check) })),
  );
  const failure: Failure = { commit, pullRequest: pull.number, failed };
  const cause = await context.ledger.once("cause", () => causeOf(context, failure, pull.baseRef, digest));
  await context.tell("ci", `CI failed on ${commit.slice(0, 7)}: ${CAUSES[cause]}`);
  await context.mayGoOn();
  if (cause === "ours" || cause === "unseen") return note(context, await startRound(context, failure));
  const asked = cause === "flake" && (await askAgain(context, failure, digest));
  await note(context, noRound(cause, { commit, failed: standing.failed, asked }));
}

const CAUSES: Readonly<Record<CiCause, string>> = {
  ours: "it is the change's doing",
  unseen: "a check that the tests do not cover",
  base: "it fails on the base, too",
  flake: "what it names passes here",
  stubborn: "a second time, and not to be reproduced",
};

async function causeOf(
  context: RunContext,
  { commit, failed }: Failure,
  baseRef: string,
  digest: string,
): Promise<CiCause> {
  const { deps, repository, task, fence } = context;
  const tip = await branchTip(deps, repository, baseRef);
  if (tip === null) throw new OrionError("BRANCH_GONE", `${baseRef} no longer exists; restore it`, { baseRef });
  await bring(deps, repository, [commit]);
  const base = (await deps.git.mergeBase(repository.id, tip, commit)) ?? tip;
  const run = { ...(await deps.store.updateRun(fence, { baseSha: base, headSha: commit })), plan: task.plan };
  const based: RunContext = { ...context, run };
  const head = await seen(based, commit);
  const before = head === null ? null : await seen(based, base);
  const log = failed.map(({ words }) => [words.summary, words.text, plain(words.log ?? "")].join("\n")).join("\n");
  const said = failed.flatMap(({ words }) => [words.title, ...words.annotations.map(({ message }) => message)]);
  const onBase = judgeCi(await deps.github.ciOf(repository, base));
  const redOnBase = new Set(onBase.kind === "failed" ? onBase.failed.map(({ name }) => name) : []);
  const asked = await earlier(context, commit);
  return judgeFailure({
    ...{ head, base: before },
    named: namedTests(head?.tests ?? [], { said: said.join("\n"), log }),
    baseFailed: failed.every(({ check }) => redOnBase.has(check.name)),
    again: asked !== null && asked !== digest,
  });
}

/** @returns null when this repository's tests cannot be run here */
async function seen(context: RunContext, commit: string): Promise<TestReport | null> {
  try {
    return await witnessCommit(context, commit);
  } catch (error) {
    if (!(error instanceof OrionError) || !(error.code.startsWith("TEST_") || hasCode(error, "SETUP_FAILED")))
      throw error;
    await context.tell("ci", `the tests cannot be run on ${commit.slice(0, 7)} here (${error.code})`);
    return null;
  }
}

function keyOf(commit: string): string {
  return `ci-again/${commit}`;
}

/** @returns the digest of the failure after which CI was asked to run again on this commit; null when it was not */
function earlier({ deps, task }: RunContext, commit: string): Promise<string | null> {
  return openLedger(deps.store, null, `task:${task.id}`).read<string>(keyOf(commit));
}

/** Once a commit. @returns whether every failed check was asked for again */
export async function askAgain(context: RunContext, { commit, failed }: Failure, digest: string): Promise<boolean> {
  const { deps, repository, task, ledger } = context;
  await openLedger(deps.store, null, `task:${task.id}`).once(keyOf(commit), async () => digest);
  const asked: boolean[] = [];
  for (const { check } of failed) {
    const act = (): Promise<boolean> => deps.github.ciAgain(repository, check);
    // a try that was cut off may have asked: asking twice would run it twice
    asked.push(await ledger.effect(`again/${check.id}`, { find: async () => true, act }));
  }
  return asked.every(Boolean);
}

async function note(context: RunContext, words: Parameters<typeof saveNote>[2]): Promise<void> {
  const task = (await context.deps.store.task(context.task.id)) ?? context.task;
  if (await saveNote(context.deps.store, task, words)) await refreshSticky(context.deps, task.id);
}
