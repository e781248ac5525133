/**
 * Runs that wait for a yes, and what wakes them. Whoever lays a run aside and
 * whoever wakes it lock its row first, so that no yes and no remark falls
 * between looking and resting.
 */
import type { WaitingStore } from "../../../domain/ports/store/waiting-store.ts";
import { MOST_REMARKS } from "../../../domain/ports/store/waiting-store.ts";
import type { Database, Transaction } from "../../database.ts";
import type { Prisma } from "../../generated/client.ts";
import type { Sender } from "../../queue/sender.ts";
import { remarkFrom, runFrom } from "../rows.ts";
import { storable } from "../values.ts";
import { holdRun } from "./fence.ts";
import { LIVING } from "./runs.ts";

type ApprovalMethods = "awaitApproval" | "approvePlan" | "askApproval";

export function waitingMethods(database: Database, sender: Sender): WaitingStore {
  return { ...approvalMethods(database, sender), ...remarkMethods(database, sender) };
}

function approvalMethods(database: Database, sender: Sender): Pick<WaitingStore, ApprovalMethods> {
  return {
    awaitApproval: (fence) =>
      database.$transaction(async (tx) => {
        await holdRun(tx, fence);
        const { task, ...row } = await tx.run.findUniqueOrThrow({
          where: { id: fence.runId },
          include: { task: true },
        });
        const hash = runFrom(row).planShown?.hash ?? null;
        const remarks = await tx.remark.count({ where: { taskId: task.id, takenAt: null } });
        if (hash === null || remarks > 0 || (await isApproved(tx, task.repositoryId, hash))) return false;
        await tx.run.update({ where: { id: fence.runId }, data: { status: "waiting", waitsFor: "approval" } });
        return true;
      }),

    approvePlan: (runId, hash, person) =>
      database.$transaction(async (tx) => {
        await tx.$queryRaw`SELECT id FROM "Run" WHERE id = ${runId} FOR UPDATE`;
        const { task, ...row } = await tx.run.findUniqueOrThrow({ where: { id: runId }, include: { task: true } });
        const run = runFrom(row);
        const { repositoryId } = task;
        if (run.planShown?.hash !== hash || !LIVING.includes(run.status)) return "outdated";
        if (!(await isApproved(tx, repositoryId, hash))) {
          const remarks = await tx.remark.count({ where: { taskId: task.id, takenAt: null } });
          if (run.stage !== "plan" || remarks > 0) return "outdated";
          const yes = { repositoryId, kind: "plan", subject: hash, personId: BigInt(person.id), login: person.login };
          await tx.approval.createMany({ data: [yes], skipDuplicates: true });
        }
        await wake(tx, sender, { id: runId });
        return "approved";
      }),

    askApproval: async (runId) => {
      const where = { id: runId, stage: "plan", status: { in: [...LIVING] } };
      const { count } = await database.run.updateMany({ where, data: { approval: "asked" } });
      return count > 0;
    },
  };
}

function remarkMethods(database: Database, sender: Sender): Omit<WaitingStore, ApprovalMethods> {
  return {
    addRemark: (taskId, { comment, person, text }) =>
      database.$transaction(async (tx) => {
        await tx.$queryRaw`SELECT id FROM "Run" WHERE "taskId" = ${taskId} AND status = ANY(${[...LIVING]}) ORDER BY id FOR UPDATE`;
        const known = { taskId_commentId: { taskId, commentId: BigInt(comment) } };
        if ((await tx.remark.findUnique({ where: known })) !== null) return "known";
        if ((await tx.remark.count({ where: { taskId } })) >= MOST_REMARKS) return "full";
        const author = { personId: BigInt(person.id), login: person.login };
        const row = { taskId, commentId: BigInt(comment), ...author, text: storable(text) };
        const { count } = await tx.remark.createMany({ data: [row], skipDuplicates: true });
        if (count > 0) await wake(tx, sender, { taskId });
        return count > 0 ? "kept" : "known";
      }),

    remarks: async (taskId) => {
      const rows = await database.remark.findMany({ where: { taskId }, orderBy: { commentId: "asc" } });
      return rows.map(remarkFrom);
    },

    dropRemark: async (taskId, comment) => {
      const where = { taskId, commentId: BigInt(comment), takenAt: null };
      return (await database.remark.deleteMany({ where })).count > 0;
    },

    takeRemarks: (fence, ids) =>
      database.$transaction(async (tx) => {
        await holdRun(tx, fence);
        await tx.remark.updateMany({ where: { id: { in: [...ids] }, takenAt: null }, data: { takenAt: new Date() } });
      }),
  };
}

async function isApproved(tx: Transaction, repositoryId: bigint, subject: string): Promise<boolean> {
  const where = { repositoryId_kind_subject: { repositoryId, kind: "plan", subject } };
  return (await tx.approval.findUnique({ where })) !== null;
}

/** Only what waits for a yes: what a pause laid aside is the pause's. */
async function wake(tx: Transaction, sender: Sender, which: Prisma.RunWhereInput): Promise<void> {
  const waiting = { ...which, status: "waiting", waitsFor: "approval" };
  for (const { id, taskId } of await tx.run.findMany({ where: waiting })) await sender.run(tx, { taskId, runId: id });
  await tx.run.updateMany({ where: waiting, data: { status: "queued", waitsFor: null } });
}
