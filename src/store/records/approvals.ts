/** Approvals: one row for each thing somebody said yes to. */
import type { ApprovalStore } from "../../domain/ports/approval-store.ts";
import type { Database } from "../database.ts";

export function approvalMethods(database: Database): ApprovalStore {
  return {
    approve: async ({ repositoryId, kind, subject }, { id, login }) => {
      const row = { repositoryId: BigInt(repositoryId), kind, subject, personId: BigInt(id), login };
      await database.approval.createMany({ data: [row], skipDuplicates: true });
    },

    approved: async (repositoryId, kind, subjects) => {
      const rows = await database.approval.findMany({
        where: { repositoryId, kind, subject: { in: [...subjects] } },
        select: { subject: true },
      });
      return new Set(rows.map(({ subject }) => subject));
    },
  };
}
