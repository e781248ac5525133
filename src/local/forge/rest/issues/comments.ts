/**
 * Comments on issues and pull requests.
 */
import { hasPermission, reaches, roleOf } from "../../auth/permissions.ts";
import { GithubFault, invalid } from "../../fault.ts";
import type { AccountRecord, CommentRecord, IssueRecord, RepositoryRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { issueAt, ownedBy } from "../find.ts";
import { actorOf, needs, needsForIssue, pageOf, type RepositoryCall, type Route, repositoryRoute } from "../route.ts";
import { commentShape, issueShape } from "../shape/issue.ts";
import { requireUnlocked } from "./lock.ts";

/** GitHub's limit, in characters. */
const BODY_MAX = 65_536;

export const commentRoutes: readonly Route[] = [
  repositoryRoute("issues/list-comments-for-repo", needs("issues:read", "read"), (call) => {
    const { world, repository, query } = call;
    const found = world.state.comments.where(
      (one) => one.repositoryId === repository.id && changedSince(one, query.since),
    );
    const key = (one: CommentRecord): string => (query.sort === "updated" ? one.updatedAt : one.createdAt);
    const sign = query.direction === "desc" ? -1 : 1;
    const sorted = found.toSorted((one, other) => sign * (key(one).localeCompare(key(other)) || one.id - other.id));
    return pageOf(call, sorted, (one) => commentShape(world, repository, one));
  }),
  repositoryRoute("issues/list-comments", needsForIssue("read", "read"), (call) => {
    const { world, repository, path, query } = call;
    const issue = issueAt(world, repository, path.issue_number);
    const found = world.state.comments.where((one) => one.issueId === issue.id && changedSince(one, query.since));
    return pageOf(call, found, (one) => commentShape(world, repository, one));
  }),
  repositoryRoute("issues/create-comment", needsForIssue("write", "read"), (call) => {
    const { world, repository, path, body, principal } = call;
    const issue = issueAt(world, repository, path.issue_number);
    requireUnlocked(principal, repository, issue);
    const byApp = principal.kind === "installation";
    const comment = addComment(world, repository, issue, { actor: actorOf(call), byApp, body: body.body });
    return { status: 201, body: commentShape(world, repository, comment) };
  }),
  repositoryRoute("issues/get-comment", needsForIssue("read", "read"), ({ world, repository, path }) => ({
    status: 200,
    body: commentShape(world, repository, commentAt(world, repository, path.comment_id)),
  })),
  repositoryRoute("issues/update-comment", needsForIssue("write", "read"), (call) => {
    const { world, repository, path, body } = call;
    const comment = commentAt(world, repository, path.comment_id);
    requireMayChange(call, comment);
    checkBody(body.body);
    const updated = world.state.comments.put({ ...comment, body: body.body, updatedAt: now() });
    const changes = { body: { from: comment.body } };
    if (comment.body !== body.body) tellComment(world, repository, actorOf(call), updated, "edited", { changes });
    return { status: 200, body: commentShape(world, repository, updated) };
  }),
  repositoryRoute("issues/delete-comment", needsForIssue("write", "read"), (call) => {
    const { world, repository, path } = call;
    const comment = commentAt(world, repository, path.comment_id);
    requireMayChange(call, comment);
    tellComment(world, repository, actorOf(call), comment, "deleted");
    world.state.comments.remove(comment.id);
    return { status: 204, body: null };
  }),
];

function changedSince(comment: CommentRecord, since: string | undefined): boolean {
  return since === undefined || Date.parse(comment.updatedAt) >= Date.parse(since);
}

/** @throws GithubFault 404 */
export function commentAt(world: World, repository: RepositoryRecord, id: number | bigint): CommentRecord {
  return ownedBy(repository, world.state.comments.get(Number(id)));
}

function checkBody(body: string): void {
  if (body.trim() === "") throw invalid("IssueComment", "body", "body cannot be blank");
  if (body.length > BODY_MAX) {
    throw invalid("IssueComment", "body", `body is too long (maximum is ${BODY_MAX} characters)`);
  }
}

/** Authors and those with write access change a comment; an App changes any, as its permission says. */
function requireMayChange(
  call: Pick<RepositoryCall<"issues/update-comment">, "principal" | "repository">,
  comment: CommentRecord,
): void {
  const { principal, repository } = call;
  if (principal.kind === "installation" && hasPermission(principal, "issues", "write")) return;
  if (principal.kind === "installation" && comment.userId === principal.account.id) return;
  if (principal.kind === "user") {
    if (principal.account.id === comment.userId || reaches(roleOf(repository, principal.account.login), "write"))
      return;
  }
  throw new GithubFault(403, "You cannot update this comment.");
}

function addComment(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  given: { readonly actor: AccountRecord; readonly byApp: boolean; readonly body: string },
): CommentRecord {
  checkBody(given.body);
  const at = now();
  const comment = world.state.comments.put({
    id: world.state.nextId(),
    repositoryId: repository.id,
    issueId: issue.id,
    userId: given.actor.id,
    byApp: given.byApp,
    body: given.body,
    createdAt: at,
    updatedAt: at,
  });
  world.state.issues.put({ ...issue, updatedAt: at });
  tellComment(world, repository, given.actor, comment, "created");
  return comment;
}

function tellComment(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  comment: CommentRecord,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const issue = world.state.issues.get(comment.issueId);
  if (issue === undefined) return;
  const parts = {
    issue: issueShape(world, repository, issue),
    comment: commentShape(world, repository, comment),
    ...more,
  };
  world.tell({ event: "issue_comment", action, repository, sender, parts });
}
