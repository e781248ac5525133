/**
 * Which commits of a branch are Orion's. What a commit says of its author
 * proves nothing, so it is looked up among those that runs have stored, by its
 * id, and where a person rebased the branch, by what it changes.
 */
import { createHash } from "node:crypto";
import { hasCode } from "../../domain/errors.ts";
import { openLedger } from "../../domain/ledger.ts";
import type { RunContext } from "../run-context.ts";

type Facts = Pick<RunContext, "deps" | "task" | "repository">;

/** Notes that a commit is Orion's, for commits that are in no evidence, such as merges. Before it is pushed. */
export async function noteOwnCommit({ deps, task }: Facts, sha: string): Promise<void> {
  await openLedger(deps.store, null, `task:${task.id}`).once(`made:${sha}`, async () => true);
}

/** @returns asks whether a commit is Orion's; answers are kept */
export async function ownCommits(context: Facts): Promise<(sha: string) => Promise<boolean>> {
  const { deps, task } = context;
  const made = new Set<string>();
  for (const run of await deps.store.runsOf(task.id)) {
    const evidence = await deps.store.evidence(run.id);
    for (const sha of [evidence?.testSha, evidence?.headSha]) if (sha) made.add(sha);
  }
  const prints = async (): Promise<ReadonlySet<string>> => {
    const known = await Promise.all([...made].map((sha) => changePrint(context, sha)));
    return new Set(known.filter((print) => print !== null));
  };
  let madeChanges: Promise<ReadonlySet<string>> | null = null;
  const answers = new Map<string, Promise<boolean>>();
  const look = async (sha: string): Promise<boolean> => {
    if (made.has(sha)) return true;
    if ((await openLedger(deps.store, null, `task:${task.id}`).read<boolean>(`made:${sha}`)) === true) return true;
    madeChanges ??= prints();
    const print = await changePrint(context, sha);
    return print !== null && (await madeChanges).has(print);
  };
  return (sha) => {
    const answer = answers.get(sha) ?? look(sha);
    answers.set(sha, answer);
    return answer;
  };
}

/** What a commit changes, wherever it stands; null for merges, and for what the mirror does not hold. */
async function changePrint({ deps, repository }: Facts, sha: string): Promise<string | null> {
  try {
    const [commit] = await deps.git.history(repository.id, sha, 1);
    const [parent, ...others] = commit?.parents ?? [];
    if (parent === undefined || others.length > 0) return null;
    const diffs = await deps.git.diff(repository.id, parent, sha);
    const lines = diffs.flatMap(({ path, status, hunks }) => [
      `${status} ${path}`,
      ...hunks.flatMap(({ text }) => text.split("\n").filter((line) => /^[+-]/.test(line))),
    ]);
    return createHash("sha256").update(lines.join("\n")).digest("hex");
  } catch (error) {
    if (hasCode(error, "UNKNOWN_COMMIT")) return null;
    throw error;
  }
}
