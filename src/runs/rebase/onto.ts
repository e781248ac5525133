/**
 * On which base the evidence of a run holds: when the default branch has moved
 * since, the host builds the merge of both and looks at it before anything is
 * claimed. The merge is pushed nowhere.
 */
import type { OntoBase } from "../../domain/evidence.ts";
import { branchTip } from "../mirror/bring.ts";
import { ORION } from "../revert/words.ts";
import type { RunContext } from "../run-context.ts";
import { seeMerge } from "./see-merge.ts";

const NOTHING = { conflicts: [], problems: [], green: [], suite: null } as const;

/** @returns what was seen, once for each commit; null when there is no default branch to look at */
export function lookOnto(context: RunContext, head: string): Promise<OntoBase | null> {
  return context.ledger.once(`onto/${head}`, () => look(context, head));
}

async function look(context: RunContext, head: string): Promise<OntoBase | null> {
  const { deps, repository, task, ledger } = context;
  if (task.baseBranch === null) return null;
  const base = await branchTip(deps, repository, task.baseBranch);
  if (base === null) return null;
  const since = await deps.git.mergeBase(repository.id, base, head);
  if (since === null) return null;
  if (since === base) return { base, since, merge: head, ...NOTHING };
  const made = await deps.git.merge({
    repositoryId: repository.id,
    ours: head,
    theirs: base,
    message: `Merge of ${task.baseBranch} for a look\n`,
    author: ORION,
    at: await ledger.intendedAt(`onto/${head}/commit`),
  });
  if (made.kind === "nothing") return { base, since, merge: head, ...NOTHING };
  const moved = `${task.baseBranch} moved to ${base.slice(0, 7)} meanwhile`;
  if (made.kind === "conflict") {
    const conflicts = made.files.map(({ path }) => path);
    await context.tell("onto", `${moved}, and conflicts in ${conflicts.join(", ")}`);
    return { base, since, merge: null, ...NOTHING, conflicts };
  }
  await context.tell("onto", `${moved}; the merge of both is looked at`);
  return {
    ...{ base, since, merge: made.commit, ...NOTHING },
    ...(await seeMerge(context, { head, tip: base, since, merge: made.commit })),
  };
}
