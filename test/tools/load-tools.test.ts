import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadTools } from "../../src/tools/load-tools.ts";

const contract = new URL("../../src/domain/tool.ts", import.meta.url).href;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tools-"));
});
afterEach(() => rm(directory, { recursive: true }));

function toolFile(name: string): string {
  const z = import.meta.resolve("zod");
  return `import { z } from ${JSON.stringify(z)}; import { defineTool } from ${JSON.stringify(contract)};
export const tool = defineTool({ name: ${JSON.stringify(name)}, description: "d", input: z.object({}), settings: z.object({ BELL_TOKEN: z.string() }), execute: async () => "rung" });`;
}

describe("loading Orion's tools", () => {
  it("finds every *-tool.ts and leaves other files alone", async () => {
    await writeFile(join(directory, "bell-tool.ts"), toolFile("BellTool"));
    await writeFile(join(directory, "notes.ts"), "throw new Error('not a tool')");
    const loaded = await loadTools(directory, { BELL_TOKEN: "x" });
    expect(loaded.map((one) => [one.tool.name, one.missing])).toEqual([["BellTool", []]]);
  });

  it("leaves a tool idle when a setting is missing, and names it", async () => {
    await writeFile(join(directory, "bell-tool.ts"), toolFile("BellTool"));
    const [loaded] = await loadTools(directory, {});
    expect(loaded?.missing).toEqual(["BELL_TOKEN"]);
    expect(loaded?.settings).toBeNull();
  });

  it("stops with the file's name when a tool is wrong", async () => {
    await writeFile(join(directory, "bad-tool.ts"), "export const tool = 1;");
    await expect(loadTools(directory, {})).rejects.toMatchObject({
      code: "TOOL_INVALID",
      facts: { file: "bad-tool.ts" },
    });
  });

  it("stops when two files define the same tool", async () => {
    await writeFile(join(directory, "one-tool.ts"), toolFile("BellTool"));
    await writeFile(join(directory, "two-tool.ts"), toolFile("BellTool"));
    await expect(loadTools(directory, { BELL_TOKEN: "x" })).rejects.toMatchObject({ code: "TOOL_INVALID" });
  });
});
