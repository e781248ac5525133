/**
 * Git as the host uses it: bare mirrors and plumbing. No work tree exists on
 * the host, and nothing an agent touched is ever read by git as configuration.
 */
import type { FeatureRef } from "../feature-ref.ts";

/** Where a repository is fetched from and pushed to. The token lives for minutes and one repository. */
export interface Remote {
  readonly repositoryId: number;
  readonly url: string;
  readonly token: string;
}

export interface TreeEntry {
  readonly path: string;
  readonly mode: "100644" | "100755" | "120000" | "160000";
  readonly sha: string;
  readonly size: number;
}

export type FileChange =
  | { readonly kind: "write"; readonly path: string; readonly mode: "100644" | "100755"; readonly bytes: Uint8Array }
  | { readonly kind: "delete"; readonly path: string };

export interface CommitRequest {
  readonly repositoryId: number;
  readonly parent: string;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  /** committer and author date; fixed per step so that a retry gives the same id */
  readonly at: Date;
  /** the commit's parents where they are others than `parent`, whose files it starts from all the same */
  readonly parents?: readonly string[];
}

/** One commit as the repository tells it. */
export interface CommitFacts {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authoredAt: Date;
  readonly message: string;
}

export interface RevertRequest extends Pick<CommitRequest, "repositoryId" | "message" | "author" | "at"> {
  /** the branch's head now: the parent of the new commit */
  readonly onto: string;
  /** the state that comes back */
  readonly before: string;
  /** the state that is undone; `onto` holds it, and may have gone on since */
  readonly after: string;
  /** folders at any depth that stay as they are, e.g. `prisma/migrations` */
  readonly keep: readonly string[];
}

export type RevertResult =
  | { readonly kind: "built"; readonly commit: string }
  /** what came later changed the same lines; nothing was built */
  | { readonly kind: "conflict"; readonly files: readonly string[] }
  /** nothing of it is left to undo */
  | { readonly kind: "nothing" };

export interface MergeRequest extends Pick<CommitRequest, "repositoryId" | "message" | "author" | "at"> {
  /** the first parent */
  readonly ours: string;
  readonly theirs: string;
}

/** A file both sides changed so that git cannot tell what it shall be; which of the three states have it. */
export interface ConflictFile {
  readonly path: string;
  readonly base: boolean;
  readonly ours: boolean;
  readonly theirs: boolean;
}

export type MergeResult =
  /** `ours` holds `theirs` already */
  | { readonly kind: "nothing" }
  | { readonly kind: "merged"; readonly commit: string; readonly tree: string }
  /** the commit holds conflict markers with the common state in the middle, labelled by both ids; never to be pushed */
  | {
      readonly kind: "conflict";
      readonly commit: string;
      readonly tree: string;
      readonly files: readonly ConflictFile[];
    };

export type PushResult =
  | { readonly kind: "pushed" }
  /** the ref already points at this commit */
  | { readonly kind: "already" }
  /** somebody else moved the ref; nothing was changed */
  | { readonly kind: "stale"; readonly actual: string | null };

export interface Git {
  /** Brings the mirror up to date with all branches of the remote. */
  fetch(remote: Remote): Promise<void>;
  /** Whether the mirror holds these commits already, with all their files. */
  has(repositoryId: number, commits: readonly string[]): Promise<boolean>;
  /** Brings a pull request's head into the mirror, from wherever it was opened; null when the remote has none. */
  fetchPull(remote: Remote, pullRequest: number): Promise<string | null>;
  /** The commit a branch points at on the remote now, or null. */
  remoteHead(remote: Remote, branch: string): Promise<string | null>;
  /** Every file of a commit. */
  tree(repositoryId: number, commit: string): Promise<readonly TreeEntry[]>;
  /** One file of a commit, or null. */
  file(repositoryId: number, commit: string, path: string): Promise<Uint8Array | null>;
  /** The commit's files as a tar stream; attributes such as export-ignore have no effect. */
  archive(repositoryId: number, commit: string): AsyncIterable<Uint8Array>;
  /**
   * What a workspace's tar stream changes against a commit.
   * @throws OrionError EXPORT_REFUSED with the entry and the rule that refuses it
   */
  changes(repositoryId: number, commit: string, workspace: AsyncIterable<Uint8Array>): Promise<readonly FileChange[]>;
  /** Builds a commit in the mirror by plumbing. Same request, same id. */
  commit(request: CommitRequest): Promise<string>;
  /** What a commit adds to its parents, as bytes; `unpack` makes it of them where the parents are. */
  pack(repositoryId: number, commit: string): Promise<Uint8Array>;
  unpack(repositoryId: number, commit: string, pack: Uint8Array): Promise<void>;
  /** What `head` changes against `base`, read from the mirror. */
  diff(repositoryId: number, base: string, head: string): Promise<readonly FileDiff[]>;
  /**
   * Which commit brought each line of a file as it is in `commit`; null for lines that `since`, or what is before
   * it, brought; [] when there is no such file.
   */
  lineOrigins(
    repositoryId: number,
    file: { readonly commit: string; readonly path: string; readonly since: readonly string[] },
  ): Promise<readonly (string | null)[]>;
  /**
   * Pushes one commit to one feature branch.
   * @param expected what the ref must point at now; null when it must not exist
   * @throws OrionError DEFAULT_BRANCH when `defaultBranch` and the ref are the same however spelled
   */
  push(
    remote: Remote,
    request: {
      readonly ref: FeatureRef;
      readonly commit: string;
      readonly expected: string | null;
      readonly defaultBranch: string;
    },
  ): Promise<PushResult>;
  /** The commit and those before it along first parents, newest first, at most `last`. */
  history(repositoryId: number, commit: string, last: number): Promise<readonly CommitFacts[]>;
  /** Builds in the mirror the commit that undoes what lies between two states. Same request, same id. */
  revert(request: RevertRequest): Promise<RevertResult>;
  /** Builds in the mirror the commit that merges two others, their conflicts included. Same request, same id. */
  merge(request: MergeRequest): Promise<MergeResult>;
  /** The files in which two commits of the mirror conflict; [] when they merge. Builds nothing. */
  conflicts(repositoryId: number, ours: string, theirs: string): Promise<readonly ConflictFile[]>;
  /** The mirror's newest common ancestor of two commits, or null. */
  mergeBase(repositoryId: number, one: string, other: string): Promise<string | null>;
}

export interface Hunk {
  /** first line of the hunk in the new file, from 1 */
  readonly newStart: number;
  /** unified diff text from `@@` to the last line */
  readonly text: string;
}

export interface FileDiff {
  readonly path: string;
  readonly status: "added" | "modified" | "deleted";
  /** [] for binary files */
  readonly hunks: readonly Hunk[];
  readonly added: number;
  readonly deleted: number;
}
