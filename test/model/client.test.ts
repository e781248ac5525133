import { describe, expect, it } from "vitest";
import { ACTIONS, answering, completed, continued, events, modelAt, never, request, scripted } from "./asking.ts";

const SCRIPT = `
{"role":"green","say":"First I look.","reasoning":"where is it","bash":"ls","read":{"path":"a.ts","start":1}}
{"role":"green","expect":{"last_result_contains":"a.ts"},"finish":{"summary":"greets"}}
`;

describe.each(["responses", "chat"] as const)("the client over the %s API", (api) => {
  it("tells text, calls in order, usage and model of a streamed turn", async () => {
    const server = await scripted({ text: SCRIPT });
    const reply = await modelAt(server.url, { api }).respond(request(), never());
    expect(reply.text).toBe("First I look.");
    expect(reply.calls.map(({ name, arguments: args }) => [name, JSON.parse(args)])).toEqual([
      ["bash", { command: "ls" }],
      ["read", { path: "a.ts", start: 1 }],
    ]);
    expect(new Set(reply.calls.map((call) => call.id)).size).toBe(2);
    expect(reply.usage.inputTokens).toBe(server.requests()[0]?.inputTokens);
    expect(reply.usage.outputTokens).toBeGreaterThan(0);
    expect(reply).toMatchObject({ model: "scripted", costUsd: null });
  });

  it("carries a conversation on, reasoning sent back as it came", async () => {
    const server = await scripted({ text: SCRIPT });
    const model = modelAt(server.url, { api });
    const first = request();
    const reply = await model.respond(first, never());
    expect(JSON.stringify(reply.raw)).toContain(api === "chat" ? "reasoning_content" : "encrypted_content");
    // A store keeps raw as JSON and may order keys anew.
    const stored = { ...reply, raw: reordered(reply.raw) };
    const thread = continued(first.thread, stored, "a.ts b.ts");
    const end = await model.respond(request({ turn: "1.2", thread }), never());
    expect(end.calls[0]?.name).toBe("finish");
    expect(server.requests().map((one) => one.status)).toEqual([200, 200]);
  });

  it("counts what an earlier request with the same cache key began with as cached", async () => {
    const server = await scripted({ text: SCRIPT });
    const model = modelAt(server.url, { api });
    const first = request({ instructions: "rules ".repeat(400) });
    const reply = await model.respond(first, never());
    const thread = continued(first.thread, reply, "a.ts");
    const next = await model.respond({ ...first, turn: "1.2", thread }, never());
    expect(reply.usage.cachedTokens).toBe(0);
    expect(next.usage.cachedTokens).toBeGreaterThan(reply.usage.inputTokens - 32);
    const other = await model.respond({ ...first, cacheKey: "another" }, never());
    expect(other.usage.cachedTokens).toBe(0);
  });

  it("sends the same prefix each turn, and only appends to it", async () => {
    const bodies: string[] = [];
    const server = await scripted({ text: SCRIPT });
    const model = modelAt(server.url, { api });
    const spy = await answering((response) => response.writeHead(400).end("{}"));
    const seen = modelAt(spy.url, { api });
    const first = request();
    const reply = await model.respond(first, never());
    const thread = continued(first.thread, reply, "a.ts");
    for (const asked of [first, { ...request({ turn: "1.2" }), thread, actions: structuredClone(ACTIONS) }])
      await expect(seen.respond(asked, never())).rejects.toThrow();
    bodies.push(...spy.received.map((one) => one.body));
    expect(bodies).toHaveLength(2);
    expect(bodies[1]?.startsWith(bodies[0]?.replace(/\]\}$/, "") ?? "?")).toBe(true);
    expect(bodies[1]).toContain(api === "chat" ? '"reasoning_content":' : '"encrypted_content":');
    expect(bodies[0]).not.toContain("1.1");
  });

  it("names role, turn, key and cache key, and never the turn in the body", async () => {
    const spy = await answering((response) => response.writeHead(400).end("{}"));
    await expect(modelAt(spy.url, { api, organization: "org-1" }).respond(request(), never())).rejects.toThrow();
    const [{ headers, body }] = spy.received as [(typeof spy.received)[number]];
    expect(headers).toMatchObject({
      authorization: "Bearer key",
      "x-orion-role": "green",
      "x-orion-turn": "1.1",
      "openai-organization": "org-1",
    });
    expect(JSON.parse(body)).toMatchObject({ prompt_cache_key: "green:7", stream: true, model: "scripted" });
  });
});

function reordered(value: unknown): unknown {
  return Object.fromEntries(Object.entries(value as object).reverse());
}

describe("what the client reads", () => {
  it("takes the items of the stream where the server leaves them out at the end", async () => {
    const item = { type: "function_call", call_id: "c1", name: "bash", arguments: "{}" };
    const usage = { input_tokens: 1, output_tokens: 1 };
    const server = await answering(
      events(
        { type: "response.output_item.done", item },
        { type: "response.completed", response: { output: [], usage } },
      ),
    );
    const reply = await modelAt(server.url).respond(request(), never());
    expect(reply.calls).toEqual([{ id: "c1", name: "bash", arguments: "{}" }]);
  });

  it("lets go of a server that holds on after the turn is complete", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const server = await answering((response) => {
      response.on("close", resolve);
      completed("ok")(Object.assign(response, { end: response.write.bind(response) }));
    });
    expect((await modelAt(server.url).respond(request(), never())).text).toBe("ok");
    await closed;
  });

  it("keeps one connection through a conversation", async () => {
    const server = await scripted([{ role: "green", say: "hi" }]);
    const ports = new Set<number | undefined>();
    const proxy = await answering(async (response) => {
      ports.add(response.req.socket.remotePort);
      const { body, headers } = proxy.received.at(-1) ?? { body: "", headers: {} };
      const answer = await fetch(`${server.url}/responses`, {
        method: "POST",
        headers: { authorization: "Bearer k", "x-orion-turn": String(headers["x-orion-turn"]) },
        body,
      });
      const text = await answer.text();
      response.writeHead(answer.status, { "content-type": "text/event-stream" });
      // The end of the stream comes after the turn is told.
      response.write(text, () => setImmediate(() => response.end()));
    });
    const model = modelAt(proxy.url);
    for (let turn = 0; turn < 5; turn += 1) {
      await model.respond(request(), never());
      await new Promise((later) => setImmediate(later));
      await new Promise((later) => setImmediate(later));
    }
    expect(ports.size).toBeLessThan(3);
  });
});

describe("what the client writes", () => {
  it("asks for encrypted reasoning and stores nothing, except where a model has no reasoning", async () => {
    const spy = await answering(completed("ok"));
    await modelAt(spy.url, { model: "gpt-6-sol" }).respond(request(), never());
    await modelAt(spy.url, { model: "gpt-4.1" }).respond(request(), never());
    const [reasons, plain] = spy.received.map((one) => JSON.parse(one.body));
    expect(reasons).toMatchObject({ store: false, include: ["reasoning.encrypted_content"] });
    expect(plain).not.toHaveProperty("include");
  });

  it("turns strict mode on for a schema that fits it, and off for one that does not", async () => {
    const spy = await answering(completed("ok"));
    const closed = {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    };
    const open = { ...closed, required: [] };
    const actions = [closed, open].map((parameters, index) => ({ name: `a${index}`, description: "", parameters }));
    await modelAt(spy.url).respond(request({ actions }), never());
    await modelAt(spy.url, { api: "chat", maxRetries: 0 })
      .respond(request({ actions }), never())
      .catch(() => undefined);
    const chat = JSON.parse(spy.received[1]?.body ?? "").tools;
    expect(chat.map((tool: { function: { strict?: boolean } }) => tool.function.strict)).toEqual([true, undefined]);
    expect(JSON.parse(spy.received[0]?.body ?? "").tools.map((tool: { strict: boolean }) => tool.strict)).toEqual([
      true,
      false,
    ]);
  });

  it("writes a turn of another model or API anew, without what only that one understands", async () => {
    const server = await scripted({ text: SCRIPT });
    const spy = await answering(completed("ok"));
    const reply = await modelAt(server.url, { api: "chat" }).respond(request(), never());
    const thread = continued(request().thread, reply, "a.ts");
    await modelAt(spy.url).respond(request({ thread }), never());
    const { input } = JSON.parse(spy.received[0]?.body ?? "");
    expect(input[1]).toEqual({ role: "assistant", content: "First I look." });
    expect(input[2]).toMatchObject({ type: "function_call", call_id: reply.calls[0]?.id, name: "bash" });
    expect(input[4]).toEqual({ type: "function_call_output", call_id: reply.calls[0]?.id, output: "a.ts" });
  });

  it("says that a script plays only when it was told so", () => {
    expect(modelAt("http://127.0.0.1:1/v1", { scripted: true }).scripted).toBe(true);
    expect(modelAt("http://127.0.0.1:1/v1").scripted).toBe(false);
  });
});
