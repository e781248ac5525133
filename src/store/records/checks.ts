/** Checks that wait in the queue: the job itself is the record, nothing else is kept of them. */
import { z } from "zod";
import type { CheckStore } from "../../domain/ports/store/check-store.ts";
import type { Database } from "../database.ts";
import { CHECKS } from "../queue/queues.ts";
import type { Sender } from "../queue/sender.ts";

const addressSchema = z.object({ repositoryId: z.number(), pullRequest: z.number() });

export function checkMethods(database: Database, sender: Sender): CheckStore {
  return {
    queueCheck: (pull) => database.$transaction((tx) => sender.check(tx, pull)),

    checksInHand: async () => {
      const rows = await database.$queryRaw<{ data: unknown }[]>`
        SELECT data FROM pgboss.job WHERE name = ${CHECKS} AND state = 'active'`;
      return rows.map(({ data }) => addressSchema.parse(data));
    },
  };
}
