/**
 * "Closes #12": which issues a merged pull request closes.
 */
import type { AccountRecord, PullRecord, RepositoryRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { issueShape } from "../shape/issue.ts";

const KEYWORD = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi;

/** @returns issue numbers, in the order they are named */
export function closedBy(text: string): readonly number[] {
  return [...new Set([...text.matchAll(KEYWORD)].map((match) => Number(match[1])))];
}

/** Closes what the body names, as GitHub does when the default branch is the base. */
export function closeLinkedIssues(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  pull: PullRecord,
): void {
  if (pull.pull.baseRef !== repository.defaultBranch) return;
  for (const number of closedBy(pull.body ?? "")) {
    const issue = world.state.issues.find((one) => one.repositoryId === repository.id && one.number === number);
    if (issue === undefined || issue.pull !== null || issue.state === "closed") continue;
    const at = now();
    const closed = { state: "closed", stateReason: "completed", closedAt: at, closedById: sender.id } as const;
    const updated = world.state.issues.put({ ...issue, ...closed, updatedAt: at });
    const parts = { issue: issueShape(world, repository, updated) };
    world.tell({ event: "issues", action: "closed", repository, sender, parts });
  }
}
