/**
 * Issues, their comments, labels and reactions as GitHub shows them.
 */

import { nodeId } from "../../state/node-id.ts";
import type { CommentRecord, IssueRecord, LabelRecord, ReactionRecord, RepositoryRecord } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { userById } from "./account.ts";
import { appShape } from "./app.ts";
import { associationOf } from "./repository.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "./schemas.ts";

export function labelShape(world: World, repository: RepositoryRecord, label: LabelRecord): Schemas["label"] {
  return {
    id: label.id,
    node_id: nodeId("label", label.id),
    url: repositoryApiUrl(world, repository, `/labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function labelsOf(world: World, repository: RepositoryRecord, issue: IssueRecord): Schemas["label"][] {
  return issue.labelIds.flatMap((id) => {
    const label = world.state.labels.get(id);
    return label === undefined ? [] : [labelShape(world, repository, label)];
  });
}

export function issueShape(world: World, repository: RepositoryRecord, issue: IssueRecord): Schemas["issue"] {
  const url = repositoryApiUrl(world, repository, `/issues/${issue.number}`);
  const { pull } = issue;
  const assignees = issue.assigneeIds.map((id) => userById(world, id));
  return {
    id: issue.id,
    node_id: pull === null ? nodeId("issue", issue.id) : nodeId("pull", pull.id),
    url,
    repository_url: repositoryApiUrl(world, repository, ""),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: repositoryUrl(world, repository, `/${pull === null ? "issues" : "pull"}/${issue.number}`),
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: userById(world, issue.userId),
    labels: labelsOf(world, repository, issue),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    locked: issue.locked === true,
    active_lock_reason: null,
    comments: world.state.comments.where((one) => one.issueId === issue.id).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: issue.closedById === null ? null : userById(world, issue.closedById),
    author_association: associationOf(world, repository, issue.userId),
    performed_via_github_app: issue.byApp ? appShape(world) : null,
    reactions: rollup(world, "issue", issue.id, `${url}/reactions`),
    ...(pull === null ? {} : { draft: pull.draft, pull_request: pullLinks(world, repository, issue, pull.mergedAt) }),
  };
}

function pullLinks(world: World, repository: RepositoryRecord, issue: IssueRecord, mergedAt: string | null) {
  const page = repositoryUrl(world, repository, `/pull/${issue.number}`);
  return {
    url: repositoryApiUrl(world, repository, `/pulls/${issue.number}`),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    merged_at: mergedAt,
  };
}

export function commentShape(
  world: World,
  repository: RepositoryRecord,
  comment: CommentRecord,
): Schemas["issue-comment"] {
  const issue = world.state.issues.get(comment.issueId);
  const number = issue?.number ?? 0;
  const url = repositoryApiUrl(world, repository, `/issues/comments/${comment.id}`);
  const page = issue?.pull == null ? "issues" : "pull";
  return {
    id: comment.id,
    node_id: nodeId("comment", comment.id),
    url,
    html_url: repositoryUrl(world, repository, `/${page}/${number}#issuecomment-${comment.id}`),
    issue_url: repositoryApiUrl(world, repository, `/issues/${number}`),
    user: userById(world, comment.userId),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(world, repository, comment.userId),
    performed_via_github_app: comment.byApp ? appShape(world) : null,
    reactions: rollup(world, "comment", comment.id, `${url}/reactions`),
  };
}

export function reactionShape(world: World, reaction: ReactionRecord): Schemas["reaction"] {
  return {
    id: reaction.id,
    node_id: nodeId("reaction", reaction.id),
    user: userById(world, reaction.userId),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

export function rollup(
  world: World,
  subject: ReactionRecord["subject"],
  subjectId: number,
  url: string,
): Schemas["reaction-rollup"] {
  const all = world.state.reactions.where((one) => one.subject === subject && one.subjectId === subjectId);
  const count = (content: string): number => all.filter((one) => one.content === content).length;
  return {
    url,
    total_count: all.length,
    "+1": count("+1"),
    "-1": count("-1"),
    laugh: count("laugh"),
    hooray: count("hooray"),
    confused: count("confused"),
    heart: count("heart"),
    rocket: count("rocket"),
    eyes: count("eyes"),
  };
}
