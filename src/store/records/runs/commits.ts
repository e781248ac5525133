/** Rows of commits that runs built. What they hold is git's business. */
import type { CommitStore } from "../../../domain/ports/store/commit-store.ts";
import type { Database } from "../../database.ts";
import { holdRun } from "./fence.ts";

export function commitMethods(database: Database): CommitStore {
  return {
    keepCommit: (fence, sha, pack) =>
      database.$transaction(async (tx) => {
        await holdRun(tx, fence);
        const { runId } = fence;
        const row = { runId, sha, pack: new Uint8Array(pack) };
        await tx.keptCommit.upsert({ where: { runId_sha: { runId, sha } }, create: row, update: {} });
      }),

    keptCommits: async (runId) => {
      const rows = await database.keptCommit.findMany({
        where: { runId },
        orderBy: { id: "asc" },
        select: { sha: true },
      });
      return rows.map(({ sha }) => sha);
    },

    keptPack: async (runId, sha) =>
      (await database.keptCommit.findUnique({ where: { runId_sha: { runId, sha } } }))?.pack ?? null,

    dropCommits: async (before) =>
      (await database.keptCommit.deleteMany({ where: { createdAt: { lt: before } } })).count,
  };
}
