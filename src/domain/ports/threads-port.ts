/**
 * The threads on lines of a pull request: read by intake to make one request of
 * a review, answered by runs. Nothing here decides what is answered.
 */
import type { Person, Repository } from "../task.ts";

/** One comment on lines of a pull request. */
export interface ReviewComment {
  readonly id: number;
  /** the review it came with */
  readonly review: number | null;
  /** the first comment of its thread; null when it is that itself */
  readonly inReplyTo: number | null;
  readonly path: string;
  /** as the pull request is now; null when the line has changed since, or the comment is about the whole file */
  readonly line: number | null;
  readonly startLine: number | null;
  /** as it was when it was written; null when the comment is about the whole file */
  readonly originalLine: number | null;
  readonly originalStartLine: number | null;
  readonly side: "LEFT" | "RIGHT";
  /** the commits that `line` and `originalLine` belong to */
  readonly commit: string;
  readonly originalCommit: string;
  /** end of the difference it was written on, down to its line */
  readonly hunk: string;
  readonly body: string;
  /** null when the account is gone */
  readonly author: Person | null;
}

/** Threads as intake reads them. */
export interface Reviews {
  /** Every line comment of a pull request, oldest first. */
  reviewComments(repository: Repository, pullRequest: number): Promise<readonly ReviewComment[]>;
}

/** Threads as runs answer them. */
export interface Threads {
  /** Whether the thread that begins with this comment is resolved; null when it is gone. */
  thread(
    repository: Repository,
    pullRequest: number,
    comment: number,
  ): Promise<{ readonly id: string; readonly resolved: boolean } | null>;
  /** @param thread the id that `thread` gave */
  resolveThread(repository: Repository, thread: string): Promise<void>;
  /** Answers in the thread that begins with this comment. @throws OrionError GITHUB_NOT_FOUND when it is gone */
  replyInThread(repository: Repository, pullRequest: number, comment: number, body: string): Promise<number>;
  /** The first line comment by this App on the pull request that contains `marker`, or null. */
  findReply(repository: Repository, pullRequest: number, marker: string): Promise<number | null>;
}
