/**
 * Which commits a pull request is about.
 */
import { branchHead, mergeBase } from "../../git/read.ts";
import type { PullRecord, RepositoryRecord } from "../../state/records.ts";

/** What a pull request brings: from where it left its base to its head. */
export async function range(
  repository: RepositoryRecord,
  issue: PullRecord,
): Promise<{ readonly from: string; readonly to: string }> {
  const { baseSha, headSha, baseRef } = issue.pull;
  const base = issue.state === "open" ? ((await branchHead(repository.path, baseRef)) ?? baseSha) : baseSha;
  return { from: (await mergeBase(repository.path, base, headSha)) ?? base, to: headSha };
}
