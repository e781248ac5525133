/** A merged pull request as GitHub tells it: what a revert must know. Types only. */
import type { Person, Repository } from "../task.ts";
import type { CommitFacts } from "./git-port.ts";

export interface MergedPull {
  readonly number: number;
  readonly title: string;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  /** where the base branch stood right after the merge */
  readonly mergeCommitSha: string;
  /** null when the account is gone */
  readonly mergedBy: Person | null;
  /** its own commits, oldest first; GitHub tells at most 250 */
  readonly commits: readonly CommitFacts[];
}

export interface Merges {
  /** @returns null when the pull request is not merged */
  mergedPull(repository: Repository, number: number): Promise<MergedPull | null>;
}
