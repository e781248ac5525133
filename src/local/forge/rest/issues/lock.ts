/**
 * Locked conversations: only people who may write go on talking there. An App
 * is nobody's collaborator, so it is kept out, too.
 */
import { reaches, roleOf } from "../../auth/permissions.ts";
import type { Principal } from "../../auth/principal.ts";
import { GithubFault } from "../../fault.ts";
import type { IssueRecord, RepositoryRecord } from "../../state/records.ts";
import { now } from "../../world.ts";
import { isPull, issueAt } from "../find.ts";
import { tellPull } from "../pulls/tell-pull.ts";
import { actorOf, needsForIssue, type RepositoryCall, type Route, repositoryRoute } from "../route.ts";
import { issueShape } from "../shape/issue.ts";

export const lockRoutes: readonly Route[] = [
  repositoryRoute("issues/lock", needsForIssue("write", "write"), (call) => setLocked(call, true)),
  repositoryRoute("issues/unlock", needsForIssue("write", "write"), (call) => setLocked(call, false)),
];

async function setLocked(
  call: RepositoryCall<"issues/lock"> | RepositoryCall<"issues/unlock">,
  locked: boolean,
): Promise<{ readonly status: 204; readonly body: null }> {
  const { world, repository, path } = call;
  const issue = issueAt(world, repository, path.issue_number);
  const updated = world.state.issues.put({ ...issue, locked, updatedAt: now() });
  const action = locked ? "locked" : "unlocked";
  const sender = actorOf(call);
  if (isPull(updated)) await tellPull(world, repository, sender, updated, action);
  else {
    const parts = { issue: issueShape(world, repository, updated) };
    world.tell({ event: "issues", action, repository, sender, parts });
  }
  return { status: 204, body: null };
}

/** @throws GithubFault 403 */
export function requireUnlocked(principal: Principal, repository: RepositoryRecord, issue: IssueRecord): void {
  if (!issue.locked) return;
  if (principal.kind === "user" && reaches(roleOf(repository, principal.account.login), "write")) return;
  throw new GithubFault(403, "Unable to create comment because issue is locked.");
}
