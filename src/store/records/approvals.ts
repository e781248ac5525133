/** What people said yes to; each row is about one thing, and the first yes stays. */
import type { Approval, ApprovalStore } from "../../domain/ports/store/approval-store.ts";
import type { Database } from "../database.ts";

export function approvalMethods(database: Database): ApprovalStore {
  return {
    saveApproval: async (approval, person) => {
      const data = { ...columns(approval), personId: BigInt(person.id), login: person.login };
      await database.approval.createMany({ data: [data], skipDuplicates: true });
    },

    approvalOf: async (approval) => {
      const row = await database.approval.findUnique({ where: { repositoryId_kind_subject: columns(approval) } });
      return row === null ? null : { id: Number(row.personId), login: row.login };
    },

    approved: async (repositoryId, kind, subjects) => {
      const where = { repositoryId: BigInt(repositoryId), kind, subject: { in: [...subjects] } };
      const rows = await database.approval.findMany({ where, select: { subject: true } });
      return new Set(rows.map(({ subject }) => subject));
    },

    withdrawApproval: async (approval, person) => {
      await database.approval.deleteMany({ where: { ...columns(approval), personId: BigInt(person.id) } });
    },
  };
}

function columns({ repositoryId, kind, subject }: Approval) {
  return { repositoryId: BigInt(repositoryId), kind, subject };
}
