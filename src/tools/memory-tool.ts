/** Tells what Orion keeps about the person who asks and about the repository they ask in. Never about anybody else. */
import { z } from "zod";
import { OrionError } from "../domain/errors.ts";
import { defineTool } from "../domain/tool.ts";

export const memoryTool = defineTool({
  name: "MemoryTool",
  description: "Tells what you remember about the person who asks and about this repository.",
  effect: false,
  input: z.object({}),
  async execute(_, { asker }) {
    if (asker === undefined)
      throw new OrionError("NOBODY_ASKS", "this tool tells a person what is kept about them; ask on an issue");
    const lines = await asker.recall();
    return lines.length === 0 ? "Nothing is kept." : lines.join("\n");
  },
});
