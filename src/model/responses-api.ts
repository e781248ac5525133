/**
 * The Responses API: how a request is written and how its stream is read. A
 * turn counts on `response.completed` (or on the model's own output limit).
 */
import type { ActionSchema, ModelRequest, ThreadItem } from "../domain/ports/model-port.ts";
import { fitsStrictMode } from "./strict.ts";
import type { Api, Seen, Turn, TurnReader } from "./wire.ts";
import { billedIn, complaintIn, fields, MORE, objects, rawItems, text } from "./wire.ts";

/** Models that refuse `include: ["reasoning.encrypted_content"]`. */
const WITHOUT_REASONING = /^(gpt-3|gpt-4|chatgpt|ft:gpt-[34]|gpt-5[\d.]*-chat)/;
const READ = new Set([
  "response.output_item.done",
  "response.completed",
  "response.incomplete",
  "response.failed",
  "error",
]);

export function responsesApi(): Api {
  const written = new WeakMap<ThreadItem, string>();
  return {
    name: "responses",
    path: "/responses",
    body: (model, request) => writeBody(model, request, written),
    reader: readTurn,
  };
}

function writeBody(model: string, request: ModelRequest, written: WeakMap<ThreadItem, string>): string {
  const input = request.thread.map((item) => {
    const known = written.get(item) ?? writeItem(item, model);
    written.set(item, known);
    return known;
  });
  const head = JSON.stringify({
    model,
    store: false,
    stream: true,
    ...(WITHOUT_REASONING.test(model) ? {} : { include: ["reasoning.encrypted_content"] }),
    prompt_cache_key: request.cacheKey,
    instructions: request.instructions,
    ...(request.actions.length > 0 ? { tools: request.actions.map(writeAction) } : {}),
  });
  return `${head.slice(0, -1)},"input":[${input.filter((part) => part !== "").join(",")}]}`;
}

function writeAction({ name, description, parameters }: ActionSchema): unknown {
  return { type: "function", name, description, strict: fitsStrictMode(parameters), parameters };
}

function writeItem(item: ThreadItem, model: string): string {
  if (item.kind === "user") return JSON.stringify({ role: "user", content: item.text });
  if (item.kind === "result")
    return JSON.stringify({ type: "function_call_output", call_id: item.callId, output: item.output });
  const verbatim = rawItems(item.raw, "responses", model);
  if (verbatim !== null) return verbatim;
  const said = item.text === "" ? [] : [{ role: "assistant", content: item.text }];
  const calls = item.calls.map(({ id, name, arguments: args }) => ({
    type: "function_call",
    call_id: id,
    name,
    arguments: args,
  }));
  return [...said, ...calls].map((part) => JSON.stringify(part)).join(",");
}

function readTurn(requested: string): TurnReader {
  const done: unknown[] = [];
  return {
    take(event, data) {
      if (event !== null && !READ.has(event)) return MORE;
      if (data === "[DONE]") return MORE;
      const message = fields(JSON.parse(data));
      switch (text(message.type) ?? event) {
        case "response.output_item.done":
          done.push(message.item);
          return MORE;
        case "response.completed":
        case "response.incomplete":
          return concluded(fields(message.response), done, requested);
        case "response.failed":
          return { kind: "complaint", complaint: complaintIn(fields(message.response).error) };
        case "error":
          return { kind: "complaint", complaint: complaintIn(message.error ?? message) };
        default:
          return MORE;
      }
    },
    end: () => MORE,
  };
}

function concluded(response: Readonly<Record<string, unknown>>, done: readonly unknown[], requested: string): Seen {
  const why = text(fields(response.incomplete_details).reason);
  if (why !== null && why !== "max_output_tokens")
    return {
      kind: "complaint",
      complaint: { status: 400, code: why, words: `the answer was withheld: ${why}`, waitMs: null },
    };
  const listed = objects(response.output);
  // Some servers leave `output` empty at the end and only stream the items.
  const items = listed.length > 0 ? listed : objects(done);
  const billed = billedIn(response.usage, "input_tokens", "output_tokens");
  if (billed === null)
    return { kind: "complaint", complaint: { status: 400, code: null, words: NO_USAGE, waitMs: null } };
  const turn: Turn = {
    ...readItems(items),
    billed,
    model: text(response.model) ?? requested,
    // Items cut off at the output limit may not be sent back; text and calls are written anew.
    raw: why === null ? { api: "responses", model: requested, items: JSON.stringify(items).slice(1, -1) } : null,
  };
  return { kind: "turn", turn };
}

const NO_USAGE = "the server ended a response without usage, so its cost cannot be told";

function readItems(items: readonly Readonly<Record<string, unknown>>[]): Pick<Turn, "text" | "calls"> {
  const said = items
    .filter((item) => item.type === "message")
    .map((item) =>
      objects(item.content)
        .map((part) => text(part.text) ?? text(part.refusal) ?? "")
        .join(""),
    );
  const calls = items
    .filter((item) => item.type === "function_call")
    .map((item) => ({
      id: text(item.call_id) ?? "",
      name: text(item.name) ?? "",
      arguments: text(item.arguments) ?? "",
    }));
  return { text: said.join("\n"), calls };
}
