/**
 * A run that rests until people have said yes to its plan, and the remarks they
 * make meanwhile and during the work. Whether a plan needs a yes, and what a
 * remark is worth, is decided elsewhere.
 */
import type { Fence, Person } from "../../task.ts";

/** What a person wrote about a task without a command. */
export interface Remark {
  readonly id: string;
  /** of GitHub */
  readonly comment: number;
  readonly person: Person;
  readonly text: string;
  readonly at: Date;
  /** false until an agent was given it, or it was laid aside */
  readonly taken: boolean;
}

/** Most remarks a task keeps. */
export const MOST_REMARKS = 100;

export type ApprovalOutcome =
  /** the yes is stored; a run that waited is queued */
  | "approved"
  /** another plan was shown meanwhile, this one is being redone, or the run has ended */
  | "outdated";

export interface WaitingStore {
  /**
   * Lays a run aside until its plan is approved or somebody remarks on it.
   * @returns false when either came already: the run must go on
   * @throws OrionError FENCED
   */
  awaitApproval(fence: Fence): Promise<boolean>;
  /** Stores the yes to the plan that the run shows now, and queues the run when it waits for it; in one transaction. */
  approvePlan(runId: string, hash: string, person: Person): Promise<ApprovalOutcome>;
  /** The run stops for approval if it has not passed its plan. @returns false when it has */
  askApproval(runId: string): Promise<boolean>;

  /** Keeps a remark, and queues the run of the task that waits for approval; in one transaction. */
  addRemark(taskId: string, remark: Pick<Remark, "comment" | "person" | "text">): Promise<"kept" | "known" | "full">;
  /** Oldest first. */
  remarks(taskId: string): Promise<readonly Remark[]>;
  /** Drops a remark that nobody was given yet. @returns false when there is none */
  dropRemark(taskId: string, comment: number): Promise<boolean>;
  takeRemarks(fence: Fence, ids: readonly string[]): Promise<void>;
}
