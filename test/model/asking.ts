/** What the model tests share: a request, a server that says what it is told, and a wait. Not a test. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Model, ModelReply, ModelRequest, ThreadItem } from "../../src/domain/ports/model-port.ts";
import { type ScriptedModelOptions, startScriptedModel } from "../../src/local/model/server.ts";
import { type OpenaiModelOptions, openaiModel } from "../../src/model/openai-model.ts";

export const ACTIONS: ModelRequest["actions"] = ["bash", "read", "edit", "ask", "finish"].map((name) => ({
  name,
  description: `what ${name} does`,
  parameters: { type: "object", properties: { command: { type: "string" } } },
}));

export function request(facts: Partial<ModelRequest> = {}): ModelRequest {
  return {
    role: "green",
    turn: "1.1",
    instructions: "You are Devon.",
    actions: ACTIONS,
    thread: [{ kind: "user", text: "Add a greeting." }],
    cacheKey: "green:7",
    ...facts,
  };
}

export function modelAt(baseURL: string, facts: Partial<OpenaiModelOptions> = {}): Model {
  const options = { apiKey: "key", baseURL, model: "scripted", idleMs: 5_000, maxRetries: 2, backoffMs: 1 };
  return openaiModel({ ...options, api: "responses", ...facts });
}

/** A scripted server that ends with the test. */
export async function scripted(script: ScriptedModelOptions["script"], facts: Partial<ScriptedModelOptions> = {}) {
  const server = await startScriptedModel({ script, ...facts });
  onTestFinished(() => server.close());
  return server;
}

export interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server that answers the n-th request with the n-th answer, and the last one from then on. */
export async function answering(...answers: ((response: ServerResponse) => void)[]) {
  const received: Received[] = [];
  const server: Server = createServer((incoming, response) => {
    let body = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (chunk: string) => {
      body += chunk;
    });
    incoming.on("end", () => {
      received.push({ headers: incoming.headers, body });
      answers[Math.min(received.length, answers.length) - 1]?.(response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, received };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

export function events(...data: readonly object[]) {
  return (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(data.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(""));
  };
}

/** A complete answer of the Responses API that says `text`. */
export function completed(text: string, facts: object = {}) {
  const output = [{ type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text }] }];
  const usage = { input_tokens: 10, output_tokens: 2, input_tokens_details: { cached_tokens: 4 } };
  return events({ type: "response.completed", response: { model: "scripted", output, usage, ...facts } });
}

/** The thread after a reply, with one result for each of its calls. */
export function continued(thread: readonly ThreadItem[], reply: ModelReply, output: string): readonly ThreadItem[] {
  const { text, calls, raw } = reply;
  return [
    ...thread,
    { kind: "assistant", text, calls, raw },
    ...calls.map(({ id }): ThreadItem => ({ kind: "result", callId: id, output })),
  ];
}

/** A signal nobody aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}
