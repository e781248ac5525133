import { describe, expect, it } from "vitest";
import type { ThreadItem } from "../../src/domain/ports/model-port.ts";
import { ACTIONS, modelAt, never, request, scripted } from "./asking.ts";

async function refused(line: object, facts: Parameters<typeof request>[0] = {}) {
  const server = await scripted({ text: JSON.stringify({ role: "green", say: "hi", ...line }) });
  return expect(modelAt(server.url).respond(request(facts), never())).rejects;
}

async function post(path: string, body: unknown, headers: Record<string, string> = { authorization: "Bearer any" }) {
  const server = await scripted([{ role: "green", say: "hi" }]);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(server.url.replace(/\/v1$/, path), { method: "POST", headers, body: text });
  const { error } = (await response.json()) as { error?: { message: string; code: string } };
  return { status: response.status, message: error?.message ?? "", code: error?.code ?? "" };
}

const called: ThreadItem = { kind: "assistant", text: "", calls: [{ id: "c1", name: "bash", arguments: "{}" }] };
const thread = (...results: string[]): readonly ThreadItem[] => [
  { kind: "user", text: "Add a greeting." },
  called,
  ...results.map((output): ThreadItem => ({ kind: "result", callId: "c1", output })),
];

describe("a request that is not what the line expects", () => {
  it.each([
    ["a word that is missing", { contains: ["greeting", "slack"] }, /to contain "slack"; it reads .*You are Devon/],
    ["a word that must not be there", { lacks: "Devon" }, /not to contain "Devon"; it has .*You are Devon/],
    ["a result without a word", { last_result_contains: "ok" }, /last result to contain "ok"; it reads "Error: no"/],
    ["a result with a word", { last_result_lacks: "Error" }, /last result not to contain "Error"/],
    [
      "other actions",
      { actions: ["bash"] },
      /exactly the actions bash; the request offers bash, read, edit, ask, finish/,
    ],
  ])("is refused for %s", async (_name, expect_, message) => {
    const assertion = await refused({ expect: expect_ }, { thread: thread("Error: no") });
    await assertion.toMatchObject({ code: "MODEL_REFUSED", message: expect.stringMatching(message) });
  });

  it("is played when everything is as expected", async () => {
    const actions = ACTIONS.map((action) => action.name).reverse();
    const expected = { contains: "Devon", lacks: "secret", last_result_contains: ["o", "k"], actions };
    const server = await scripted([{ role: "green", say: "hi", expect: expected }]);
    const reply = await modelAt(server.url).respond(request({ thread: thread("ok") }), never());
    expect(reply.text).toBe("hi");
  });

  it("is refused when a call is not offered", async () => {
    const assertion = await refused({ finish: { summary: "x" } }, { actions: ACTIONS.slice(0, 1) });
    await assertion.toThrow(/it calls finish, but the request offers bash/);
  });

  it("is refused when the script has no such line, and told why others do not match", async () => {
    await (await refused({}, { turn: "1.2" })).toThrow(/holds 1 line for green in run 1, and turn 2/);
    await (await refused({ match: "slack" })).toThrow(/1 more do not match .*begins "Add a greeting."/);
    await (await refused({}, { turn: "3.1" })).toThrow(/add a line with "role": "green", "run": 3/);
  });

  it("is refused for a role or a turn nobody knows", async () => {
    await (await refused({}, { role: "boss" })).toThrow(/expected a role \(plan, red, green, review, ask\).*came boss/);
    await (await refused({}, { turn: "one" })).toThrow(/expected X-Orion-Turn as <run>.<turn>/);
  });
});

describe.each(["responses", "chat"] as const)("a malformed request over the %s API", (api) => {
  const path = api === "chat" ? "/v1/chat/completions" : "/v1/responses";
  const base = api === "chat" ? { model: "m", messages: [{ role: "user", content: "x" }] } : { model: "m", input: "x" };
  const ask = async (facts: Parameters<typeof request>[0]) => {
    const server = await scripted([{ role: "green", say: "hi" }]);
    return expect(modelAt(server.url, { api }).respond(request(facts), never())).rejects;
  };

  it("is refused for a call without its result, and a result without its call", async () => {
    await (await ask({ thread: thread() })).toThrow(/expected the result of bash \(c1\)/);
    await (await ask({ thread: [...thread(), { kind: "user", text: "go on" }] })).toThrow(/before the user/);
    await (await ask({ thread: thread("a", "b") })).toThrow(/a result for the call c1, which is not open/);
  });

  it("is refused for parameters that are no schema of an object", async () => {
    const actions = [{ name: "bash", description: "", parameters: { type: "string" } }];
    await (await ask({ actions })).toThrow(/the parameters of bash are no JSON Schema of type object/);
  });

  it("is refused for a parameter the API does not have", async () => {
    expect(await post(path, { ...base, temprature: 1 })).toMatchObject({
      status: 400,
      message: expect.stringContaining("temprature"),
    });
  });

  it("is refused without a key, and for a body that is not JSON", async () => {
    expect(await post(path, base, {})).toMatchObject({ status: 401, code: "invalid_api_key" });
    expect(await post(path, "{")).toMatchObject({ status: 400, code: "invalid_json" });
    expect(await post(path, base)).toMatchObject({ status: 200 });
  });
});

describe("the rest of what is refused", () => {
  it("reasoning that did not come back as it was sent", async () => {
    const server = await scripted([
      { role: "green", say: "hi", reasoning: "hm" },
      { role: "green", say: "ho" },
    ]);
    const reply = await modelAt(server.url).respond(request(), never());
    const raw = JSON.parse(JSON.stringify(reply.raw).replace(/(encrypted_content[\\":]+)\w/, "$1_"));
    const spoilt: readonly ThreadItem[] = [...request().thread, { kind: "assistant", text: "hi", calls: [], raw }];
    const next = modelAt(server.url).respond(request({ turn: "1.2", thread: spoilt }), never());
    await expect(next).rejects.toThrow(/did not come back as it was sent/);
  });

  it("reasoning without what it led to, and a call id used twice", async () => {
    const server = await scripted([{ role: "green", say: "hi", reasoning: "hm" }]);
    const reply = await modelAt(server.url).respond(request(), never());
    const [reasoning] = JSON.parse(`[${(reply.raw as { items: string }).items}]`);
    const input = (...items: object[]) => ({ model: "m", input: [{ role: "user", content: "x" }, ...items] });
    expect((await post("/v1/responses", input(reasoning))).message).toMatch(/without the message or call/);
    const call = { type: "function_call", call_id: "c1", name: "bash", arguments: "{}" };
    const result = { type: "function_call_output", call_id: "c1", output: "" };
    expect((await post("/v1/responses", input(call, result, call, result))).message).toMatch(/c1 stands .* twice/);
  });

  it("an address that is not there", async () => {
    expect(await post("/v1/embeddings", {})).toMatchObject({ status: 404, code: "unknown_url" });
  });
});
