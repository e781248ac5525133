import { describe, expect, it } from "vitest";
import { chatDraft } from "../../src/model/chat-draft.ts";
import { costOf, PRICES } from "../../src/model/prices.ts";
import { sseSplitter } from "../../src/model/sse.ts";
import { fitsStrictMode } from "../../src/model/strict.ts";
import { answering, completed, modelAt, never, request } from "./asking.ts";

describe("a turn's cost", () => {
  const billed = { input: 1_000_000, cached: 400_000, written: 100_000, output: 10_000 };
  const price = { input: 2, cached: 0.2, output: 10, written: 2.5 };

  it("is what each kind of token costs", () => {
    expect(costOf(billed, "m", { m: price })).toBeCloseTo(0.5 * 2 + 0.4 * 0.2 + 0.1 * 2.5 + 0.01 * 10, 10);
  });

  it("doubles for a long prompt where the provider says so", () => {
    const long = { ...price, longCostsMore: true } as const;
    expect(costOf(billed, "m", { m: long })).toBeCloseTo(1.33 * 2 + 0.1 * 1.5, 10);
    expect(costOf({ ...billed, input: 272_000, cached: 0, written: 0 }, "m", { m: long })).toBeCloseTo(0.544 + 0.1, 10);
  });

  it("is that of the model for a dated snapshot, and null for a model without a price", () => {
    expect(costOf(billed, "gpt-5.2-2025-12-11", PRICES)).toBe(costOf(billed, "gpt-5.2", PRICES));
    expect(costOf(billed, "gpt-5.2", PRICES)).not.toBeNull();
    for (const name of ["gpt-5.2-mine", "llama", "toString"]) expect(costOf(billed, name, PRICES)).toBeNull();
  });

  it("is told with the reply, by the table that was given", async () => {
    const details = { cached_tokens: 4, cache_write_tokens: 5 };
    const usage = { input_tokens: 10, output_tokens: 2, input_tokens_details: details };
    const server = await answering(completed("ok", { usage }));
    const model = modelAt(server.url, { prices: { scripted: { input: 1, cached: 0.5, output: 3, written: 2 } } });
    const reply = await model.respond(request(), never());
    expect(reply.costUsd).toBeCloseTo((1 + 4 * 0.5 + 5 * 2 + 2 * 3) / 1e6, 12);
  });

  it("is listed so that cached input never costs more than fresh, nor input more than output", () => {
    for (const { input, cached, output } of Object.values(PRICES)) {
      expect(cached).toBeLessThanOrEqual(input);
      expect(input).toBeLessThan(output);
    }
  });
});

describe("the splitter of event streams", () => {
  const bytes = new TextEncoder().encode(
    ': hi\r\n\r\nevent: a\r\ndata: {"x":\r\ndata: "é"}\r\n\r\nid: 1\ndata:b\n\nevent: none\n\ndata: last',
  );
  const expected = [
    { event: "a", data: '{"x":\n"é"}' },
    { event: null, data: "b" },
    { event: null, data: "last" },
  ];

  it.each([1, 2, 3, 7, 1000])("finds the same messages in chunks of %i bytes", (size) => {
    const splitter = sseSplitter();
    const found = [];
    for (let at = 0; at < bytes.length; at += size) found.push(...splitter.push(bytes.subarray(at, at + size)));
    expect([...found, ...splitter.end()]).toEqual(expected);
  });
});

describe("a chat message in pieces", () => {
  const drafted = (...deltas: object[]) => {
    const draft = chatDraft(() => "made");
    for (const delta of deltas) draft.add(delta as Record<string, unknown>);
    return draft.message();
  };

  it("keeps fields nobody knows, added up", () => {
    expect(
      drafted(
        { role: "assistant", content: "a", reasoning_content: "x", details: [1] },
        { content: "b", reasoning_content: "y", details: [2], refusal: null },
      ),
    ).toEqual({ role: "assistant", content: "ab", reasoning_content: "xy", details: [1, 2] });
  });

  it("tells calls apart by index, or by id where a server gives every call the same index", () => {
    const call = (index: number | undefined, id: string | undefined, name: string | undefined, args: string) => ({
      tool_calls: [{ index, id, function: { name, arguments: args } }],
    });
    const byIndex = drafted(
      call(0, "a", "bash", ""),
      call(1, "b", "read", "{"),
      call(0, undefined, undefined, "{}"),
      call(1, undefined, undefined, "}"),
    );
    const byId = drafted(call(0, "a", "bash", "{}"), call(0, "b", "read", "{}"));
    const nameless = drafted(call(undefined, undefined, "bash", "{}"));
    const wanted = ["bash", "read"].map((name, index) => ({
      id: "ab"[index],
      type: "function",
      function: { name, arguments: "{}" },
    }));
    expect(byIndex.tool_calls).toEqual(wanted);
    expect(byId.tool_calls).toEqual(wanted);
    expect(nameless.tool_calls).toMatchObject([{ id: "made" }]);
  });
});

describe("strict mode", () => {
  const object = (properties: object, facts: object = {}) => ({
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    ...facts,
  });

  it.each([
    [true, object({ a: { type: ["string", "null"] }, b: { type: "array", items: object({ c: { enum: [1] } }) } })],
    [true, object({ a: { anyOf: [object({}), { type: "null" }] } })],
    [false, object({ a: { type: "string" } }, { required: [] })],
    [false, object({ a: { type: "string" } }, { additionalProperties: true })],
    [false, object({ a: { type: "array", items: { type: "object" } } })],
    [false, object({ a: { oneOf: [{ type: "string" }] } })],
    [false, object({ a: { type: "string", default: "x" } })],
    [false, true],
  ])("%s for %j", (fits, schema) => {
    expect(fitsStrictMode(schema)).toBe(fits);
  });
});
