/**
 * Comments on lines of a pull request, and the threads they form.
 */
import { hasPermission } from "../../auth/permissions.ts";
import { GithubFault, invalid, notFound } from "../../fault.ts";
import { differences, hunkAround } from "../../git/diff.ts";
import { isAncestor, mergeBase } from "../../git/read.ts";
import type { AccountRecord, PullRecord, RepositoryRecord, ReviewCommentRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { isPull, ownedBy, pullAt } from "../find.ts";
import { requireUnlocked } from "../issues/lock.ts";
import { actorOf, needs, pageOf, type RepositoryCall, type Route, repositoryRoute } from "../route.ts";
import { pullSimpleShape } from "../shape/pull.ts";
import { reviewCommentShape } from "../shape/review.ts";
import { range } from "./range.ts";
import { mayWrite, reviewAround } from "./review-around.ts";
import { placeNow } from "./review-lines.ts";

const READ = needs("pull_requests:read", "read");
const WRITE = needs("pull_requests:write", "read");

export const reviewCommentRoutes: readonly Route[] = [
  repositoryRoute("pulls/list-review-comments-for-repo", READ, (call) => {
    const { world, repository, query } = call;
    const since = query.since;
    const found = world.state.reviewComments.where(
      (one) =>
        one.repositoryId === repository.id && (since === undefined || Date.parse(one.updatedAt) >= Date.parse(since)),
    );
    return pageOf(call, found, (one) => reviewCommentShape(world, repository, one));
  }),
  repositoryRoute("pulls/list-review-comments", READ, (call) => {
    const { world, repository, path } = call;
    const pull = pullAt(world, repository, path.pull_number);
    const found = world.state.reviewComments.where((one) => one.issueId === pull.id);
    return pageOf(call, found, (one) => reviewCommentShape(world, repository, one));
  }),
  repositoryRoute("pulls/create-review-comment", WRITE, async (call) => {
    const { world, repository, path, body } = call;
    const actor = actorOf(call);
    const pull = pullAt(world, repository, path.pull_number);
    requireUnlocked(call.principal, repository, pull);
    if (body.in_reply_to !== undefined) {
      return { status: 201, body: reply(world, repository, pull, actor, body.in_reply_to, body.body) };
    }
    const { comment, tell } = await addReviewComment(world, repository, pull, {
      reviewId: null,
      userId: actor.id,
      body: body.body,
      path: body.path,
      line: body.line ?? null,
      startLine: body.start_line ?? null,
      side: body.side === "LEFT" ? "LEFT" : "RIGHT",
      commitId: body.commit_id,
    });
    tell(actor);
    return { status: 201, body: reviewCommentShape(world, repository, comment) };
  }),
  repositoryRoute("pulls/create-reply-for-review-comment", WRITE, (call) => {
    const { world, repository, path, body } = call;
    const pull = pullAt(world, repository, path.pull_number);
    requireUnlocked(call.principal, repository, pull);
    const made = reply(world, repository, pull, actorOf(call), Number(path.comment_id), body.body);
    return { status: 201, body: made };
  }),
  repositoryRoute("pulls/get-review-comment", READ, ({ world, repository, path }) => ({
    status: 200,
    body: reviewCommentShape(world, repository, commentAt(world, repository, path.comment_id)),
  })),
  repositoryRoute("pulls/update-review-comment", WRITE, (call) => {
    const { world, repository, path, body } = call;
    const comment = commentAt(world, repository, path.comment_id);
    requireMayChange(call, comment);
    const updated = world.state.reviewComments.put({ ...comment, body: body.body, updatedAt: now() });
    const changes = { body: { from: comment.body } };
    tellReviewComment(world, repository, actorOf(call), updated, "edited", { changes });
    return { status: 200, body: reviewCommentShape(world, repository, updated) };
  }),
  repositoryRoute("pulls/delete-review-comment", WRITE, (call) => {
    const { world, repository, path } = call;
    const comment = commentAt(world, repository, path.comment_id);
    requireMayChange(call, comment);
    tellReviewComment(world, repository, actorOf(call), comment, "deleted");
    world.state.reviewComments.remove(comment.id);
    return { status: 204, body: null };
  }),
];

function commentAt(world: World, repository: RepositoryRecord, id: number | bigint): ReviewCommentRecord {
  return ownedBy(repository, world.state.reviewComments.get(Number(id)));
}

function requireMayChange(
  call: Pick<RepositoryCall<"pulls/update-review-comment">, "principal" | "repository">,
  comment: ReviewCommentRecord,
): void {
  const actor = actorOf(call);
  const asApp = hasPermission(call.principal, "pull_requests", "write");
  if (asApp || actor.id === comment.userId || mayWrite(call.repository, actor)) return;
  throw new GithubFault(403, "You cannot update this comment.");
}

interface NewReviewComment {
  /** null: a review is made around it */
  readonly reviewId: number | null;
  readonly userId: number;
  readonly body: string;
  readonly path: string;
  readonly line: number | null;
  readonly startLine: number | null;
  readonly side: "LEFT" | "RIGHT";
  readonly commitId: string;
}

/**
 * @returns the comment, and what tells of it: a review is told before its comments
 * @throws GithubFault 422 when the difference does not show the line
 */
export async function addReviewComment(
  world: World,
  repository: RepositoryRecord,
  pull: PullRecord,
  given: NewReviewComment,
): Promise<{ readonly comment: ReviewCommentRecord; readonly tell: (actor: AccountRecord) => void }> {
  const { line, side, path, commitId } = given;
  const { from, to } = await rangeAt(repository, pull, commitId);
  const file = (await differences(repository.path, from, to)).find((one) => one.path === path);
  if (file === undefined) throw invalid("PullRequestReviewComment", "path", "path could not be resolved");
  const diffHunk = line === null || file.patch === null ? null : hunkAround(file.patch, line, side);
  if (line === null || diffHunk === null) {
    throw invalid("PullRequestReviewComment", "line", "line must be part of the diff");
  }
  const author = world.state.accounts.get(given.userId);
  if (author === undefined) throw notFound();
  const at = now();
  const { reviewId, ...rest } = given;
  const made = { ...rest, line, diffHunk, commitId: to, fromId: from };
  const comment = world.state.reviewComments.put({
    ...made,
    place: await placeNow(repository, pull, made),
    id: world.state.nextId(),
    repositoryId: repository.id,
    issueId: pull.id,
    reviewId: reviewId ?? reviewAround(world, repository, pull, author).id,
    inReplyTo: null,
    resolvedById: null,
    createdAt: at,
    updatedAt: at,
  });
  return { comment, tell: (actor) => tellReviewComment(world, repository, actor, comment, "created") };
}

/** What the pull request was about when it ended with that commit, which may be an older one of its own. */
async function rangeAt(
  repository: RepositoryRecord,
  pull: PullRecord,
  commitId: string,
): Promise<{ readonly from: string; readonly to: string }> {
  const now = await range(repository, pull);
  if (commitId === now.to) return now;
  const isOwn = await isAncestor(repository.path, commitId, now.to);
  const from = isOwn ? await mergeBase(repository.path, now.from, commitId) : null;
  if (from === null)
    throw invalid("PullRequestReviewComment", "commit_id", "commit_id is not part of the pull request");
  return { from, to: commitId };
}

function reply(
  world: World,
  repository: RepositoryRecord,
  pull: PullRecord,
  actor: AccountRecord,
  to: number,
  body: string,
) {
  const parent = commentAt(world, repository, to);
  if (parent.issueId !== pull.id) throw notFound();
  const at = now();
  const comment = world.state.reviewComments.put({
    ...parent,
    id: world.state.nextId(),
    reviewId: reviewAround(world, repository, pull, actor).id,
    userId: actor.id,
    body,
    inReplyTo: parent.inReplyTo ?? parent.id,
    resolvedById: null,
    createdAt: at,
    updatedAt: at,
  });
  tellReviewComment(world, repository, actor, comment, "created");
  return reviewCommentShape(world, repository, comment);
}

function tellReviewComment(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  comment: ReviewCommentRecord,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const issue = world.state.issues.get(comment.issueId);
  if (issue === undefined || !isPull(issue)) return;
  const parts = {
    comment: reviewCommentShape(world, repository, comment),
    pull_request: pullSimpleShape(world, repository, issue),
    ...more,
  };
  world.tell({ event: "pull_request_review_comment", action, repository, sender, parts });
}
