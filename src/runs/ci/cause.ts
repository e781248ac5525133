/**
 * What starts the runs of this room, written into a run's `cause`: the same
 * commit never starts a second round, the same webhook never a second look.
 */
import type { Run } from "../../domain/task.ts";

const ROUND = "ci:";
const LOOK = "ci-look:";

/** Rounds that CI may start on one pull request by itself. */
export const MOST_ROUNDS = 2;

/** A round of work because CI failed on a commit. */
export function roundCause(commit: string): string {
  return `${ROUND}${commit}`;
}

/** A look at what failed. @param digest of which checks failed: when others do, it is looked at anew */
export function lookCause(commit: string, digest: string): string {
  return `${LOOK}${commit}:${digest}`;
}

/** @returns the commit whose failed CI the run is to mend; null for what a person asked */
export function commitOfRound({ kind, cause }: Pick<Run, "kind" | "cause">): string | null {
  return kind === "fix" && cause.startsWith(ROUND) ? cause.slice(ROUND.length) : null;
}

/** @returns what a look is about; null when the cause is another */
export function lookOf(cause: string): { readonly commit: string; readonly digest: string } | null {
  if (!cause.startsWith(LOOK)) return null;
  const [commit = "", digest = ""] = cause.slice(LOOK.length).split(":");
  return { commit, digest };
}
