import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ToolCallRecord, ToolRequest, ToolStore } from "../../src/domain/ports/toolbox-port.ts";
import { defineTool, type Tool } from "../../src/domain/tool.ts";
import { redactor } from "../../src/policy/redaction.ts";
import { openToolbox } from "../../src/tools/open-toolbox.ts";

const PERSON = { id: 1, login: "ada" };

/** The stored calls, which outlive whoever made them. */
function memory() {
  const calls = new Map<string, ToolCallRecord & { readonly input: unknown }>();
  const store: ToolStore = {
    beginToolCall: async ({ scope, key, input }) => {
      const known = calls.get(`${scope}/${key}`);
      const record = known ?? { scope, key, input, outcome: "started" as const, output: null };
      calls.set(`${scope}/${key}`, record);
      return { record, fresh: known === undefined };
    },
    endToolCall: async (scope, key, outcome, output) => {
      const begun = calls.get(`${scope}/${key}`);
      if (begun !== undefined) calls.set(`${scope}/${key}`, { ...begun, outcome, output });
    },
  };
  return { store, calls };
}

function bell(execute: Tool["execute"], effect = true) {
  const rung: unknown[] = [];
  const tool = defineTool({
    name: "BellTool",
    description: "Rings.",
    effect,
    input: z.object({ times: z.number().int() }),
    execute: (input, context) => {
      rung.push(input);
      return execute(input, context);
    },
  });
  const kept = memory();
  const open = (more: { callMs?: number; missing?: readonly string[] } = {}) =>
    openToolbox({
      tools: [{ tool, file: "bell-tool.ts", settings: {}, missing: more.missing ?? [] }],
      store: kept.store,
      clean: (text) => text.replaceAll("hunter2", "[redacted]"),
      fetch,
      ...(more.callMs === undefined ? {} : { callMs: more.callMs }),
    });
  return { rung, open, ...kept };
}

const request = (more: Partial<ToolRequest> = {}): ToolRequest => ({
  tool: "BellTool",
  input: { times: 1 },
  scope: "run:1",
  key: "output:1",
  person: PERSON,
  mayAct: async () => true,
  signal: new AbortController().signal,
  ...more,
});

describe("calling a tool", () => {
  it("with an effect happens once, however often the same call comes", async () => {
    const { open, rung } = bell(async () => "rung");
    for (const toolbox of [open(), open()])
      expect(await toolbox.call(request())).toEqual({ kind: "done", text: "rung" });
    expect(rung).toHaveLength(1);
    await open().call(request({ key: "output:2" }));
    expect(rung).toHaveLength(2);
  });

  it("with an effect that was cut off is not repeated, and Orion is told that nobody knows", async () => {
    const { open, rung, store, calls } = bell(async () => "rung");
    const begun = { scope: "run:1", key: "output:1", tool: "BellTool", effect: true, input: {}, personId: 1 };
    await store.beginToolCall(begun);
    expect(await open().call(request())).toMatchObject({ kind: "unknown" });
    expect(await open().call(request())).toMatchObject({ kind: "unknown" });
    expect(rung).toEqual([]);
    expect([...calls.values()].map(({ outcome }) => outcome)).toEqual(["unknown"]);
  });

  it("without an effect is made again when it was cut off", async () => {
    const { open, rung, store } = bell(async () => "rung", false);
    await store.beginToolCall({
      scope: "run:1",
      key: "output:1",
      tool: "BellTool",
      effect: false,
      input: {},
      personId: 1,
    });
    expect(await open().call(request())).toEqual({ kind: "done", text: "rung" });
    expect(rung).toHaveLength(1);
  });

  it("with an effect is refused to a person who may not write now, and nothing is stored", async () => {
    const { open, rung, calls } = bell(async () => "rung");
    expect(await open().call(request({ mayAct: async () => false }))).toMatchObject({ kind: "refused" });
    expect(rung).toEqual([]);
    expect(calls.size).toBe(0);
  });

  it("without an effect asks nobody's permission", async () => {
    const { open } = bell(async () => "rung", false);
    expect(await open().call(request({ mayAct: async () => false }))).toMatchObject({ kind: "done" });
  });

  it("keeps secrets out of what is stored and told", async () => {
    const { open, calls } = bell(async () => {
      throw new Error("the bell says hunter2");
    });
    expect(await open().call(request())).toEqual({ kind: "failed", because: "Error: the bell says [redacted]" });
    expect(JSON.stringify([...calls.values()])).not.toContain("hunter2");
  });

  it("keeps secrets out of what is stored of its arguments, an unfinished key too", async () => {
    const kept = memory();
    const tool = defineTool({
      name: "NoteTool",
      description: "Notes.",
      input: z.looseObject({
        text: z.string(),
        at: z.string().transform((text) => new Date(text)),
        size: z.string().transform(BigInt),
      }),
      execute: async () => "noted",
    });
    const { call } = openToolbox({
      tools: [{ tool, file: "note-tool.ts", settings: {}, missing: [] }],
      store: kept.store,
      clean: redactor(["hunter2-hunter2"]),
      fetch,
    });
    const half = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0";
    const input = {
      ...{ text: `here: ${half}`, at: "2026-01-02", size: "3" },
      more: [{ "hunter2-hunter2": 'say "hunter2-hunter2"' }, null, 4],
    };
    expect(await call(request({ tool: "NoteTool", input }))).toEqual({ kind: "done", text: "noted" });
    expect([...kept.calls.values()].map((one) => one.input)).toEqual([
      {
        ...{ text: "here: [redacted]", at: "2026-01-02T00:00:00.000Z", size: "3" },
        more: [{ "[redacted]": 'say "[redacted]"' }, null, 4],
      },
    ]);
  });

  it("that never answers ends, also when it does not hear its signal", async () => {
    const deaf = bell(() => new Promise(() => undefined), false);
    expect(await deaf.open({ callMs: 20 }).call(request())).toMatchObject({ kind: "failed" });
    const effect = bell(() => new Promise(() => undefined));
    expect(await effect.open({ callMs: 20 }).call(request())).toMatchObject({ kind: "unknown" });
  });

  it("that is stopped with its process stays begun, for whoever goes on", async () => {
    const stopping = new AbortController();
    const { open, calls } = bell(async () => {
      stopping.abort(new Error("the process stops"));
      return new Promise(() => undefined);
    });
    await expect(open().call(request({ signal: stopping.signal }))).rejects.toThrow("the process stops");
    expect([...calls.values()].map(({ outcome }) => outcome)).toEqual(["started"]);
  });

  it.each([
    [{ tool: "DoorTool" }, /no tool DoorTool/],
    [{ input: { times: "many" } }, /other arguments/],
  ])("%j is refused with what is wrong", async (more, words) => {
    const { open, rung } = bell(async () => "rung");
    const outcome = await open().call(request(more));
    expect(outcome).toMatchObject({ kind: "refused", because: expect.stringMatching(words) });
    expect(rung).toEqual([]);
  });

  it("that lacks a setting is refused with its name", async () => {
    const { open } = bell(async () => "rung");
    expect(await open({ missing: ["BELL_TOKEN"] }).call(request())).toMatchObject({
      kind: "refused",
      because: "BellTool is idle: set BELL_TOKEN",
    });
  });

  it("gives back what fits", async () => {
    const { open } = bell(async () => "x".repeat(20_000));
    const outcome = await open().call(request());
    expect(outcome.kind === "done" && outcome.text.length).toBeLessThan(8_100);
  });
});
