/**
 * What the forge remembers, one record a thing, related by ids. These are not
 * the shapes GitHub answers with: see `rest/shape/`.
 */

export const ROLES = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof ROLES)[number];
export type Level = "read" | "write";
/** e.g. `{ contents: "write", metadata: "read" }` */
export type Permissions = Readonly<Record<string, Level>>;

export interface AccountRecord {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot" | "Organization";
  /** personal token for REST and git; null for accounts nobody signs in as */
  readonly token: string | null;
  readonly createdAt: string;
}

export interface LabelRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface RepositoryRecord {
  readonly id: number;
  readonly ownerId: number;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  /** the bare repository on disk */
  readonly path: string;
  readonly collaborators: Readonly<Record<string, Role>>;
  /** true when the App is installed on it */
  readonly installed: boolean;
  /** true when the default branch has its ruleset */
  readonly protected: boolean;
  readonly rulesetId: number;
  readonly createdAt: string;
  readonly pushedAt: string;
}

/** One installation an owner; it covers that owner's installed repositories. */
export interface InstallationRecord {
  readonly id: number;
  readonly accountId: number;
  readonly createdAt: string;
}

export interface TokenRecord {
  readonly id: number;
  readonly sha256: string;
  readonly installationId: number;
  /** null: all repositories of the installation */
  readonly repositoryIds: readonly number[] | null;
  readonly permissions: Permissions;
  readonly expiresAt: string;
}

export interface PullPart {
  readonly id: number;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly draft: boolean;
  readonly mergedAt: string | null;
  readonly mergedById: number | null;
  readonly mergeCommitSha: string | null;
  readonly reviewerIds: readonly number[];
}

export interface IssueRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: "open" | "closed";
  readonly stateReason: "completed" | "reopened" | "not_planned" | "duplicate" | null;
  readonly userId: number;
  readonly byApp: boolean;
  readonly labelIds: readonly number[];
  readonly assigneeIds: readonly number[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly closedById: number | null;
  /** true while only people who may write talk in it */
  readonly locked: boolean;
  /** null for an issue that is not a pull request */
  readonly pull: PullPart | null;
}

/** An issue that is a pull request. */
export type PullRecord = IssueRecord & { readonly pull: PullPart };

export interface CommentRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly issueId: number;
  readonly userId: number;
  readonly byApp: boolean;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ReviewRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly issueId: number;
  readonly userId: number;
  readonly body: string;
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "PENDING" | "DISMISSED";
  readonly commitId: string;
  readonly submittedAt: string;
}

/** Where a comment stands in the difference of a pull request. */
export interface LinePlace {
  readonly commitId: string;
  readonly line: number;
  readonly startLine: number | null;
  /** lines below the hunk's header, as GitHub counted before it had line numbers */
  readonly position: number;
}

export interface ReviewCommentRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly issueId: number;
  readonly reviewId: number;
  readonly userId: number;
  readonly body: string;
  readonly path: string;
  /** as it was written: on the lines of this commit, or for LEFT of what the pull request began with then */
  readonly line: number;
  readonly startLine: number | null;
  readonly side: "LEFT" | "RIGHT";
  readonly diffHunk: string;
  readonly commitId: string;
  readonly fromId: string;
  /** as the pull request is now; null when its difference no longer shows those lines */
  readonly place: LinePlace | null;
  /** the first comment of the thread; null when this is the first */
  readonly inReplyTo: number | null;
  /** who resolved the thread; only on its first comment */
  readonly resolvedById: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type ReactionContent = "+1" | "-1" | "laugh" | "confused" | "heart" | "hooray" | "rocket" | "eyes";

export interface ReactionRecord {
  readonly id: number;
  readonly subject: "issue" | "comment" | "review-comment";
  readonly subjectId: number;
  readonly userId: number;
  readonly content: ReactionContent;
  readonly createdAt: string;
}

export interface StatusRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly sha: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly userId: number;
  readonly createdAt: string;
}

export interface DeliveryRecord {
  readonly id: number;
  /** the same for a delivery and its redeliveries */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly installationId: number | null;
  /** the payload's exact text: what is signed */
  readonly body: string;
  readonly redelivery: boolean;
  readonly createdAt: string;
  /** null while it waits or is under way */
  readonly outcome: {
    readonly url: string;
    /** `OK`, or why there was no good answer */
    readonly status: string;
    /** 0 when nobody answered */
    readonly statusCode: number;
    readonly durationMs: number;
    readonly requestHeaders: Readonly<Record<string, string>>;
    readonly responseHeaders: Readonly<Record<string, string>>;
    readonly responseBody: string;
  } | null;
}
