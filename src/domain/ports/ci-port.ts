/**
 * What others say of a commit: the check runs of other Apps and the older
 * commit statuses. What follows from it is decided elsewhere.
 */
import type { Repository } from "../task.ts";

/** `other`: it ended without a word on the code, e.g. cancelled, or waits for a person. */
export type CiState = "running" | "waiting" | "passed" | "failed" | "other";

export interface CiCheck {
  readonly kind: "check" | "status";
  /** the check run's or the status's */
  readonly id: number;
  readonly name: string;
  /** slug of the App; null for a status */
  readonly app: string | null;
  readonly state: CiState;
  /** the one line that a status holds */
  readonly says?: string;
}

/** Words of an outsider: whoever can write to a workflow can write them. */
export interface CiWords {
  readonly title: string;
  /** Markdown */
  readonly summary: string;
  /** Markdown */
  readonly text: string;
  /** at most 50 */
  readonly annotations: readonly { readonly path: string; readonly line: number; readonly message: string }[];
  /** the end of what its job printed; null where there is no job or no permission to read it */
  readonly log: string | null;
}

export interface CommitCi {
  /** The newest of each name; the App's own are left out. */
  ciOf(repository: Repository, commit: string): Promise<readonly CiCheck[]>;
  /** What a failed check says. */
  ciWords(repository: Repository, check: CiCheck): Promise<CiWords>;
  /** Asks the check's App to run it again. @returns false when GitHub does not let this App ask */
  ciAgain(repository: Repository, check: CiCheck): Promise<boolean>;
}
