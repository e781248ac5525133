import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadTools, secretsOfTools } from "../../src/tools/load-tools.ts";

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

  const zod = JSON.stringify(import.meta.resolve("zod"));
  const define = (rest: string): string =>
    `import { z } from ${zod}; import { defineTool } from ${JSON.stringify(contract)};
const execute = async () => "rung";
export const tool = ${rest};`;

  it.each([
    [
      "a tool that defineTool never saw",
      '{ name: "x", description: "", effect: undefined, input: z.object({}), settings: z.object({}), execute }',
      /defineTool/,
    ],
    [
      "arguments that no model can be told",
      'defineTool({ name: "BellTool", description: "d", input: z.object({ at: z.date() }), execute })',
      /input/,
    ],
    [
      "arguments that are no object",
      'defineTool({ name: "BellTool", description: "d", input: z.string(), execute })',
      /object/,
    ],
    [
      "settings that cannot be read",
      'defineTool({ name: "BellTool", description: "d", input: z.object({}), settings: z.object({}).refine(async () => true), execute })',
      /settings/,
    ],
    [
      "a name that is none",
      'defineTool({ name: "bell", description: "d", input: z.object({}), execute })',
      /PascalCase/,
    ],
    [
      "no way to be called",
      'defineTool({ name: "BellTool", description: "d", input: z.object({}), execute: "later" })',
      /execute/,
    ],
  ])("stops with the file's name at %s", async (_, rest, words) => {
    await writeFile(join(directory, "bad-tool.ts"), define(rest));
    const loading = loadTools(directory, {});
    await expect(loading).rejects.toMatchObject({ code: "TOOL_INVALID", facts: { file: "bad-tool.ts" } });
    await expect(loading).rejects.toThrow(words);
  });

  it.each(["bellTool.ts", "bell_tool.ts", "Bell-Tool.ts", "bell-tool.mts", "bell-tool.js"])(
    "stops at %s, which would never be found, and says how to name it",
    async (file) => {
      await writeFile(join(directory, file), toolFile("BellTool"));
      await expect(loadTools(directory, {})).rejects.toThrow(/bell-tool\.ts/);
    },
  );

  it("takes one tool that a file exports under two names, and looks at no hidden file", async () => {
    await writeFile(join(directory, "bell-tool.ts"), `${toolFile("BellTool")}\nexport default tool;`);
    await writeFile(join(directory, ".#bell-tool.ts"), "of an editor");
    expect(await loadTools(directory, {})).toHaveLength(1);
  });

  it("knows which settings are secret, by their names", async () => {
    await writeFile(join(directory, "bell-tool.ts"), toolFile("BellTool"));
    const env = { BELL_TOKEN: "ring-ring-ring", OTHER_TOKEN: "not-the-tools" };
    expect(secretsOfTools(await loadTools(directory, env), env)).toEqual(["ring-ring-ring"]);
  });

  it("stops when two files define the same tool", async () => {
    await writeFile(join(directory, "one-tool.ts"), toolFile("BellTool"));
    await writeFile(join(directory, "two-tool.ts"), toolFile("BellTool"));
    await expect(loadTools(directory, { BELL_TOKEN: "x" })).rejects.toMatchObject({ code: "TOOL_INVALID" });
  });
});
