/** Rows of checks that are under way. Whose run still lives is asked of the runs themselves. */
import type { OpenCheck, OpenCheckStore } from "../../domain/ports/store/open-check-store.ts";
import type { Database } from "../database.ts";
import { LIVING } from "./runs/runs.ts";

export function openCheckMethods(database: Database): OpenCheckStore {
  return {
    openCheck: async ({ runId, headSha, ...check }) => {
      const key = columns(check);
      const where = { repositoryId_name_externalId: key };
      await database.openCheck.upsert({ where, create: { ...key, runId, headSha }, update: { runId, headSha } });
    },

    closeCheck: async ({ runId, ...check }) => {
      // a newer run may have opened it again meanwhile
      await database.openCheck.deleteMany({ where: { ...columns(check), runId } });
    },

    openChecksOf: async (runId) => (await database.openCheck.findMany({ where: { runId } })).map(checkFrom),

    danglingChecks: async () => {
      const rows = await database.openCheck.findMany({ orderBy: { openedAt: "asc" } });
      const ids = [...new Set(rows.map(({ runId }) => runId))];
      const living = await database.run.findMany({
        where: { id: { in: ids }, status: { in: [...LIVING] } },
        select: { id: true },
      });
      const alive = new Set(living.map(({ id }) => id));
      return rows.filter(({ runId }) => !alive.has(runId)).map(checkFrom);
    },
  };
}

function checkFrom(row: Omit<OpenCheck, "repositoryId"> & { readonly repositoryId: bigint }): OpenCheck {
  const { runId, name, headSha, externalId } = row;
  return { repositoryId: Number(row.repositoryId), runId, name, headSha, externalId };
}

function columns({ repositoryId, name, externalId }: Pick<OpenCheck, "repositoryId" | "name" | "externalId">) {
  return { repositoryId: BigInt(repositoryId), name, externalId };
}
