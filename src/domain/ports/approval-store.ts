/**
 * A person's yes to exactly one thing. Given twice it is the same yes; it is
 * never taken over to anything else.
 */
import type { Person } from "../task.ts";

export interface Approval {
  readonly repositoryId: number;
  readonly kind: "scope" | "migration" | "plan";
  /** sha or hash of what is approved */
  readonly subject: string;
}

export interface ApprovalStore {
  /** The first who approved stays named. */
  approve(approval: Approval, by: Person): Promise<void>;
  /** @returns those of the subjects that somebody approved */
  approved(repositoryId: number, kind: Approval["kind"], subjects: readonly string[]): Promise<ReadonlySet<string>>;
}
