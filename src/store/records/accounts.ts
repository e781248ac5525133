/** What is kept for people and for the next boot: events, evidence, settings. */
import type { Evidence } from "../../domain/evidence.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { Database } from "../database.ts";
import { Prisma } from "../generated/client.ts";
import { eventFrom } from "./rows.ts";
import { holdRun } from "./runs/fence.ts";
import { document, documentOrNull, storable } from "./values.ts";

type AccountMethods =
  | "appendEvent"
  | "events"
  | "saveEvidence"
  | "evidence"
  | "setting"
  | "saveSetting"
  | "amendSetting"
  | "ping";

export function accountMethods(database: Database): Pick<Store, AccountMethods> {
  return {
    appendEvent: async ({ taskId, runId, kind, text, data }) => {
      await database.event.create({ data: { taskId, runId, kind, text: storable(text), data: documentOrNull(data) } });
    },

    events: async (taskId, last) => {
      const rows = await database.event.findMany({ where: { taskId }, orderBy: { id: "desc" }, take: last });
      return rows.reverse().map(eventFrom);
    },

    saveEvidence: (fence, evidence) =>
      database.$transaction(async (tx) => {
        await holdRun(tx, fence);
        const { runId } = fence;
        const columns = { document: document(evidence) };
        await tx.evidence.upsert({ where: { runId }, create: { runId, ...columns }, update: columns });
      }),

    evidence: async (runId) => {
      const row = await database.evidence.findUnique({ where: { runId } });
      return row && (row.document as unknown as Evidence);
    },

    setting: async (key) => {
      const row = await database.setting.findUnique({ where: { key } });
      return row === null ? null : row.value;
    },

    saveSetting: async (key, value) => {
      const columns = { value: document(value) };
      await database.setting.upsert({ where: { key }, create: { key, ...columns }, update: columns });
    },

    amendSetting: (key, amend) =>
      database.$transaction(async (tx) => {
        await tx.setting.createMany({ data: [{ key, value: Prisma.JsonNull }], skipDuplicates: true });
        const rows = await tx.$queryRaw<
          { value: unknown }[]
        >`SELECT value FROM "Setting" WHERE key = ${key} FOR UPDATE`;
        const { value, result } = amend(rows[0]?.value ?? null);
        await tx.setting.update({ where: { key }, data: { value: document(value) } });
        return result;
      }),

    ping: async () => {
      try {
        await database.$queryRaw`SELECT 1`;
        return true;
      } catch {
        return false; // the question was whether it answers; why it does not, any other call tells
      }
    },
  };
}
