/** Calls of Orion's tools: begun once, ended once. */
import type { ToolCallRecord, ToolStore } from "../../domain/ports/toolbox-port.ts";
import type { Database } from "../database.ts";
import { document, storable } from "./values.ts";

export function toolCallMethods(database: Database): ToolStore {
  return {
    beginToolCall: async ({ scope, key, tool, effect, input, personId }) => {
      const data = [{ scope, key, tool, effect, input: document(input), personId: BigInt(personId) }];
      const { count } = await database.toolCall.createMany({ data, skipDuplicates: true });
      const row = await database.toolCall.findUniqueOrThrow({ where: { scope_key: { scope, key } } });
      const outcome = row.outcome as ToolCallRecord["outcome"];
      return { record: { scope, key, outcome, output: row.output }, fresh: count === 1 };
    },

    endToolCall: async (scope, key, outcome, output) => {
      const ended = { outcome, output: storable(output), endedAt: new Date() };
      await database.toolCall.update({ where: { scope_key: { scope, key } }, data: ended });
    },
  };
}
