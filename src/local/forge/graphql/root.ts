/**
 * The roots of GraphQL: the queries and mutations the forge answers. A field
 * that is not here is null, or an error where the schema forbids null.
 */
import { GraphQLError } from "graphql";
import { hasPermission, inScope, maySee, reaches, roleOf } from "../auth/permissions.ts";
import type { Principal } from "../auth/principal.ts";
import { isPull } from "../rest/find.ts";
import { react } from "../rest/issues/reactions.ts";
import { tellPull } from "../rest/pulls/tell-pull.ts";
import { findRepository } from "../rest/route.ts";
import { pullSimpleShape } from "../rest/shape/pull.ts";
import { reviewCommentShape } from "../rest/shape/review.ts";
import { type NodeKind, parseNodeId } from "../state/node-id.ts";
import type { AccountRecord, PullRecord, ReactionContent, RepositoryRecord } from "../state/records.ts";
import { now, type World } from "../world.ts";
import { actorView, issueView, pullView, repositoryView, threadView } from "./views.ts";

type Input<T> = { readonly input: T & { readonly clientMutationId?: string } };

const CONTENTS: Readonly<Record<string, ReactionContent>> = {
  THUMBS_UP: "+1",
  THUMBS_DOWN: "-1",
  LAUGH: "laugh",
  HOORAY: "hooray",
  CONFUSED: "confused",
  HEART: "heart",
  ROCKET: "rocket",
  EYES: "eyes",
};

export function createRoot(world: World, principal: Principal): Readonly<Record<string, unknown>> {
  const seen = (repository: RepositoryRecord | undefined): RepositoryRecord => {
    if (repository === undefined || !maySee(principal, repository)) throw missing("a repository");
    return repository;
  };
  const repositoryOf = (id: number): RepositoryRecord => seen(world.state.repositories.get(id));
  const pullNamed = (id: string): PullRecord => {
    const wanted = idOf(id, "pull");
    const found = world.state.issues.find((one) => one.pull?.id === wanted);
    if (found === undefined || !isPull(found)) throw missing(id);
    repositoryOf(found.repositoryId);
    return found;
  };
  return {
    viewer: () => actorView(world, actorOf(principal)),
    repository: (args: { readonly owner: string; readonly name: string }) =>
      repositoryView(world, seen(findRepository(world, args.owner, args.name))),
    node: ({ id }: { readonly id: string }) => nodeView(world, principal, id, pullNamed, repositoryOf),
    markPullRequestReadyForReview: ({ input }: Input<{ readonly pullRequestId: string }>) =>
      setDraft(world, principal, pullNamed(input.pullRequestId), { draft: false, action: "ready_for_review" }),
    convertPullRequestToDraft: ({ input }: Input<{ readonly pullRequestId: string }>) =>
      setDraft(world, principal, pullNamed(input.pullRequestId), { draft: true, action: "converted_to_draft" }),
    resolveReviewThread: ({ input }: Input<{ readonly threadId: string }>) =>
      setResolved(world, principal, input.threadId, "resolved"),
    unresolveReviewThread: ({ input }: Input<{ readonly threadId: string }>) =>
      setResolved(world, principal, input.threadId, "unresolved"),
    addReaction: ({ input }: Input<{ readonly subjectId: string; readonly content: string }>) =>
      addReaction(world, principal, input.subjectId, input.content),
  };
}

function missing(what: string): GraphQLError {
  return new GraphQLError(`Could not resolve to a node with the global id of '${what}'`, {
    extensions: { type: "NOT_FOUND" },
  });
}

function idOf(text: string, kind: NodeKind): number {
  const parsed = parseNodeId(text);
  if (parsed?.kind !== kind) throw missing(text);
  return parsed.id;
}

function actorOf(principal: Principal): AccountRecord {
  if (principal.kind === "user" || principal.kind === "installation") return principal.account;
  throw new GraphQLError("This endpoint requires you to be authenticated.");
}

function nodeView(
  world: World,
  principal: Principal,
  id: string,
  pullNamed: (id: string) => PullRecord,
  repositoryOf: (id: number) => RepositoryRecord,
): unknown {
  const parsed = parseNodeId(id);
  if (parsed?.kind === "pull") return pullView(world, pullNamed(id));
  if (parsed?.kind === "repository") return repositoryView(world, repositoryOf(parsed.id));
  if (parsed?.kind === "thread") return threadView(world, writableThread(world, principal, id, "read").root);
  const issue = parsed?.kind === "issue" ? world.state.issues.get(parsed.id) : undefined;
  if (issue === undefined) throw missing(id);
  repositoryOf(issue.repositoryId);
  return issueView(world, issue);
}

/** @throws GraphQLError FORBIDDEN as GitHub says it */
function requirePulls(principal: Principal, repository: RepositoryRecord, level: "read" | "write", own: boolean): void {
  if (principal.kind === "installation") {
    if (inScope(principal, repository) && hasPermission(principal, "pull_requests", level)) return;
    throw new GraphQLError("Resource not accessible by integration", { extensions: { type: "FORBIDDEN" } });
  }
  const role = principal.kind === "user" ? roleOf(repository, principal.account.login) : "none";
  if (own || reaches(role, level === "write" ? "write" : "read")) return;
  throw new GraphQLError("You do not have the permission for this.", { extensions: { type: "FORBIDDEN" } });
}

async function setDraft(
  world: World,
  principal: Principal,
  issue: PullRecord,
  wish: { readonly draft: boolean; readonly action: string },
): Promise<unknown> {
  const actor = actorOf(principal);
  const repository = world.state.repositories.get(issue.repositoryId);
  if (repository === undefined) throw missing("a repository");
  requirePulls(principal, repository, "write", actor.id === issue.userId);
  if (issue.pull.draft === wish.draft) return { pullRequest: pullView(world, issue) };
  const updated = { ...issue, updatedAt: now(), pull: { ...issue.pull, draft: wish.draft } };
  world.state.issues.put(updated);
  await tellPull(world, repository, actor, updated, wish.action);
  return { pullRequest: pullView(world, updated) };
}

function writableThread(world: World, principal: Principal, id: string, level: "read" | "write") {
  const root = world.state.reviewComments.get(idOf(id, "thread"));
  const issue = root === undefined ? undefined : world.state.issues.get(root.issueId);
  const repository = issue === undefined ? undefined : world.state.repositories.get(issue.repositoryId);
  if (root === undefined || issue === undefined || repository === undefined || !isPull(issue)) throw missing(id);
  const own = principal.kind === "user" && principal.account.id === issue.userId;
  requirePulls(principal, repository, level, own);
  return { root, issue, repository };
}

function setResolved(world: World, principal: Principal, id: string, action: "resolved" | "unresolved"): unknown {
  const { root, issue, repository } = writableThread(world, principal, id, "write");
  const sender = actorOf(principal);
  const updated = world.state.reviewComments.put({ ...root, resolvedById: action === "resolved" ? sender.id : null });
  const comments = world.state.reviewComments.where((one) => one.id === root.id || one.inReplyTo === root.id);
  const parts = {
    pull_request: pullSimpleShape(world, repository, issue),
    thread: { node_id: id, comments: comments.map((one) => reviewCommentShape(world, repository, one)) },
  };
  world.tell({ event: "pull_request_review_thread", action, repository, sender, parts });
  return { thread: threadView(world, updated) };
}

function addReaction(world: World, principal: Principal, subjectId: string, content: string): unknown {
  const parsed = parseNodeId(subjectId);
  const emoji = CONTENTS[content];
  if (parsed === null || emoji === undefined) throw missing(subjectId);
  const subjects = { issue: "issue", pull: "issue", comment: "comment", reviewComment: "review-comment" } as const;
  const kind = Object.entries(subjects).find(([name]) => name === parsed.kind)?.[1];
  const id = parsed.kind === "pull" ? world.state.issues.find((one) => one.pull?.id === parsed.id)?.id : parsed.id;
  if (kind === undefined || id === undefined) throw missing(subjectId);
  const shelf = {
    issue: world.state.issues,
    comment: world.state.comments,
    "review-comment": world.state.reviewComments,
  };
  const repositoryId = shelf[kind].get(id)?.repositoryId;
  const repository = repositoryId === undefined ? undefined : world.state.repositories.get(repositoryId);
  if (repository === undefined || !maySee(principal, repository)) throw missing(subjectId);
  if (principal.kind === "installation") {
    const may = hasPermission(principal, "issues", "write") || hasPermission(principal, "pull_requests", "write");
    if (!may || !inScope(principal, repository)) {
      throw new GraphQLError("Resource not accessible by integration", { extensions: { type: "FORBIDDEN" } });
    }
  }
  const actor = actorOf(principal);
  const { reaction } = react(world, actor, { subject: kind, subjectId: id }, emoji);
  const created = { databaseId: reaction.id, content, createdAt: reaction.createdAt, user: actorView(world, actor) };
  return { reaction: created, subject: null };
}
