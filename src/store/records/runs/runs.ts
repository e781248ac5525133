/** Runs: started and queued at once, claimed by one worker, moved by whoever holds the claim. */
import { OrionError } from "../../../domain/errors.ts";
import type { NewRun, RunPatch, Store } from "../../../domain/ports/store-port.ts";
import type { RunStatus } from "../../../domain/task.ts";
import type { Database, Transaction } from "../../database.ts";
import type { Prisma } from "../../generated/client.ts";
import type { Sender } from "../../queue/sender.ts";
import { runFrom, taskFrom } from "../rows.ts";
import { documentOrNull, storable } from "../values.ts";
import { holdRun } from "./fence.ts";
import { withinLimit } from "./limits.ts";

export const LIVING: readonly RunStatus[] = ["queued", "running", "waiting"];

type RunMethods = "startRun" | "claimRun" | "run" | "runsOf" | "livingRuns" | "waitingBefore" | "updateRun";

export function runMethods(database: Database, sender: Sender): Pick<Store, RunMethods> {
  return {
    startRun: (run) =>
      database.$transaction(async (tx) => {
        const ordinal = await nextOrdinal(tx, run);
        if (ordinal === null) return null;
        await withinLimit(tx, run);
        const row = await tx.run.create({ data: newRunData(run, ordinal) });
        await sender.run(tx, { taskId: row.taskId, runId: row.id, aside: run.kind === "ask" });
        return runFrom(row);
      }),

    claimRun: (id) =>
      database.$transaction(async (tx) => {
        const { count } = await tx.run.updateMany({
          where: { id, status: { in: [...LIVING] } },
          data: { attempt: { increment: 1 }, status: "running", waitsFor: null },
        });
        if (count === 0) return null;
        // the first claim is when it started; later ones continue
        await tx.run.updateMany({ where: { id, startedAt: null }, data: { startedAt: new Date() } });
        const { task, ...run } = await tx.run.findUniqueOrThrow({ where: { id }, include: { task: true } });
        return { run: runFrom(run), task: taskFrom(task) };
      }),

    run: async (id) => {
      const row = await database.run.findUnique({ where: { id } });
      return row && runFrom(row);
    },

    runsOf: async (taskId) => {
      const rows = await database.run.findMany({ where: { taskId }, orderBy: { ordinal: "asc" } });
      return rows.map(runFrom);
    },

    livingRuns: async () => {
      const rows = await database.run.findMany({ where: { status: { in: [...LIVING] } }, select: { id: true } });
      return rows.map((row) => row.id);
    },

    waitingBefore: async (id) => {
      const own = await database.run.findUnique({ where: { id }, select: { createdAt: true } });
      if (own === null) return 0;
      const before = { status: "queued", kind: { not: "ask" }, id: { not: id }, createdAt: { lte: own.createdAt } };
      return database.run.count({ where: before });
    },

    updateRun: (fence, patch) =>
      database.$transaction(async (tx) => {
        await holdRun(tx, fence);
        return runFrom(await tx.run.update({ where: { id: fence.runId }, data: runData(patch) }));
      }),
  };
}

/** @returns null when the cause has started a run of this task already */
async function nextOrdinal(tx: Transaction, { taskId, cause }: NewRun): Promise<number | null> {
  // the lock on the task makes starters of its runs go one by one
  const tasks = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM "Task" WHERE id = ${taskId} FOR UPDATE`;
  if (tasks.length === 0) throw new OrionError("TASK_UNKNOWN", `there is no task ${taskId}; open it first`, { taskId });
  if ((await tx.run.findUnique({ where: { taskId_cause: { taskId, cause } }, select: { id: true } })) !== null)
    return null;
  const { _max } = await tx.run.aggregate({ where: { taskId }, _max: { ordinal: true } });
  return (_max.ordinal ?? 0) + 1;
}

function newRunData(run: NewRun, ordinal: number): Prisma.RunUncheckedCreateInput {
  return {
    taskId: run.taskId,
    ordinal,
    kind: run.kind,
    cause: run.cause,
    text: storable(run.text),
    subjectKind: run.subject.kind,
    subjectId: BigInt(run.subject.id),
    requestedById: BigInt(run.requestedBy.id),
    requestedByLogin: run.requestedBy.login,
    place: run.place,
    continuesId: run.continues ?? null,
    textById: run.textBy === undefined ? null : BigInt(run.textBy.id),
    textByLogin: run.textBy?.login ?? null,
    approval: run.approval ?? null,
    points: documentOrNull(run.points),
  };
}

function runData({ plan, planShown, failure, status, ...columns }: RunPatch): Prisma.RunUpdateInput {
  return {
    ...columns,
    ...(plan !== undefined && { plan: documentOrNull(plan) }),
    ...(planShown !== undefined && { planShown: documentOrNull(planShown) }),
    ...(failure !== undefined && {
      failureCode: failure?.code ?? null,
      failureBecause: failure === null ? null : storable(failure.because),
    }),
    ...(status !== undefined && { status, endedAt: LIVING.includes(status) ? null : new Date() }),
  };
}
