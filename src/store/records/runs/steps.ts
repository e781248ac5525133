/** The ledger of effects: intent, act, done. What to do about an intent without a done is for the runs. */
import type { Store } from "../../../domain/ports/store-port.ts";
import type { Fence } from "../../../domain/task.ts";
import type { Database } from "../../database.ts";
import { stepFrom } from "../rows.ts";
import { documentOrNull } from "../values.ts";
import { holdRun } from "./fence.ts";

export function stepMethods(database: Database): Pick<Store, "step" | "intendStep" | "completeStep"> {
  return {
    step: async (scope, key) => {
      const row = await database.step.findUnique({ where: { scope_key: { scope, key } } });
      return row && stepFrom(row);
    },

    intendStep: (fence, scope, key) =>
      database.$transaction(async (tx) => {
        if (fence !== null) await holdRun(tx, fence);
        await tx.step.createMany({ data: [{ scope, key, ...attemptOf(fence) }], skipDuplicates: true });
        return stepFrom(await tx.step.findUniqueOrThrow({ where: { scope_key: { scope, key } } }));
      }),

    completeStep: (fence, scope, key, result) =>
      database.$transaction(async (tx) => {
        if (fence !== null) await holdRun(tx, fence);
        const done = { state: "done", result: documentOrNull(result), doneAt: new Date(), ...attemptOf(fence) };
        await tx.step.upsert({ where: { scope_key: { scope, key } }, create: { scope, key, ...done }, update: done });
      }),
  };
}

function attemptOf(fence: Fence | null): { attempt?: number } {
  return fence === null ? {} : { attempt: fence.attempt };
}
