/**
 * Pull requests as GitHub shows them: in lists, alone, and beside a check.
 */

import { nodeId } from "../../state/node-id.ts";
import type { PullRecord, RepositoryRecord } from "../../state/records.ts";
import type { PullFacts, World } from "../../world.ts";
import { userById } from "./account.ts";
import { labelsOf } from "./issue.ts";
import { associationOf, repositoryShape } from "./repository.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "./schemas.ts";

export function pullSimpleShape(
  world: World,
  repository: RepositoryRecord,
  issue: PullRecord,
): Schemas["pull-request-simple"] {
  const { pull } = issue;
  const assignees = issue.assigneeIds.map((id) => userById(world, id));
  return {
    ...addresses(world, repository, issue),
    id: pull.id,
    node_id: nodeId("pull", pull.id),
    number: issue.number,
    state: issue.state,
    locked: issue.locked === true,
    title: issue.title,
    body: issue.body,
    user: userById(world, issue.userId),
    labels: labelsOf(world, repository, issue).map((label) => ({ ...label, description: label.description ?? "" })),
    milestone: null,
    active_lock_reason: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.reviewerIds.map((id) => userById(world, id)),
    requested_teams: [],
    head: side(world, repository, pull.headRef, pull.headSha),
    base: side(world, repository, pull.baseRef, pull.baseSha),
    author_association: associationOf(world, repository, issue.userId),
    auto_merge: null,
    draft: pull.draft,
  };
}

export function pullShape(
  world: World,
  repository: RepositoryRecord,
  issue: PullRecord,
  facts: PullFacts,
): Schemas["pull-request"] {
  const { labels, user: _user, state: _state, ...simple } = pullSimpleShape(world, repository, issue);
  const { pull } = issue;
  return {
    ...simple,
    user: userById(world, issue.userId),
    state: issue.state,
    labels: labels.map((label) => ({ ...label })),
    requested_teams: [],
    head: side(world, repository, pull.headRef, pull.headSha),
    base: side(world, repository, pull.baseRef, pull.baseSha),
    merged: pull.mergedAt !== null,
    mergeable: facts.mergeable,
    rebaseable: facts.mergeable,
    mergeable_state: mergeableState(issue, facts),
    merged_by: pull.mergedById === null ? null : userById(world, pull.mergedById),
    comments: world.state.comments.where((one) => one.issueId === issue.id).length,
    review_comments: world.state.reviewComments.where((one) => one.issueId === issue.id).length,
    maintainer_can_modify: false,
    commits: facts.commits,
    additions: facts.additions,
    deletions: facts.deletions,
    changed_files: facts.changedFiles,
  };
}

function mergeableState(issue: PullRecord, facts: PullFacts): string {
  if (facts.mergeable === null) return "unknown";
  if (!facts.mergeable) return "dirty";
  return issue.pull.draft ? "draft" : "clean";
}

function side(world: World, repository: RepositoryRecord, ref: string, sha: string) {
  const owner = userById(world, repository.ownerId);
  return { label: `${repository.owner}:${ref}`, ref, sha, user: owner, repo: repositoryShape(world, repository) };
}

function addresses(world: World, repository: RepositoryRecord, issue: PullRecord) {
  const api = (path: string): string => repositoryApiUrl(world, repository, path);
  const url = api(`/pulls/${issue.number}`);
  const issueUrl = api(`/issues/${issue.number}`);
  const page = repositoryUrl(world, repository, `/pull/${issue.number}`);
  const found = {
    comments_url: `${issueUrl}/comments`,
    commits_url: `${url}/commits`,
    review_comment_url: api("/pulls/comments{/number}"),
    review_comments_url: `${url}/comments`,
    statuses_url: api(`/statuses/${issue.pull.headSha}`),
  };
  return {
    ...found,
    url,
    html_url: page,
    issue_url: issueUrl,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: found.comments_url },
      review_comments: { href: found.review_comments_url },
      review_comment: { href: found.review_comment_url },
      commits: { href: found.commits_url },
      statuses: { href: found.statuses_url },
    },
  };
}

/** As GitHub lists a pull request beside a check run. */
export function pullMinimalShape(
  world: World,
  repository: RepositoryRecord,
  issue: PullRecord,
): Schemas["pull-request-minimal"] {
  const { pull } = issue;
  const repo = { id: repository.id, url: repositoryApiUrl(world, repository, ""), name: repository.name };
  return {
    id: pull.id,
    number: issue.number,
    url: repositoryApiUrl(world, repository, `/pulls/${issue.number}`),
    head: { ref: pull.headRef, sha: pull.headSha, repo },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo },
  };
}
