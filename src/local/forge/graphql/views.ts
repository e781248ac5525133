/**
 * Records as GraphQL objects: plain values and functions the executor calls
 * for the fields somebody asked for.
 */
import { GraphQLError } from "graphql";
import { GithubFault } from "../fault.ts";
import { isPull, issueAt, pullAt, pullsOf } from "../rest/find.ts";
import { pullFacts } from "../rest/pulls/tell-pull.ts";
import { accountById } from "../rest/shape/account.ts";
import { repositoryUrl } from "../rest/shape/schemas.ts";
import { nodeId } from "../state/node-id.ts";
import type {
  AccountRecord,
  IssueRecord,
  PullRecord,
  RepositoryRecord,
  ReviewCommentRecord,
} from "../state/records.ts";
import type { World } from "../world.ts";

type View = Readonly<Record<string, unknown>>;

interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
}

export function actorView(world: World, account: AccountRecord): View {
  return {
    __typename: account.type,
    id: nodeId(account.type === "Bot" ? "bot" : "account", account.id),
    databaseId: account.id,
    // GraphQL names a bot without the suffix REST gives it.
    login: account.type === "Bot" ? account.login.replace(/\[bot\]$/, "") : account.login,
    url: `${world.url()}/${encodeURIComponent(account.login)}`,
  };
}

export function repositoryView(world: World, repository: RepositoryRecord): View {
  return {
    __typename: "Repository",
    id: nodeId("repository", repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: `${repository.owner}/${repository.name}`,
    isPrivate: repository.private,
    owner: actorView(world, accountById(world, repository.ownerId)),
    url: repositoryUrl(world, repository, ""),
    defaultBranchRef: { name: repository.defaultBranch, prefix: "refs/heads/" },
    pullRequest: ({ number }: { readonly number: number }) =>
      orMissing(() => pullView(world, pullAt(world, repository, number))),
    issue: ({ number }: { readonly number: number }) =>
      orMissing(() => issueView(world, issueAt(world, repository, number))),
    pullRequests: (page: PageArguments) => connection(pullsOf(world, repository), page, (one) => pullView(world, one)),
  };
}

function orMissing(make: () => View): View {
  try {
    return make();
  } catch (error) {
    if (error instanceof GithubFault) throw new GraphQLError(error.message, { extensions: { type: "NOT_FOUND" } });
    throw error;
  }
}

export function issueView(world: World, issue: IssueRecord): View {
  if (isPull(issue)) return pullView(world, issue);
  return {
    ...commonView(world, issue),
    __typename: "Issue",
    id: nodeId("issue", issue.id),
    databaseId: issue.id,
    state: issue.state.toUpperCase(),
  };
}

function repositoryFor(world: World, id: number): RepositoryRecord {
  const repository = world.state.repositories.get(id);
  if (repository === undefined) throw new GraphQLError("Could not resolve to a Repository");
  return repository;
}

function commonView(world: World, issue: IssueRecord): View {
  const repository = repositoryFor(world, issue.repositoryId);
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? "",
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closed: issue.state === "closed",
    closedAt: issue.closedAt,
    url: repositoryUrl(world, repository, `/${issue.pull === null ? "issues" : "pull"}/${issue.number}`),
    author: () => actorView(world, accountById(world, issue.userId)),
    repository: () => repositoryView(world, repository),
    labels: (page: PageArguments) =>
      connection(issue.labelIds, page, (id) => ({ id: nodeId("label", id), name: world.state.labels.get(id)?.name })),
    comments: (page: PageArguments) => {
      const all = world.state.comments.where((one) => one.issueId === issue.id);
      return connection(all, page, (one) => ({
        id: nodeId("comment", one.id),
        databaseId: one.id,
        body: one.body,
        createdAt: one.createdAt,
        author: actorView(world, accountById(world, one.userId)),
      }));
    },
  };
}

export function pullView(world: World, issue: PullRecord): View {
  const { pull } = issue;
  const repository = repositoryFor(world, issue.repositoryId);
  return {
    ...commonView(world, issue),
    __typename: "PullRequest",
    id: nodeId("pull", pull.id),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt,
    state: pull.mergedAt !== null ? "MERGED" : issue.state.toUpperCase(),
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseSha,
    mergeable: async () => {
      const { mergeable } = await pullFacts(world, repository, issue);
      return mergeable === null ? "UNKNOWN" : mergeable ? "MERGEABLE" : "CONFLICTING";
    },
    reviewThreads: (page: PageArguments) => {
      const roots = world.state.reviewComments.where((one) => one.issueId === issue.id && one.inReplyTo === null);
      return connection(roots, page, (one) => threadView(world, one));
    },
    reviews: (page: PageArguments) => {
      const all = world.state.reviews.where((one) => one.issueId === issue.id);
      return connection(all, page, (one) => ({
        id: nodeId("review", one.id),
        databaseId: one.id,
        body: one.body,
        state: one.state,
        submittedAt: one.submittedAt,
        author: actorView(world, accountById(world, one.userId)),
      }));
    },
  };
}

/** @param root the thread's first comment, whose id is the thread's */
export function threadView(world: World, root: ReviewCommentRecord): View {
  return {
    __typename: "PullRequestReviewThread",
    id: nodeId("thread", root.id),
    isResolved: root.resolvedById !== null,
    resolvedBy: root.resolvedById === null ? null : actorView(world, accountById(world, root.resolvedById)),
    isOutdated: root.place === null,
    isCollapsed: root.resolvedById !== null,
    path: root.path,
    line: root.place?.line ?? null,
    startLine: root.place?.startLine ?? null,
    originalLine: root.line,
    originalStartLine: root.startLine,
    diffSide: root.side,
    subjectType: "LINE",
    viewerCanReply: true,
    viewerCanResolve: root.resolvedById === null,
    viewerCanUnresolve: root.resolvedById !== null,
    comments: (page: PageArguments) => {
      const all = world.state.reviewComments.where((one) => one.id === root.id || one.inReplyTo === root.id);
      return connection(all, page, (one) => ({
        id: nodeId("reviewComment", one.id),
        databaseId: one.id,
        fullDatabaseId: String(one.id),
        body: one.body,
        path: one.path,
        line: one.place?.line ?? null,
        originalLine: one.line,
        outdated: one.place === null,
        diffHunk: one.diffHunk,
        createdAt: one.createdAt,
        author: actorView(world, accountById(world, one.userId)),
      }));
    },
  };
}

/** Cursors are positions in the list. */
function connection<T>(all: readonly T[], page: PageArguments, view: (item: T) => View): View {
  const start = page.after == null ? 0 : Number(page.after);
  const end = page.first == null ? all.length : start + page.first;
  const from = page.last == null ? start : Math.max(start, end - page.last);
  const nodes = all.slice(from, end).map(view);
  return {
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: String(from + index + 1) })),
    totalCount: all.length,
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: from > 0,
      startCursor: nodes.length === 0 ? null : String(from + 1),
      endCursor: nodes.length === 0 ? null : String(Math.min(end, all.length)),
    },
  };
}
