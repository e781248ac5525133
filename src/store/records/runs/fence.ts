/**
 * The check in front of every write of a run: is the writer still the one who
 * holds it? A worker that was frozen and thaws finds out here.
 */
import { OrionError } from "../../../domain/errors.ts";
import type { Fence } from "../../../domain/task.ts";
import type { Transaction } from "../../database.ts";

/**
 * Locks the run's row until the transaction ends, so that nobody claims it between check and write.
 * @throws OrionError FENCED when another attempt holds the run
 * @throws OrionError RUN_UNKNOWN when there is no such run
 */
export async function holdRun(tx: Transaction, { runId, attempt }: Fence): Promise<void> {
  const rows = await tx.$queryRaw<{ attempt: number }[]>`SELECT attempt FROM "Run" WHERE id = ${runId} FOR UPDATE`;
  const current = rows[0]?.attempt;
  if (current === undefined) throw new OrionError("RUN_UNKNOWN", `there is no run ${runId}; start it first`, { runId });
  if (current !== attempt) {
    throw new OrionError(
      "FENCED",
      `attempt ${current} holds run ${runId}, this is attempt ${attempt}; stop, the other goes on`,
      { runId, attempt, current },
    );
  }
}
