/**
 * Reads the body of `POST /v1/responses`. It knows the parameters of that API
 * and refuses every other; it answers nothing.
 */
import { z } from "zod";
import { type Asked, type AskedItem, parsed, refusal, refuseUnknown, sealed } from "./asked.ts";

const KNOWN = new Set(
  `background context_management conversation include input instructions max_output_tokens max_tool_calls metadata model
  moderation parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention
  reasoning safety_identifier service_tier store stream stream_options temperature text tool_choice tools top_logprobs
  top_p truncation user`.split(/\s+/),
);

const content = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() })),
]);
const message = z.looseObject({
  type: z.literal("message").optional(),
  role: z.enum(["user", "system", "developer", "assistant"]),
  content,
});
const call = z.looseObject({
  type: z.literal("function_call"),
  call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.string(),
});
const result = z.looseObject({ type: z.literal("function_call_output"), call_id: z.string().min(1), output: content });
const reasoning = z.looseObject({
  type: z.literal("reasoning"),
  id: z.string(),
  encrypted_content: z.string().nullish(),
});
const schema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.union([call, result, reasoning, message]))]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  include: z.array(z.string()).nullish(),
  prompt_cache_key: z.string().max(1_000).nullish(),
  previous_response_id: z.null().optional(),
  conversation: z.null().optional(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal("function"),
        name: z.string().min(1),
        parameters: z.unknown(),
        strict: z.boolean().nullish(),
      }),
    )
    .nullish(),
});

/** @throws Refusal */
export function askedByResponses(body: unknown): Asked {
  const request = parsed(schema, body);
  refuseUnknown(request, KNOWN, "/v1/responses");
  const input = typeof request.input === "string" ? [{ role: "user" as const, content: request.input }] : request.input;
  const items = input.map(itemOf);
  refuseStray(items);
  return {
    api: "responses",
    model: request.model,
    stream: request.stream === true,
    includeUsage: true,
    includeReasoning: request.include?.includes("reasoning.encrypted_content") === true,
    cacheKey: request.prompt_cache_key ?? null,
    items: request.instructions ? [{ kind: "system", text: request.instructions }, ...items] : items,
    tools: (request.tools ?? []).map(({ name, parameters }) => ({ name, parameters })),
    toolsText: JSON.stringify(request.tools ?? []),
  };
}

type Item = z.infer<typeof call> | z.infer<typeof result> | z.infer<typeof reasoning> | z.infer<typeof message>;

function itemOf(item: Item): AskedItem {
  switch (item.type) {
    case "function_call":
      return { kind: "call", id: item.call_id, name: item.name, arguments: item.arguments };
    case "function_call_output":
      return { kind: "result", id: item.call_id, text: plain(item.output) };
    case "reasoning":
      if (item.encrypted_content !== sealed(item.id))
        throw refusal("invalid_encrypted_content", `the reasoning item ${item.id} did not come back as it was sent`);
      return { kind: "reasoning", text: item.encrypted_content };
    default: {
      const kind = item.role === "developer" ? "system" : item.role;
      return { kind, text: plain(item.content) };
    }
  }
}

function plain(value: z.infer<typeof content>): string {
  if (typeof value === "string") return value;
  return value.map((part) => part.text ?? part.refusal ?? "").join("");
}

/** As the real API has it: reasoning is followed by what it led to. */
function refuseStray(items: readonly AskedItem[]): void {
  for (const [index, item] of items.entries()) {
    const next = items[index + 1]?.kind;
    if (item.kind === "reasoning" && next !== "assistant" && next !== "call" && next !== "reasoning")
      throw refusal("invalid_thread", "a reasoning item came without the message or call it led to");
  }
}
