/**
 * Reviews and review comments as GitHub shows them.
 */

import { nodeId } from "../../state/node-id.ts";
import type { IssueRecord, RepositoryRecord, ReviewCommentRecord, ReviewRecord } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { userById } from "./account.ts";
import { rollup } from "./issue.ts";
import { associationOf } from "./repository.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "./schemas.ts";

export function reviewShape(
  world: World,
  repository: RepositoryRecord,
  issue: IssueRecord,
  review: ReviewRecord,
): Schemas["pull-request-review"] {
  const page = repositoryUrl(world, repository, `/pull/${issue.number}#pullrequestreview-${review.id}`);
  const pullUrl = repositoryApiUrl(world, repository, `/pulls/${issue.number}`);
  return {
    id: review.id,
    node_id: nodeId("review", review.id),
    user: userById(world, review.userId),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl,
    _links: { html: { href: page }, pull_request: { href: pullUrl } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
    author_association: associationOf(world, repository, review.userId),
  };
}

export function reviewCommentShape(
  world: World,
  repository: RepositoryRecord,
  comment: ReviewCommentRecord,
): Schemas["pull-request-review-comment"] {
  const { place } = comment;
  const number = world.state.issues.get(comment.issueId)?.number ?? 0;
  const url = repositoryApiUrl(world, repository, `/pulls/comments/${comment.id}`);
  const page = repositoryUrl(world, repository, `/pull/${number}#discussion_r${comment.id}`);
  const pullUrl = repositoryApiUrl(world, repository, `/pulls/${number}`);
  return {
    id: comment.id,
    node_id: nodeId("reviewComment", comment.id),
    pull_request_review_id: comment.reviewId,
    url,
    html_url: page,
    pull_request_url: pullUrl,
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: pullUrl } },
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: place?.commitId ?? comment.commitId,
    original_commit_id: comment.commitId,
    user: userById(world, comment.userId),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(world, repository, comment.userId),
    line: place?.line ?? NOWHERE,
    original_line: comment.line,
    start_line: place?.startLine ?? null,
    original_start_line: comment.startLine,
    side: comment.side,
    start_side: comment.startLine === null ? null : comment.side,
    position: place?.position ?? NOWHERE,
    original_position: positionOf(comment.diffHunk),
    subject_type: "line",
    reactions: rollup(world, "review-comment", comment.id, `${url}/reactions`),
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}

/** GitHub answers null for lines that are gone, though its description knows numbers only. */
const NOWHERE = null as unknown as number;

/** @returns lines below the hunk's header, down to the line commented on */
export function positionOf(hunk: string): number {
  return hunk.split("\n").length - 1;
}

/** The older form, which GitHub still answers for the comments of one review. */
export function legacyReviewCommentShape(
  world: World,
  repository: RepositoryRecord,
  comment: ReviewCommentRecord,
): Schemas["review-comment"] {
  const shape = reviewCommentShape(world, repository, comment);
  const side = comment.side;
  return {
    ...shape,
    position: comment.place?.position ?? null,
    original_position: positionOf(comment.diffHunk),
    side,
    start_side: comment.startLine === null ? null : side,
    line: comment.place?.line ?? NOWHERE,
    original_line: comment.line,
  };
}
