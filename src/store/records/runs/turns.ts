/** The conversations of the agents, turn by turn, and what they cost. */
import type { Store, TurnRecord } from "../../../domain/ports/store-port.ts";
import type { Database } from "../../database.ts";
import { turnFrom } from "../rows.ts";
import { document, documentOrNull, storable } from "../values.ts";
import { holdRun } from "./fence.ts";

export function turnMethods(database: Database): Pick<Store, "turns" | "saveTurn" | "spent" | "spentSince"> {
  return {
    turns: async (runId) => {
      const rows = await database.turn.findMany({ where: { runId }, orderBy: { id: "asc" } });
      return rows.map(turnFrom);
    },

    saveTurn: (fence, turn) =>
      database.$transaction(async (tx) => {
        await holdRun(tx, fence);
        const { runId, role, ordinal } = turn;
        const columns = turnColumns(turn);
        await tx.turn.upsert({
          where: { runId_role_ordinal: { runId, role, ordinal } },
          create: { runId, role, ordinal, ...columns },
          update: columns,
        });
      }),

    spent: async (taskId) => {
      const { _sum } = await database.turn.aggregate({
        where: { run: { taskId } },
        _sum: { costUsd: true, inputTokens: true, cachedTokens: true, outputTokens: true },
      });
      // the sum of no rows is null, and nothing was spent
      return {
        usd: _sum.costUsd ?? 0,
        inputTokens: _sum.inputTokens ?? 0,
        cachedTokens: _sum.cachedTokens ?? 0,
        outputTokens: _sum.outputTokens ?? 0,
      };
    },

    spentSince: async (moment) => {
      const { _sum } = await database.turn.aggregate({
        where: { createdAt: { gte: moment } },
        _sum: { costUsd: true },
      });
      return _sum.costUsd ?? 0;
    },
  };
}

function turnColumns(turn: TurnRecord) {
  return {
    thread: turn.thread,
    text: storable(turn.text),
    calls: document(turn.calls),
    raw: documentOrNull(turn.raw),
    results: documentOrNull(turn.results),
    notes: document(turn.notes),
    ...turn.usage,
    costUsd: turn.costUsd,
    model: turn.model,
  };
}
