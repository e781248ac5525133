/** Webhooks as they came: stored and queued at once, read by the worker, settled when dealt with. */
import type { Delivery, Store } from "../../domain/ports/store-port.ts";
import type { Database } from "../database.ts";
import { groupCommit } from "../group-commit.ts";
import type { Sender } from "../queue/sender.ts";
import { document } from "./values.ts";

export function deliveryMethods(
  database: Database,
  sender: Sender,
): Pick<Store, "receiveDelivery" | "delivery" | "settleDelivery" | "knownDeliveries"> {
  return {
    receiveDelivery: groupCommit((deliveries) =>
      database.$transaction(async (tx) => {
        const stored = await tx.delivery.createManyAndReturn({
          data: deliveries.map(({ guid, event, action, repositoryId, payload }) => ({
            guid,
            event,
            action,
            repositoryId: repositoryId === null ? null : BigInt(repositoryId),
            payload: document(payload),
          })),
          skipDuplicates: true,
          select: { guid: true },
        });
        const fresh = new Set(stored.map(({ guid }) => guid));
        await sender.deliveries(tx, [...fresh]);
        // the same GUID twice in one group: the first is the one that was stored
        return deliveries.map(({ guid }) => (fresh.delete(guid) ? "stored" : "duplicate"));
      }),
    ),

    delivery: async (guid) => {
      const row = await database.delivery.findUnique({ where: { guid } });
      if (row === null) return null;
      const { event, action, payload } = row;
      const repositoryId = row.repositoryId === null ? null : Number(row.repositoryId);
      return { guid, event, action, repositoryId, payload } satisfies Delivery;
    },

    knownDeliveries: async (guids) => {
      const rows = await database.delivery.findMany({ where: { guid: { in: [...guids] } }, select: { guid: true } });
      return new Set(rows.map(({ guid }) => guid));
    },

    settleDelivery: async (guid, outcome) => {
      await database.delivery.updateMany({ where: { guid }, data: { outcome, settledAt: new Date() } });
    },
  };
}
