/** What the forge keeps of check runs and suites, our App's own and those of others. Types only. */

/** An App that is not ours, e.g. the one that runs workflows. */
export interface OtherApp {
  readonly id: number;
  readonly slug: string;
}

export interface CheckSuiteRecord {
  readonly id: number;
  /** missing: our App's own */
  readonly app?: OtherApp;
  readonly repositoryId: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface AnnotationPart {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export type CheckStatus = "queued" | "in_progress" | "completed" | "waiting" | "requested" | "pending";
export type CheckConclusion =
  | "action_required"
  | "cancelled"
  | "failure"
  | "neutral"
  | "success"
  | "skipped"
  | "timed_out";

export interface CheckRunRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly suiteId: number;
  readonly headSha: string;
  readonly name: string;
  readonly status: CheckStatus;
  readonly conclusion: CheckConclusion | null;
  readonly externalId: string;
  readonly detailsUrl: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly annotations: readonly AnnotationPart[];
  /** buttons beside the run */
  readonly actions?: readonly { readonly label: string; readonly description: string; readonly identifier: string }[];
  /** what the run's job printed; only of other Apps */
  readonly log?: string;
  /** who asked another App to run it again */
  readonly rerequestedBy?: readonly string[];
  readonly startedAt: string;
  readonly completedAt: string | null;
}
