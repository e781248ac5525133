/**
 * Reactions on issues, comments and review comments: one rule, three places.
 */
import { notFound } from "../../fault.ts";
import type { AccountRecord, ReactionContent, ReactionRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { issueAt, ownedBy } from "../find.ts";
import { actorOf, needs, needsForIssue, pageOf, type Route, repositoryRoute } from "../route.ts";
import { reactionShape } from "../shape/issue.ts";
import { commentAt } from "./comments.ts";

interface Subject {
  readonly subject: ReactionRecord["subject"];
  readonly subjectId: number;
}

const READ = needsForIssue("read", "read");
const WRITE = needsForIssue("write", "read");
const READ_PULL = needs("pull_requests:read", "read");
const WRITE_PULL = needs("pull_requests:write", "read");

/** @returns the reaction, and whether it was made now: one person reacts once with each emoji */
export function react(
  world: World,
  actor: AccountRecord,
  on: Subject,
  content: ReactionContent,
): { readonly reaction: ReactionRecord; readonly isNew: boolean } {
  const existing = world.state.reactions.find(
    (one) =>
      one.subject === on.subject &&
      one.subjectId === on.subjectId &&
      one.userId === actor.id &&
      one.content === content,
  );
  if (existing !== undefined) return { reaction: existing, isNew: false };
  const id = world.state.nextId();
  const reaction = world.state.reactions.put({ id, ...on, userId: actor.id, content, createdAt: now() });
  return { reaction, isNew: true };
}

function create(world: World, actor: AccountRecord, on: Subject, content: ReactionContent) {
  const { reaction, isNew } = react(world, actor, on, content);
  const body = reactionShape(world, reaction);
  return isNew ? { status: 201 as const, body } : { status: 200 as const, body };
}

function listed(world: World, on: Subject, content: string | undefined): readonly ReactionRecord[] {
  return world.state.reactions.where(
    (one) =>
      one.subject === on.subject &&
      one.subjectId === on.subjectId &&
      (content === undefined || one.content === content),
  );
}

/** Only one's own. */
function remove(world: World, actor: AccountRecord, on: Subject, id: number | bigint) {
  const found = listed(world, on, undefined).find((one) => one.id === Number(id) && one.userId === actor.id);
  if (found === undefined) throw notFound();
  world.state.reactions.remove(found.id);
  return { status: 204 as const, body: null };
}

type IssuePlace = Parameters<typeof issueAt>;
type CommentPlace = Parameters<typeof commentAt>;

function onIssue(...place: IssuePlace): Subject {
  return { subject: "issue", subjectId: issueAt(...place).id };
}

function onComment(...place: CommentPlace): Subject {
  return { subject: "comment", subjectId: commentAt(...place).id };
}

function onReviewComment(...[world, repository, id]: CommentPlace): Subject {
  return { subject: "review-comment", subjectId: ownedBy(repository, world.state.reviewComments.get(Number(id))).id };
}

export const reactionRoutes: readonly Route[] = [
  repositoryRoute("reactions/list-for-issue", READ, (call) => {
    const { world, repository, path, query } = call;
    const found = listed(world, onIssue(world, repository, path.issue_number), query.content);
    return pageOf(call, found, (one) => reactionShape(world, one));
  }),
  repositoryRoute("reactions/create-for-issue", WRITE, (call) => {
    const { world, repository, path, body } = call;
    return create(world, actorOf(call), onIssue(world, repository, path.issue_number), body.content);
  }),
  repositoryRoute("reactions/delete-for-issue", WRITE, (call) => {
    const { world, repository, path } = call;
    return remove(world, actorOf(call), onIssue(world, repository, path.issue_number), path.reaction_id);
  }),
  repositoryRoute("reactions/list-for-issue-comment", READ, (call) => {
    const { world, repository, path, query } = call;
    const found = listed(world, onComment(world, repository, path.comment_id), query.content);
    return pageOf(call, found, (one) => reactionShape(world, one));
  }),
  repositoryRoute("reactions/create-for-issue-comment", WRITE, (call) => {
    const { world, repository, path, body } = call;
    return create(world, actorOf(call), onComment(world, repository, path.comment_id), body.content);
  }),
  repositoryRoute("reactions/delete-for-issue-comment", WRITE, (call) => {
    const { world, repository, path } = call;
    return remove(world, actorOf(call), onComment(world, repository, path.comment_id), path.reaction_id);
  }),
  repositoryRoute("reactions/list-for-pull-request-review-comment", READ_PULL, (call) => {
    const { world, repository, path, query } = call;
    const found = listed(world, onReviewComment(world, repository, path.comment_id), query.content);
    return pageOf(call, found, (one) => reactionShape(world, one));
  }),
  repositoryRoute("reactions/create-for-pull-request-review-comment", WRITE_PULL, (call) => {
    const { world, repository, path, body } = call;
    return create(world, actorOf(call), onReviewComment(world, repository, path.comment_id), body.content);
  }),
  repositoryRoute("reactions/delete-for-pull-request-comment", WRITE_PULL, (call) => {
    const { world, repository, path } = call;
    return remove(world, actorOf(call), onReviewComment(world, repository, path.comment_id), path.reaction_id);
  }),
];
