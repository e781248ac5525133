/**
 * A change of the memory itself as a step of the ledger, in the transaction of
 * the change: whoever tries again after a crash is told what the first try did.
 */
import type { Transaction } from "../database.ts";
import { document } from "./values.ts";

/** @param scope of the ledger; the result must be JSON's */
export async function onceIn<T>(tx: Transaction, scope: string, key: string, change: () => Promise<T>): Promise<T> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`step ${scope} ${key}`}, 0))`;
  const where = { scope_key: { scope, key } };
  const known = await tx.step.findUnique({ where });
  if (known?.state === "done") return known.result as T;
  const result = await change();
  const done = { state: "done", result: document(result), doneAt: new Date() };
  await tx.step.upsert({ where, create: { scope, key, ...done }, update: done });
  return result;
}
