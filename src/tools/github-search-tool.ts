/** Searches the code or the issues of the repository a question was asked in, and of no other. */
import { z } from "zod";
import { OrionError } from "../domain/errors.ts";
import { defineTool } from "../domain/tool.ts";

export const githubSearchTool = defineTool({
  name: "GithubSearchTool",
  description: "Searches this repository's code, or its issues and pull requests.",
  effect: false,
  input: z.object({ kind: z.enum(["code", "issues"]), words: z.string().min(1).max(200) }),
  async execute({ kind, words }, { asker }) {
    if (asker === undefined)
      throw new OrionError("NOBODY_ASKS", "this tool searches the repository a question stands in; ask on an issue");
    const found = await asker.search(kind, words);
    return found.length === 0 ? `Nothing found for ${words}.` : found.join("\n");
  },
});
