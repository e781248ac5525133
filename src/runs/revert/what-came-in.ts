/**
 * What a merged pull request brought to its branch, as two commits: the state
 * before and the state after. However it was merged, undoing it means going
 * from the second back to the first. Pure.
 */
import type { CommitFacts } from "../../domain/ports/git-port.ts";

export interface MergeFacts {
  /** from the commit GitHub names as the merge, along first parents, newest first */
  readonly history: readonly CommitFacts[];
  /** the pull request's own commits, oldest first */
  readonly commits: readonly CommitFacts[];
  /** the pull request's last commit */
  readonly headSha: string;
}

export type CameIn =
  | {
      readonly kind: "found";
      readonly how: "merge commit" | "squash" | "rebase" | "fast-forward";
      readonly before: string;
      readonly after: string;
      /** how many commits of the branch's first-parent line it is */
      readonly count: number;
    }
  | { readonly kind: "unclear"; readonly because: string };

export function whatCameIn(facts: MergeFacts): CameIn {
  const { history, headSha } = facts;
  const merge = history.find((commit) => commit.parents.slice(1).includes(headSha));
  if (merge !== undefined) return found("merge commit", merge.parents[0], merge.sha, 1);
  if (history.some((commit) => commit.sha === headSha)) return fastForward(facts);
  const [last] = history;
  if (last === undefined || last.parents.length !== 1)
    return unclear("the merge on the default branch is not this pull request's commit");
  return replayed(facts, last);
}

/** The commits themselves are on the branch; what they stand on is where the branch was. */
function fastForward({ commits, headSha }: MergeFacts): CameIn {
  const own = new Set(commits.map((commit) => commit.sha));
  // the newest commit that builds on others' work: the default branch may have been merged in on the way
  const entry = commits.findLast((commit) => commit.parents.some((parent) => !own.has(parent)));
  const before = entry?.parents.find((parent) => !own.has(parent));
  return found("fast-forward", before, headSha, commits.length);
}

/** A rebase keeps message and date of each commit, a squash makes one of them all. */
function replayed({ history, commits }: MergeFacts, last: CommitFacts): CameIn {
  const wanted = commits.filter((commit) => commit.parents.length === 1).reverse();
  let oldest = last;
  let count = 0;
  for (const commit of history) {
    const at = wanted.findIndex((one) => isReplayOf(commit, one));
    if (at === -1) break;
    wanted.splice(0, at + 1);
    oldest = commit;
    count += 1;
  }
  return found(count > 1 ? "rebase" : "squash", oldest.parents[0], last.sha, Math.max(1, count));
}

function isReplayOf(commit: CommitFacts, original: CommitFacts): boolean {
  return commit.message === original.message && commit.authoredAt.getTime() === original.authoredAt.getTime();
}

function found(
  how: Extract<CameIn, { kind: "found" }>["how"],
  before: string | undefined,
  after: string,
  count: number,
): CameIn {
  return before === undefined ? unclear("nothing was there before it") : { kind: "found", how, before, after, count };
}

function unclear(because: string): CameIn {
  return { kind: "unclear", because };
}
