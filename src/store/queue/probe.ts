/**
 * Whether the queue's schema takes a job and hands it out again, asked of the
 * very calls the real queues use. All of it is taken back: it leaves no row,
 * wakes no worker, and touches nobody's job.
 */
import { fromPrisma, type PgBoss } from "pg-boss";
import { OrionError } from "../../domain/errors.ts";
import type { Database } from "../database.ts";
import { PROBE } from "./queues.ts";

/** Thrown to roll the transaction back once everything has worked. */
class Worked extends Error {}

const TIMES = { maxWait: 2_000, timeout: 3_500 } as const;

/** @throws OrionError QUEUE_BROKEN when a job was not handed out; what PostgreSQL or pg-boss says otherwise */
export async function probeQueue(database: Database, boss: PgBoss): Promise<void> {
  try {
    await database.$transaction(async (tx) => {
      await tx.$executeRawUnsafe("SET LOCAL statement_timeout = '3s'");
      const db = fromPrisma(tx);
      const sent = await boss.send(PROBE, {}, { db });
      const [job] = await boss.fetch(PROBE, { db });
      if (sent === null || job === undefined)
        throw new OrionError("QUEUE_BROKEN", "the queue took a job and did not hand it out; run npm run migrate");
      await boss.complete(PROBE, job, null, { db });
      throw new Worked();
    }, TIMES);
  } catch (error) {
    if (!(error instanceof Worked)) throw error;
  }
}
