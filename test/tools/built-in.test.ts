import { describe, expect, it } from "vitest";
import type { Asker } from "../../src/domain/tool.ts";
import { fetchTool } from "../../src/tools/fetch-tool.ts";
import { githubSearchTool } from "../../src/tools/github-search-tool.ts";
import { memoryTool } from "../../src/tools/memory-tool.ts";

const asker: Asker = {
  person: { id: 1, login: "ada" },
  urls: ["https://127.0.0.1/admin", "https://example.org/spec"],
  recall: async () => ["1. likes tabs"],
  search: async (kind, words) => (words === "nothing" ? [] : [`${kind}: ${words}`]),
};
const context = { settings: {}, fetch, signal: AbortSignal.timeout(5_000) };
const asked = { ...context, asker };

describe("the built-in tools", () => {
  it("have no effect outside", () => {
    expect([fetchTool, githubSearchTool, memoryTool].map(({ effect }) => effect)).toEqual([false, false, false]);
  });

  it("search and recall for whoever asks", async () => {
    expect(await githubSearchTool.execute({ kind: "code", words: "slack" }, asked)).toBe("code: slack");
    expect(await githubSearchTool.execute({ kind: "issues", words: "nothing" }, asked)).toBe(
      "Nothing found for nothing.",
    );
    expect(await memoryTool.execute({}, asked)).toBe("1. likes tabs");
  });

  it("say so where nobody asks", async () => {
    await expect(githubSearchTool.execute({ kind: "code", words: "x" }, context)).rejects.toThrow(/ask on an issue/);
    await expect(memoryTool.execute({}, context)).rejects.toThrow(/ask on an issue/);
    await expect(fetchTool.execute({ url: "https://example.org/spec" }, context)).rejects.toThrow(/not written out/);
  });

  it("fetch nothing that the person did not write out, and nothing inside a network", async () => {
    await expect(fetchTool.execute({ url: "https://example.org/other" }, asked)).rejects.toThrow(/not written out/);
    await expect(fetchTool.execute({ url: "https://127.0.0.1/admin" }, asked)).rejects.toThrow(/public internet/);
  });
});
