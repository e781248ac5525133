/**
 * Writes a line of the script as `/v1/responses` answers it: one object, or the
 * events that build it. Which line, and what goes wrong, is decided elsewhere.
 */
import { type Asked, sealed } from "./asked.ts";
import type { Place } from "./play.ts";
import type { ScriptLine } from "./script-line.ts";
import type { Count } from "./usage.ts";

export interface Answer {
  readonly asked: Asked;
  readonly line: ScriptLine;
  readonly place: Place;
  readonly count: Count;
  /** unix seconds */
  readonly now: number;
}

interface Item {
  readonly type: "message" | "reasoning" | "function_call";
  readonly id: string;
  readonly [field: string]: unknown;
}

interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The whole answer in one object. */
export function responseObject(answer: Answer): object {
  const { asked, count } = answer;
  return {
    ...opening(answer),
    status: "completed",
    completed_at: answer.now,
    output: itemsOf(answer),
    usage: {
      input_tokens: count.input,
      input_tokens_details: { cached_tokens: count.cached, cache_write_tokens: 0 },
      output_tokens: count.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: count.input + count.output,
    },
    model: asked.model,
  };
}

/** The same answer as the real API streams it, each event with its SSE frame. */
export function responseEvents(answer: Answer): readonly string[] {
  const started = { ...opening(answer), status: "in_progress", output: [], usage: null };
  const events: readonly Event[] = [
    { type: "response.created", response: started },
    { type: "response.in_progress", response: started },
    ...itemsOf(answer).flatMap(itemEvents),
    { type: "response.completed", response: responseObject(answer) },
  ];
  return events.map(
    (event, sequence_number) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`,
  );
}

function opening({ asked, place, now }: Answer): object {
  return {
    id: `resp_${idOf(place)}`,
    object: "response",
    created_at: now,
    model: asked.model,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
  };
}

export function idOf({ role, run, turn }: Place): string {
  return `${role}_${run}_${turn}`;
}

function itemsOf({ asked, line, place }: Answer): readonly Item[] {
  const id = idOf(place);
  const thought: Item = {
    type: "reasoning",
    id: `rs_${id}`,
    summary: [],
    encrypted_content: asked.includeReasoning ? sealed(`rs_${id}`) : null,
  };
  const said: Item = {
    type: "message",
    id: `msg_${id}`,
    role: "assistant",
    status: "completed",
    content: [textPart(line.say)],
  };
  const calls = line.calls.map(
    (call, index): Item => ({
      type: "function_call",
      id: `fc_${id}_${index + 1}`,
      call_id: `call_${id}_${index + 1}`,
      name: call.name,
      arguments: JSON.stringify(call.arguments),
      status: "completed",
    }),
  );
  return [...(line.reasoning === null ? [] : [thought]), ...(line.say === "" ? [] : [said]), ...calls];
}

function textPart(text: string): object {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

function itemEvents(item: Item, output_index: number): readonly Event[] {
  const at = { item_id: item.id, output_index };
  const done = { type: "response.output_item.done", output_index, item };
  const added = (start: object) => ({ type: "response.output_item.added", output_index, item: { ...item, ...start } });
  if (item.type === "reasoning") return [added({}), done];
  if (item.type === "function_call") {
    const { name, arguments: args } = item;
    return [
      added({ arguments: "", status: "in_progress" }),
      ...pieces(String(args)).map((delta) => ({ type: "response.function_call_arguments.delta", ...at, delta })),
      { type: "response.function_call_arguments.done", ...at, name, arguments: args },
      done,
    ];
  }
  const [part] = item.content as readonly [{ readonly text: string }];
  const within = { ...at, content_index: 0 };
  return [
    added({ content: [], status: "in_progress" }),
    { type: "response.content_part.added", ...within, part: textPart("") },
    ...pieces(part.text).map((delta) => ({ type: "response.output_text.delta", ...within, delta, logprobs: [] })),
    { type: "response.output_text.done", ...within, text: part.text, logprobs: [] },
    { type: "response.content_part.done", ...within, part },
    done,
  ];
}

const PIECE = 400;

/** A text in the pieces in which it is streamed; pairs of surrogates stay together. */
export function pieces(text: string): readonly string[] {
  const found: string[] = [];
  for (let from = 0; from < text.length; ) {
    const last = text.charCodeAt(from + PIECE - 1);
    const to = from + (last >= 0xd800 && last < 0xdc00 ? PIECE - 1 : PIECE);
    found.push(text.slice(from, to));
    from = to;
  }
  return found;
}
