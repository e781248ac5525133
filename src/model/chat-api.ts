/**
 * Chat Completions, for servers that speak only that: how a request is written
 * and how its stream is read. A turn counts when the stream gave a finish
 * reason and usage and then ended.
 */
import { randomUUID } from "node:crypto";
import type { ActionSchema, ModelRequest, ThreadItem } from "../domain/ports/model-port.ts";
import { chatDraft } from "./chat-draft.ts";
import { fitsStrictMode } from "./strict.ts";
import type { Api, Seen, TurnReader } from "./wire.ts";
import { billedIn, complaintIn, fields, MORE, objects, rawItems, text } from "./wire.ts";

export function chatApi(): Api {
  const written = new WeakMap<ThreadItem, string>();
  return {
    name: "chat",
    path: "/chat/completions",
    body: (model, request) => writeBody(model, request, written),
    reader: readTurn,
  };
}

function writeBody(model: string, request: ModelRequest, written: WeakMap<ThreadItem, string>): string {
  const messages = request.thread.map((item) => {
    const known = written.get(item) ?? writeItem(item, model);
    written.set(item, known);
    return known;
  });
  const head = JSON.stringify({
    model,
    stream: true,
    stream_options: { include_usage: true },
    prompt_cache_key: request.cacheKey,
    ...(request.actions.length > 0 ? { tools: request.actions.map(writeAction) } : {}),
  });
  const system = JSON.stringify({ role: "system", content: request.instructions });
  return `${head.slice(0, -1)},"messages":[${[system, ...messages].filter((part) => part !== "").join(",")}]}`;
}

function writeAction({ name, description, parameters }: ActionSchema): unknown {
  const strict = fitsStrictMode(parameters) ? { strict: true } : {};
  return { type: "function", function: { name, description, ...strict, parameters } };
}

function writeItem(item: ThreadItem, model: string): string {
  if (item.kind === "user") return JSON.stringify({ role: "user", content: item.text });
  if (item.kind === "result") return JSON.stringify({ role: "tool", tool_call_id: item.callId, content: item.output });
  const verbatim = rawItems(item.raw, "chat", model);
  if (verbatim !== null) return verbatim;
  if (item.calls.length === 0) return item.text === "" ? "" : JSON.stringify({ role: "assistant", content: item.text });
  const calls = item.calls.map(({ id, name, arguments: args }) => ({
    id,
    type: "function",
    function: { name, arguments: args },
  }));
  return JSON.stringify({ role: "assistant", content: item.text === "" ? null : item.text, tool_calls: calls });
}

function readTurn(requested: string): TurnReader {
  const draft = chatDraft(() => `call_${randomUUID()}`);
  let finish: string | null = null;
  let usage: Readonly<Record<string, unknown>> | null = null;
  let model = requested;
  const conclude = (): Seen => (finish === null ? MORE : concluded(requested, model, finish, usage, draft.message()));
  return {
    take(_event, data) {
      if (data === "[DONE]") return conclude();
      const chunk = fields(JSON.parse(data));
      if (chunk.error) return { kind: "complaint", complaint: complaintIn(chunk.error) };
      model = text(chunk.model) || model;
      if (chunk.usage) usage = fields(chunk.usage);
      const choice = objects(chunk.choices)[0];
      if (choice !== undefined) {
        draft.add(fields(choice.delta));
        finish = text(choice.finish_reason) ?? finish;
      }
      return MORE;
    },
    end: conclude,
  };
}

const NO_USAGE = "the server ended a turn without usage; it must honour stream_options.include_usage";

function concluded(
  requested: string,
  model: string,
  finish: string,
  usage: Readonly<Record<string, unknown>> | null,
  message: Readonly<Record<string, unknown>>,
): Seen {
  const refuse = (words: string, code: string | null): Seen => ({
    kind: "complaint",
    complaint: { status: 400, code, words, waitMs: null },
  });
  if (finish === "content_filter") return refuse("the answer was withheld: content_filter", finish);
  const billed = billedIn(usage, "prompt_tokens", "completion_tokens");
  if (billed === null) return refuse(NO_USAGE, null);
  const calls = objects(message.tool_calls).map((call) => ({
    id: text(call.id) ?? "",
    name: text(fields(call.function).name) ?? "",
    arguments: text(fields(call.function).arguments) ?? "",
  }));
  return {
    kind: "turn",
    turn: {
      text: text(message.content) ?? text(message.refusal) ?? "",
      calls,
      billed,
      model,
      raw: worthKeeping(message) ? { api: "chat", model: requested, items: JSON.stringify(message) } : null,
    },
  };
}

const PLAIN = new Set(["role", "content", "tool_calls"]);
const PLAIN_CALL = new Set(["id", "type", "function"]);

/** Only what text and calls cannot rebuild: reasoning, signatures, and whatever else the server adds. */
function worthKeeping(message: Readonly<Record<string, unknown>>): boolean {
  const extra = Object.keys(message).some((key) => !PLAIN.has(key));
  return extra || objects(message.tool_calls).some((call) => Object.keys(call).some((key) => !PLAIN_CALL.has(key)));
}
