/** The switch of a repository, the runs it laid aside, and the wish to end a task's runs. */
import type { Pause, PauseStore } from "../../../domain/ports/store/pause-store.ts";
import type { Database, Transaction } from "../../database.ts";
import type { Sender } from "../../queue/sender.ts";
import { runFrom } from "../rows.ts";
import { holdRun } from "./fence.ts";

interface Kept {
  readonly by: string;
  /** ISO 8601 */
  readonly since: string;
}

export function pauseMethods(database: Database, sender: Sender): PauseStore {
  return {
    pauseOf: async (repositoryId) => {
      const row = await database.setting.findUnique({ where: { key: keyOf(repositoryId) } });
      return row === null ? null : pauseFrom(row.value);
    },

    pauseRepository: async (repositoryId, by) => {
      const key = keyOf(repositoryId);
      const value = { by: by.login, since: new Date().toISOString() } satisfies Kept;
      await database.setting.createMany({ data: [{ key, value }], skipDuplicates: true });
      const row = await database.setting.findUnique({ where: { key } });
      return pauseFrom(row?.value ?? value);
    },

    resumeRepository: (repositoryId) =>
      database.$transaction(async (tx) => {
        // first the switch, then the runs: whoever parks one meanwhile holds the switch, and is waited for here
        await tx.setting.deleteMany({ where: { key: keyOf(repositoryId) } });
        return queueParked(tx, sender);
      }),

    resumeParked: () => database.$transaction((tx) => queueParked(tx, sender)),

    parkRun: (fence, { repositoryId, everywhere }) =>
      database.$transaction(async (tx) => {
        if (!everywhere && !(await holdPause(tx, repositoryId))) return false;
        await holdRun(tx, fence);
        await tx.run.update({ where: { id: fence.runId }, data: { status: "waiting", waitsFor: "pause" } });
        return true;
      }),

    requestStop: (taskId, by) =>
      database.$transaction(async (tx) => {
        const living = { taskId, stopBy: null, status: { in: ["queued", "running", "waiting"] } };
        const runs = await tx.run.findMany({ where: living, orderBy: { ordinal: "asc" } });
        const woken = { taskId, status: "waiting" };
        const ids = [...runs, ...(await tx.run.findMany({ where: woken }))].map(({ id, kind }) => [id, kind] as const);
        await tx.run.updateMany({ where: living, data: { stopBy: by.login } });
        // what is queued may be due only when some trouble is over; a turn that finds nothing to do costs nothing
        for (const [runId, kind] of new Map(ids)) await sender.run(tx, { taskId, runId, aside: kind === "ask" });
        await tx.run.updateMany({ where: woken, data: { status: "queued", waitsFor: null } });
        return runs.map(runFrom);
      }),
  };
}

const keyOf = (repositoryId: number): string => `pause:${repositoryId}`;

function pauseFrom(value: unknown): Pause {
  const { by, since } = value as Kept;
  return { by, since: new Date(since) };
}

/** Keeps the switch from being lifted until the transaction ends. @returns false when it is not set */
async function holdPause(tx: Transaction, repositoryId: number): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT key FROM "Setting" WHERE key = ${keyOf(repositoryId)} FOR SHARE`;
  return rows.length > 0;
}

/** A run is queued by whoever changes its row, so by one of several that try. */
async function queueParked(tx: Transaction, sender: Sender): Promise<number> {
  const runs = await tx.$queryRaw<{ id: string; taskId: string; kind: string }[]>`
    UPDATE "Run" SET status = 'queued', "waitsFor" = NULL FROM "Task"
    WHERE "Task".id = "Run"."taskId" AND "Run".status = 'waiting' AND "Run"."waitsFor" = 'pause'
      AND NOT EXISTS (SELECT 1 FROM "Setting" WHERE key = 'pause:' || "Task"."repositoryId")
    RETURNING "Run".id, "Run"."taskId", "Run".kind`;
  for (const { id, taskId, kind } of runs) await sender.run(tx, { taskId, runId: id, aside: kind === "ask" });
  return runs.length;
}
