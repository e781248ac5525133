import { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import type { ThreadItem } from "../../src/domain/ports/model-port.ts";
import { ACTIONS, continued, modelAt, never, request, scripted } from "./asking.ts";

const TWO = `
{"role":"green","bash":"ls"}
{"role":"green","finish":{"summary":"done"}}
{"role":"green","run":2,"say":"second run","bash":"npm test"}
{"role":"plan","say":"planning"}
`;
const user = (text: string): readonly ThreadItem[] => [{ kind: "user", text }];
const named = (calls: readonly { readonly name: string }[]) => calls.map((call) => call.name);

describe("which line is played", () => {
  it("is told by the header, so a resumed worker gets its line again and a restarted server goes on", async () => {
    const first = await scripted({ text: TWO });
    const reply = await modelAt(first.url).respond(request(), never());
    const again = await modelAt(first.url).respond(request(), never());
    expect({ ...again, usage: null }).toEqual({ ...reply, usage: null });
    await first.close();

    const second = await scripted({ text: TWO });
    const thread = continued(request().thread, reply, "a.ts");
    const next = await modelAt(second.url).respond(request({ turn: "1.2", thread }), never());
    expect(named(next.calls)).toEqual(["finish"]);
    const fix = await modelAt(second.url).respond(request({ turn: "2.1" }), never());
    expect(fix.text).toBe("second run");
  });

  it("counts a role's turns through threads that begin anew, as the header does", async () => {
    const server = await scripted({ text: TWO });
    const reply = await modelAt(server.url).respond(request({ turn: "1.2", thread: user("once more") }), never());
    expect(named(reply.calls)).toEqual(["finish"]);
  });

  it("belongs to tasks whose first user message it matches", async () => {
    const server = await scripted([
      { role: "green", match: "slack", say: "slack first" },
      { role: "green", match: "clock", say: "clock first" },
      { role: "green", say: "both then" },
    ]);
    const ask = async (text: string, turn: string) =>
      (await modelAt(server.url).respond(request({ thread: user(text), turn }), never())).text;
    expect(await ask("a slack tool", "1.1")).toBe("slack first");
    expect(await ask("a clock", "1.1")).toBe("clock first");
    expect(await ask("a clock", "1.2")).toBe("both then");
    expect(await ask("a slack tool", "1.2")).toBe("both then");
  });

  it("is found by the turns in the thread for a client without the header", async () => {
    const server = await scripted({ text: TWO });
    const client = new OpenAI({ apiKey: "any", baseURL: server.url, maxRetries: 0 });
    const tools = ACTIONS.map(({ name, parameters }) => ({
      type: "function" as const,
      name,
      parameters,
      strict: false,
    }));
    const first = await client.responses.create({ model: "scripted-green", input: "go", tools });
    const [call] = first.output;
    if (call?.type !== "function_call") throw new Error("expected a call");
    const output = { type: "function_call_output" as const, call_id: call.call_id, output: "a.ts" };
    const next = await client.responses.create({
      model: "scripted-green",
      input: [{ role: "user", content: "go" }, call, output],
      tools,
    });
    expect(next.output[0]).toMatchObject({ name: "finish" });
  });
});

describe("a real client", () => {
  const script = [
    {
      role: "red" as const,
      say: "Héllo 👋 ".repeat(200),
      reasoning: "hm",
      bash: ["ls", "pwd"],
      calls: [{ name: "bash", arguments: { command: "x".repeat(900) } }],
    },
  ];
  const tools = [{ type: "function" as const, name: "bash", parameters: { type: "object" }, strict: false }];
  const chatTools = [{ type: "function" as const, function: { name: "bash", parameters: { type: "object" } } }];
  const messages = [{ role: "user" as const, content: "go" }];

  it("reads the same from /v1/responses streamed by its helper and in one piece", async () => {
    const server = await scripted(script);
    const client = new OpenAI({ apiKey: "any", baseURL: server.url, maxRetries: 0 });
    const streamed = await client.responses.stream({ model: "scripted", input: "go", tools }).finalResponse();
    const whole = await client.responses.create({ model: "scripted", input: "go", tools });
    expect(streamed.output_text).toBe(script[0]?.say);
    expect(whole.output_text).toBe(script[0]?.say);
    expect(streamed.output.map((item) => item.type)).toEqual(whole.output.map((item) => item.type));
    expect(streamed.usage?.output_tokens).toBe(whole.usage?.output_tokens);
  });

  it("reads the same from /v1/chat/completions streamed by its helper and in one piece", async () => {
    const server = await scripted(script);
    const client = new OpenAI({ apiKey: "any", baseURL: server.url, maxRetries: 0 });
    const asked = { model: "scripted", messages, tools: chatTools };
    const streamed = await client.chat.completions
      .stream({ ...asked, stream_options: { include_usage: true } })
      .finalChatCompletion();
    const whole = await client.chat.completions.create(asked);
    expect(streamed.choices[0]?.message.content).toBe(script[0]?.say);
    const args = (completion: typeof whole) =>
      completion.choices[0]?.message.tool_calls?.map((call) => ("function" in call ? call.function.arguments : null));
    expect(args(streamed)).toEqual(args(whole));
    expect(args(whole)).toHaveLength(3);
    expect(streamed.usage).toMatchObject({ total_tokens: whole.usage?.total_tokens });
  });

  it("gets its events numbered, named, and after the delay the script asks for", async () => {
    const server = await scripted([{ role: "red", say: "hi", delay_ms: 80 }]);
    const client = new OpenAI({ apiKey: "any", baseURL: server.url });
    const began = performance.now();
    const stream = await client.responses.create({ model: "scripted", input: "go", stream: true });
    const seen: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of stream) seen.push(event);
    expect(performance.now() - began).toBeGreaterThan(75);
    expect(seen.map((event) => event.sequence_number)).toEqual(seen.map((_event, index) => index));
    expect(seen.at(0)?.type).toBe("response.created");
    expect(seen.at(-1)?.type).toBe("response.completed");
  });

  it("lists the models", async () => {
    const server = await scripted(script);
    const client = new OpenAI({ apiKey: "any", baseURL: server.url });
    expect((await client.models.list()).data.map((model) => model.id)).toContain("scripted-red");
  });
});

describe("the server's account", () => {
  it("tells each request as soon as it is judged, refusals too", async () => {
    const told: (number | null)[] = [];
    const server = await scripted({ text: TWO }, { onLine: (played) => told.push(played.line) });
    await modelAt(server.url).respond(request(), never());
    await expect(modelAt(server.url).respond(request({ turn: "1.9" }), never())).rejects.toThrow();
    expect(told).toEqual([2, null]);
    expect(server.requests()).toMatchObject([
      { api: "responses", role: "green", turn: "1.1", line: 2, status: 200, refusal: null },
      { turn: "1.9", line: null, status: 400, refusal: expect.stringContaining("holds 2 lines") },
    ]);
  });

  it("says so when its port is taken", async () => {
    const one = await scripted({ text: TWO });
    const port = Number(new URL(one.url).port);
    await expect(scripted({ text: TWO }, { port })).rejects.toMatchObject({ code: "MODEL_PORT_TAKEN" });
  });
});
