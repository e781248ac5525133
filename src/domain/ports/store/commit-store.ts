/** Commits of runs that may stand on no remote yet, kept where every worker finds them. */
import type { Fence } from "../../task.ts";

export interface CommitStore {
  /** Once for each commit of a run. @param pack what it adds to its parents, as git packs it. @throws OrionError FENCED */
  keepCommit(fence: Fence, sha: string, pack: Uint8Array): Promise<void>;
  /** In the order they were built. */
  keptCommits(runId: string): Promise<readonly string[]>;
  keptPack(runId: string, sha: string): Promise<Uint8Array | null>;
  /** @returns how many were dropped */
  dropCommits(before: Date): Promise<number>;
}
