/**
 * GitHub as the runs use it. Every method is one call to one repository with a
 * token minted for it; nothing here decides anything.
 */

import type { Repository, Subject } from "../task.ts";
import type { CommitCi } from "./ci-port.ts";
import type { Remote } from "./git-port.ts";
import type { Merges } from "./merges-port.ts";
import type { Threads } from "./threads-port.ts";

export type Role = "admin" | "maintain" | "write" | "triage" | "read" | "none";
export type Reaction = "eyes" | "rocket" | "confused" | "-1" | "+1";

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: { readonly id: number; readonly login: string; readonly isBot: boolean };
  readonly state: "open" | "closed";
  readonly labels: readonly string[];
  readonly isPullRequest: boolean;
}

export interface Pull {
  readonly number: number;
  /** GraphQL id */
  readonly nodeId: string;
  readonly state: "open" | "closed";
  readonly merged: boolean;
  readonly draft: boolean;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly title: string;
  readonly body: string;
  readonly url: string;
  /** login of who opened it; null when that account is gone */
  readonly author: string | null;
}

export type CheckConclusion = "success" | "failure" | "neutral" | "action_required" | "cancelled";

/** A remark on one line of a file, shown with the change. */
export interface Annotation {
  readonly path: string;
  /** from 1 */
  readonly line: number;
  readonly level: "notice" | "warning" | "failure";
  readonly title: string;
  readonly message: string;
}

export interface Check {
  readonly name: string;
  readonly headSha: string;
  /** `<run>:<attempt>:<kind>`-like key; the same key is the same check */
  readonly externalId: string;
  readonly status: "in_progress" | "completed";
  readonly conclusion?: CheckConclusion;
  readonly title: string;
  /** Markdown, at most 60,000 characters */
  readonly summary: string;
  /** any number; put once, with the check's first result */
  readonly annotations?: readonly Annotation[];
  /** buttons beside it; at most three */
  readonly buttons?: readonly CheckButton[];
}

/** @source GitHub REST, "Create a check run": 20, 40 and 20 characters at most */
export interface CheckButton {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface GitHub extends Merges, Threads, CommitCi {
  /** The App's slug, as in `@slug`. */
  appSlug(): Promise<string>;
  /** A person's role by a live call; `none` for strangers. */
  role(repository: Repository, login: string): Promise<Role>;
  defaultBranch(
    repository: Repository,
  ): Promise<{ readonly name: string; readonly sha: string; readonly protected: boolean }>;
  /** The commit a branch points at now; null when there is no such branch. */
  branchHead(repository: Repository, branch: string): Promise<string | null>;
  issue(repository: Repository, number: number): Promise<Issue>;
  /** Idempotent, as GitHub's own is. */
  react(repository: Repository, subject: Subject, reaction: Reaction): Promise<void>;
  createComment(repository: Repository, issue: number, body: string): Promise<number>;
  editComment(repository: Repository, comment: number, body: string): Promise<void>;
  /** The first comment by this App on the issue that contains `marker`, or null. */
  findComment(repository: Repository, issue: number, marker: string): Promise<number | null>;
  /** Any pull request, open or closed, from this head branch into this base. */
  findPull(repository: Repository, head: string, base: string): Promise<Pull | null>;
  pull(repository: Repository, number: number): Promise<Pull>;
  openPull(
    repository: Repository,
    pull: {
      readonly head: string;
      readonly base: string;
      readonly title: string;
      readonly body: string;
      readonly draft: boolean;
    },
  ): Promise<Pull>;
  editPull(
    repository: Repository,
    number: number,
    patch: { readonly title?: string; readonly body?: string },
  ): Promise<void>;
  markReady(repository: Repository, pull: Pull): Promise<void>;
  /** Creates the check run of this name and external id on the commit, or updates the one that is there. */
  putCheck(repository: Repository, check: Check): Promise<number>;
  /** As `putCheck`, for a check that is there and says it is under way; any other is left alone. @returns whether it was */
  endCheck(repository: Repository, check: Check): Promise<boolean>;
  /** Searches this one repository; a line for each hit, best first, at most ten. */
  search(repository: Repository, kind: "code" | "issues", words: string): Promise<readonly string[]>;
  /** Access for git: read to fetch, write to push. */
  remote(repository: Repository, access: "read" | "write"): Promise<Remote>;
}
