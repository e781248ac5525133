/**
 * The merge a rebase is about: its two sides, fixed once for the run, and the
 * commit the host builds of them. Built anew whenever it is needed: the same
 * sides give the same commit, on any machine.
 */
import { OrionError } from "../../domain/errors.ts";
import type { ConflictFile, FileChange } from "../../domain/ports/git-port.ts";
import { bring } from "../mirror/bring.ts";
import { ORION } from "../revert/words.ts";
import type { RunContext } from "../run-context.ts";
import { type OwnRelease, ownRelease, releaseFiles } from "./own-release.ts";
import { mergeMessage } from "./words.ts";

export interface Sides {
  /** the pull request's head */
  readonly head: string;
  /** the default branch's head */
  readonly tip: string;
  readonly branch: string;
  readonly into: string;
}

export type Merge = Sides & {
  /** what of the default branch the head holds already */
  readonly since: string;
} & (
    | { readonly kind: "nothing" }
    /** of both parents, to be tested and pushed */
    | { readonly kind: "merged"; readonly commit: string }
    /** `commit` holds the markers, `ours` is the label of the pull request's side */
    | {
        readonly kind: "conflict";
        readonly commit: string;
        readonly ours: string;
        readonly files: readonly ConflictFile[];
      }
  );

const SIDES = "rebase/sides";

/** Where both branches stand, as the run saw them first. @throws OrionError PULL_CLOSED, BRANCH_GONE */
export function findSides(context: RunContext): Promise<Sides> {
  const { deps, repository, task, ledger } = context;
  return ledger.once(SIDES, async () => {
    if (task.branch === null || task.pullRequest === null)
      throw new OrionError("NO_PULL_REQUEST", "there is no pull request yet to bring anything into; `/orion go` first");
    const pull = await deps.github.pull(repository, task.pullRequest);
    if (pull.state === "closed") {
      const what = pull.merged ? "merged already; file a new issue" : "closed; reopen it, then ask again";
      throw new OrionError("PULL_CLOSED", `pull request #${pull.number} is ${what}`, { number: pull.number });
    }
    const into = task.baseBranch ?? pull.baseRef;
    const { branch } = task;
    const [head, tip] = await Promise.all([branch, into].map((one) => deps.github.branchHead(repository, one)));
    const gone = head === null ? branch : into;
    if (head == null || tip == null)
      throw new OrionError("BRANCH_GONE", `${gone} no longer exists; restore it, then ask again`);
    return { head, tip, branch, into };
  });
}

/** @throws OrionError UNRELATED when the two share no history */
export async function mergeOf(context: RunContext): Promise<Merge> {
  const { deps, repository } = context;
  const sides = await findSides(context);
  await bring(deps, repository, [sides.head, sides.tip]);
  const since = await deps.git.mergeBase(repository.id, sides.tip, sides.head);
  if (since === null)
    throw new OrionError("UNRELATED", `${sides.branch} and ${sides.into} share no history; a person must join them`);
  if (since === sides.tip) return { ...sides, since, kind: "nothing" };
  const release = await ownRelease(context, { ...sides, since });
  const words = await commitWords(context, sides);
  const ours =
    release === null ? sides.head : await deps.git.commit({ ...words, parent: sides.head, ...release.aside });
  const made = await deps.git.merge({ ...words, ours, theirs: sides.tip });
  if (made.kind === "nothing") return { ...sides, since, kind: "nothing" };
  if (made.kind === "conflict")
    return { ...sides, since, kind: "conflict", commit: made.commit, ours, files: made.files };
  return { ...sides, since, kind: "merged", commit: await joined(context, { sides, release, from: made.commit }) };
}

/** @returns the merge commit that a resolution makes of the one with the markers, and the files it was made of */
export async function resolved(
  context: RunContext,
  merge: Merge & { readonly kind: "conflict" | "merged" },
  changes: readonly FileChange[],
): Promise<{ readonly commit: string; readonly workspace: string }> {
  const { deps } = context;
  const release = await ownRelease(context, merge);
  const words = await commitWords(context, merge);
  // the release's files are made of what was resolved, so that comes first
  const workspace = await deps.git.commit({ ...words, parent: merge.commit, changes });
  return { workspace, commit: await joined(context, { sides: merge, release, from: workspace }) };
}

async function joined(
  context: RunContext,
  { sides, release, from }: { readonly sides: Sides; readonly release: OwnRelease | null; readonly from: string },
): Promise<string> {
  const words = await commitWords(context, sides);
  const changes = release === null ? [] : await releaseFiles(context, { ...sides, release, from });
  return context.deps.git.commit({ ...words, parent: from, parents: [sides.head, sides.tip], changes });
}

async function commitWords({ deps, repository, task, run, ledger }: RunContext, sides: Sides) {
  return {
    repositoryId: repository.id,
    message: deps.redact(mergeMessage({ ...sides, task, run })),
    author: ORION,
    at: await ledger.intendedAt("rebase/commit"),
  };
}
