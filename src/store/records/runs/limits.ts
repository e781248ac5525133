/** The bound on how many runs one person starts; counted where nobody else starts one meanwhile. */
import { OrionError } from "../../../domain/errors.ts";
import type { NewRun } from "../../../domain/ports/store-port.ts";
import type { Transaction } from "../../database.ts";

/**
 * Holds the person until the transaction ends, so that of many starters at once none is miscounted.
 * @throws OrionError RUNS_SPENT (facts.freeAtMs) when the person has started as many as may be
 */
export async function withinLimit(tx: Transaction, { requestedBy, kind, atMost }: NewRun): Promise<void> {
  if (atMost === undefined) return;
  const { count, withinMs } = atMost;
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`runs of ${requestedBy.id}`}, 0))::text`;
  const started = await tx.run.findMany({
    where: {
      requestedById: BigInt(requestedBy.id),
      kind: kind === "ask" ? "ask" : { not: "ask" },
      createdAt: { gt: new Date(Date.now() - withinMs) },
    },
    orderBy: { createdAt: "desc" },
    take: count,
    select: { createdAt: true },
  });
  const oldest = started.at(-1);
  if (started.length < count || oldest === undefined) return;
  const freeAtMs = oldest.createdAt.getTime() + withinMs;
  throw new OrionError("RUNS_SPENT", `${requestedBy.login} has started ${count} already; ask again later`, {
    freeAtMs,
  });
}
