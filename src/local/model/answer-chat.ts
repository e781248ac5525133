/**
 * Writes a line of the script as `/v1/chat/completions` answers it: one object,
 * or the chunks that build it.
 */
import { type Answer, idOf, pieces } from "./answer-responses.ts";

/** The whole answer in one object. */
export function chatObject(answer: Answer): object {
  const { line } = answer;
  const message = {
    role: "assistant",
    content: line.say === "" ? null : line.say,
    refusal: null,
    ...(line.reasoning === null ? {} : { reasoning_content: line.reasoning }),
    ...(line.calls.length === 0 ? {} : { tool_calls: callsOf(answer) }),
  };
  return {
    ...frame(answer, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(answer) }],
    usage: usageOf(answer),
  };
}

/** The same answer as chunks, each with its SSE frame. */
export function chatEvents(answer: Answer): readonly string[] {
  const { asked, line } = answer;
  const deltas = [
    { role: "assistant", content: line.calls.length > 0 && line.say === "" ? null : "" },
    ...(line.reasoning === null ? [] : [{ reasoning_content: line.reasoning }]),
    ...pieces(line.say).map((content) => ({ content })),
    ...callsOf(answer).flatMap(({ id, type, function: { name, arguments: args } }, index) => [
      { tool_calls: [{ index, id, type, function: { name, arguments: "" } }] },
      ...pieces(args).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
  ];
  const chunk = (choices: readonly object[], usage: object | null) =>
    JSON.stringify({ ...frame(answer, "chat.completion.chunk"), choices, ...(asked.includeUsage ? { usage } : {}) });
  return [
    ...deltas.map((delta) => chunk([{ index: 0, delta, logprobs: null, finish_reason: null }], null)),
    chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: finishOf(answer) }], null),
    ...(asked.includeUsage ? [chunk([], usageOf(answer))] : []),
    "[DONE]",
  ].map((data) => `data: ${data}\n\n`);
}

function frame({ asked, place, now }: Answer, object: string): object {
  return { id: `chatcmpl_${idOf(place)}`, object, created: now, model: asked.model };
}

function finishOf({ line }: Answer): string {
  return line.calls.length === 0 ? "stop" : "tool_calls";
}

function usageOf({ count }: Answer): object {
  return {
    prompt_tokens: count.input,
    completion_tokens: count.output,
    total_tokens: count.input + count.output,
    prompt_tokens_details: { cached_tokens: count.cached },
  };
}

function callsOf({ line, place }: Answer) {
  return line.calls.map((call, index) => ({
    id: `call_${idOf(place)}_${index + 1}`,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
}
