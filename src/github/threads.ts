/**
 * Threads on lines of pull requests, as GitHub keeps them. What is said in them
 * is decided elsewhere.
 */
import type { ReviewComment, Reviews, Threads } from "../domain/ports/threads-port.ts";
import type { Repository } from "../domain/task.ts";
import type { Calls } from "./calls.ts";
import type { Permissions } from "./errors.ts";

const READ: Permissions = { pull_requests: "read" };
const WRITE: Permissions = { pull_requests: "write" };
/** GitHub asks for contents too where a thread is resolved, which its reference does not say. */
const RESOLVE: Permissions = { contents: "write", pull_requests: "write" };

const THREADS = `query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        nodes { id isResolved comments(first: 1) { nodes { databaseId } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;
const RESOLVING = `mutation ($id: ID!) {
  resolveReviewThread(input: { threadId: $id }) { thread { isResolved } }
}`;

interface ThreadNode {
  readonly id: string;
  readonly isResolved: boolean;
  readonly comments: { readonly nodes: readonly ({ readonly databaseId: number | null } | null)[] };
}
interface ThreadsReply {
  readonly repository: {
    readonly pullRequest: {
      readonly reviewThreads: {
        readonly nodes: readonly ThreadNode[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      };
    } | null;
  } | null;
}

/**
 * @param appId whose comments count as Orion's own
 * @param ownLogin login of the App's account, e.g. `orion[bot]`
 * @param clean every text that goes out passes it
 */
export function threads(
  calls: Calls,
  { appId, ownLogin, clean }: { appId: number; ownLogin: () => Promise<string>; clean: (text: string) => string },
): Reviews & Threads {
  return {
    reviewComments: async (repository, pullRequest) =>
      (await listComments(calls, repository, pullRequest)).map(toReviewComment),
    thread: (repository, pullRequest, comment) => findThread(calls, repository, pullRequest, comment),
    async resolveThread(repository, thread) {
      await calls.write(repository, "resolve a thread", RESOLVE, (octokit) =>
        octokit.graphql(RESOLVING, { id: thread }),
      );
    },
    async replyInThread(repository, pullRequest, comment, body) {
      const at = { ...placeOf(repository, pullRequest), comment_id: comment, body: clean(body) };
      return calls.create(repository, "answer in a thread", WRITE, async (octokit) => {
        return (await octokit.rest.pulls.createReplyForReviewComment(at)).data.id;
      });
    },
    async findReply(repository, pullRequest, marker) {
      const own = await ownLogin();
      const found = (await listComments(calls, repository, pullRequest)).find((comment) => {
        const mine = comment.performed_via_github_app?.id === appId || comment.user?.login === own;
        return mine && comment.body.includes(marker);
      });
      return found?.id ?? null;
    },
  };
}

function placeOf({ owner, name }: Repository, pullRequest: number) {
  return { owner, repo: name, pull_number: pullRequest };
}

/** What GitHub leaves out of its schema is optional here. */
interface CommentData {
  readonly id: number;
  readonly pull_request_review_id: number | null;
  readonly in_reply_to_id?: number | undefined;
  readonly path: string;
  readonly line?: number | null | undefined;
  readonly start_line?: number | null | undefined;
  readonly original_line?: number | null | undefined;
  readonly original_start_line?: number | null | undefined;
  readonly side?: "LEFT" | "RIGHT" | undefined;
  readonly commit_id: string;
  readonly original_commit_id: string;
  readonly diff_hunk: string;
  readonly body: string;
  readonly user: { readonly id: number; readonly login: string } | null;
  readonly performed_via_github_app?: { readonly id: number } | null;
}

function listComments(calls: Calls, repository: Repository, pullRequest: number): Promise<readonly CommentData[]> {
  const at = { ...placeOf(repository, pullRequest), per_page: 100 };
  return calls.read(
    repository,
    "list line comments",
    READ,
    async (octokit): Promise<readonly CommentData[]> => octokit.paginate(octokit.rest.pulls.listReviewComments, at),
  );
}

function toReviewComment(comment: CommentData): ReviewComment {
  return {
    id: comment.id,
    review: comment.pull_request_review_id,
    inReplyTo: comment.in_reply_to_id ?? null,
    path: comment.path,
    line: comment.line ?? null,
    startLine: comment.start_line ?? null,
    originalLine: comment.original_line ?? null,
    originalStartLine: comment.original_start_line ?? null,
    side: comment.side ?? "RIGHT",
    commit: comment.commit_id,
    originalCommit: comment.original_commit_id,
    hunk: comment.diff_hunk,
    body: comment.body,
    author: comment.user === null ? null : { id: comment.user.id, login: comment.user.login },
  };
}

async function findThread(
  calls: Calls,
  repository: Repository,
  number: number,
  comment: number,
): Promise<{ id: string; resolved: boolean } | null> {
  const { owner, name } = repository;
  return calls.read(repository, "look for a thread", READ, async (octokit) => {
    for (let after: string | null = null; ; ) {
      const reply: ThreadsReply = await octokit.graphql<ThreadsReply>(THREADS, { owner, name, number, after });
      const page = reply.repository?.pullRequest?.reviewThreads;
      if (page === undefined) return null;
      const found = page.nodes.find((one) => one.comments.nodes[0]?.databaseId === comment);
      if (found !== undefined) return { id: found.id, resolved: found.isResolved };
      if (!page.pageInfo.hasNextPage) return null;
      after = page.pageInfo.endCursor;
    }
  });
}
