/** A person's yes to exactly one thing: a commit, a plan, a file's content. */
import type { Person } from "../../task.ts";

export interface Approval {
  readonly repositoryId: number;
  /** e.g. `scope`: a commit that changes what judges Orion */
  readonly kind: string;
  /** sha or hash of what is approved */
  readonly subject: string;
}

export interface ApprovalStore {
  /** @returns those of the subjects that somebody approved */
  approved(repositoryId: number, kind: Approval["kind"], subjects: readonly string[]): Promise<ReadonlySet<string>>;
  /** Stores the yes; the first one of several counts. */
  saveApproval(approval: Approval, person: Person): Promise<void>;
  /** Who said yes to exactly this, or null. */
  approvalOf(approval: Approval): Promise<Person | null>;
  /** Takes that person's yes back; nobody else's. */
  withdrawApproval(approval: Approval, person: Person): Promise<void>;
}
