/** Prompts and schemas: strict, small, and the same bytes every time. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fillPrompt } from "../../src/agents/prompts.ts";
import { askRole, greenRole, planRole, redRole, resolveRole, reviewRole } from "../../src/agents/roles.ts";

const ROLES = {
  "orion plan": planRole("first"),
  "orion fix plan": planRole("fix"),
  "orion ask": askRole([]),
  "tara red": redRole(),
  "devon green": greenRole(),
  "devon merge": resolveRole(),
  "reviewer with files": reviewRole({ workspace: true }),
  reviewer: reviewRole({ workspace: false }),
};

/** Characters by four, the estimate all figures of this repository use. */
const tokens = (...texts: readonly string[]) => Math.ceil(texts.join("").length / 4);

describe("a prompt", () => {
  it("is filled where it says so, and only there", () => {
    expect(fillPrompt("a {{x}} b {{ y }} c {{x}}", { x: "{{y}}", y: "2" }, "p")).toBe("a {{y}} b 2 c {{y}}");
  });

  it.each<{ what: string; template: string; values: Readonly<Record<string, string>> }>([
    { what: "a missing value", template: "a {{x}}", values: {} },
    { what: "a value nobody asked for", template: "a {{x}}", values: { x: "1", z: "2" } },
    { what: "an inherited name", template: "a {{toString}}", values: {} },
  ])("refuses $what", ({ template, values }) => {
    expect(() => fillPrompt(template, values, "p")).toThrow(expect.objectContaining({ code: "PROMPT_PLACEHOLDER" }));
  });

  it.each(Object.entries(ROLES))("of %s leaves nothing to fill and holds nothing that varies", (_, role) => {
    expect(role.instructions).not.toMatch(/[{}]{2}/);
    expect(role.instructions).not.toMatch(/\b20\d\d\b|\/(home|tmp|work|workspace)\b|[0-9a-f]{12}/);
    expect(role.instructions).toContain("<data-…>");
  });

  it("file is used by a role, each of them", () => {
    const used = [...Object.values(ROLES)].map(({ instructions }) => instructions).join("\n");
    for (const file of readdirSync(new URL("../../src/agents/prompts/", import.meta.url))) {
      const firstLine = readFileSync(new URL(`../../src/agents/prompts/${file}`, import.meta.url), "utf8").split(
        "\n",
      )[0];
      expect(used).toContain(firstLine);
    }
  });
});

describe("the first request", () => {
  it("of Devon is at most 700 tokens with schemas and a one-line task", () => {
    const devon = ROLES["devon green"];
    const count = tokens(devon.instructions, JSON.stringify(devon.schemas), "Make the tests of slug() pass.");
    expect(count).toBeLessThanOrEqual(700);
  });

  it.each(Object.entries(ROLES))("of %s holds at most six actions and 1,000 tokens", (_, role) => {
    expect(role.schemas.length).toBeLessThanOrEqual(6);
    expect(tokens(role.instructions, JSON.stringify(role.schemas))).toBeLessThanOrEqual(1000);
  });
});

describe("the actions a role is shown", () => {
  it("are the same bytes each time the role is made", () => {
    expect(JSON.stringify(greenRole())).toBe(JSON.stringify(ROLES["devon green"]));
    expect(JSON.stringify(planRole("first").schemas)).toBe(JSON.stringify(ROLES["orion plan"].schemas));
  });

  it("are these", () => {
    const names = Object.entries(ROLES).map(([role, { schemas }]) => [role, schemas.map(({ name }) => name).join(" ")]);
    expect(Object.fromEntries(names)).toEqual({
      "orion plan": "bash read finish ask",
      "orion fix plan": "bash read finish ask",
      "orion ask": "bash read finish",
      "tara red": "bash read edit finish ask",
      "devon green": "bash read edit finish ask",
      "devon merge": "bash read edit finish ask",
      "reviewer with files": "read finish",
      reviewer: "finish",
    });
  });

  it("are JSON Schema objects without what only costs tokens", () => {
    expect(ROLES["devon green"].schemas[2]).toEqual({
      name: "edit",
      description: "Replace exact text in a file, all edits or none.",
      parameters: {
        type: "object",
        properties: {
          path: { type: "string" },
          edits: {
            minItems: 1,
            type: "array",
            items: {
              type: "object",
              properties: {
                old: { type: "string", description: "exact text that stands there once; empty for a new file" },
                new: { type: "string" },
              },
              required: ["old", "new"],
            },
          },
        },
        required: ["path", "edits"],
      },
    });
    for (const { schemas } of Object.values(ROLES)) {
      expect(JSON.stringify(schemas)).not.toMatch(/\$schema|additionalProperties|9007199254740991/);
      for (const { parameters } of schemas) expect(parameters).toMatchObject({ type: "object" });
    }
  });
});

describe("what a role hands in", () => {
  it("may be a short plan, filled up with defaults", () => {
    const plan = ROLES["orion plan"].finish.parse({
      title: "Add slug",
      goal: "Slugs.",
      criteria: [{ text: "a B → a-b" }],
    });
    expect(plan).toMatchObject({ kind: "feat", migration: false, questions: [], verification: "tests" });
    expect(plan.criteria).toEqual([{ text: "a B → a-b", proof: "test-first" }]);
  });

  it("is either work or an objection, never both", () => {
    const { finish } = ROLES["devon green"];
    expect(finish.safeParse({ summary: "s" }).data).toEqual({ summary: "s" });
    expect(finish.safeParse({ summary: "s", contradiction: "c" }).success).toBe(false);
    expect(finish.safeParse({}).success).toBe(false);
  });

  it("may be no findings at all", () => {
    expect(ROLES.reviewer.finish.parse({ findings: [] })).toEqual({ findings: [] });
    expect(
      ROLES.reviewer.finish.safeParse({ findings: [{ file: "a", severity: "blocker", problem: "p" }] }).success,
    ).toBe(false);
  });

  it("names criteria by number, from 1", () => {
    const test = { criterion: 0, file: "a.test.ts", name: "adds" };
    expect(ROLES["tara red"].finish.safeParse({ tests: [test] }).success).toBe(false);
    expect(ROLES["tara red"].finish.safeParse({ tests: [{ ...test, criterion: 1 }] }).success).toBe(true);
  });
});
