import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineTool } from "../../src/domain/tool.ts";

const shape = { description: "Rings a bell.", input: z.object({}), execute: async () => "rung" };

describe("defining a tool", () => {
  it("takes it to have an effect unless it says otherwise, and to need no settings", () => {
    const tool = defineTool({ name: "BellTool", ...shape });
    expect(tool.effect).toBe(true);
    expect(tool.settings.parse({ ANYTHING: "x" })).toEqual({});
    expect(defineTool({ name: "BellTool", ...shape, effect: false }).effect).toBe(false);
  });

  it("refuses a name or a description that says nothing", () => {
    for (const name of ["bellTool", "Bell", "Bell-Tool", ""])
      expect(() => defineTool({ name, ...shape }), name).toThrow(/PascalCase/);
    expect(() => defineTool({ name: "BellTool", ...shape, description: " " })).toThrow(/what it does/);
  });
});
