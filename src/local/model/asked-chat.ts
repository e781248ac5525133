/**
 * Reads the body of `POST /v1/chat/completions`. It knows the parameters of
 * that API and refuses every other; it answers nothing.
 */
import { z } from "zod";
import { type Asked, type AskedItem, parsed, refusal, refuseUnknown } from "./asked.ts";

const KNOWN = new Set(
  `audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages metadata
  modalities model moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream
  stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options`.split(/\s+/),
);

const content = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]);
const said = z.looseObject({ role: z.enum(["system", "developer", "user"]), content });
const tool = z.looseObject({ role: z.literal("tool"), tool_call_id: z.string().min(1), content });
const assistant = z.looseObject({
  role: z.literal("assistant"),
  content: content.nullish(),
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string().min(1),
        type: z.literal("function"),
        function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
      }),
    )
    .min(1)
    .optional(),
});
const schema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(z.discriminatedUnion("role", [said, tool, assistant])).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  prompt_cache_key: z.string().max(1_000).nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal("function"),
        function: z.looseObject({ name: z.string().min(1), parameters: z.unknown() }),
      }),
    )
    .optional(),
});

/** @throws Refusal */
export function askedByChat(body: unknown): Asked {
  const request = parsed(schema, body);
  refuseUnknown(request, KNOWN, "/v1/chat/completions");
  return {
    api: "chat",
    model: request.model,
    stream: request.stream === true,
    includeUsage: request.stream_options?.include_usage === true,
    includeReasoning: true,
    cacheKey: request.prompt_cache_key ?? null,
    items: request.messages.flatMap(itemsOf),
    tools: (request.tools ?? []).map(({ function: { name, parameters } }) => ({ name, parameters })),
    toolsText: JSON.stringify(request.tools ?? []),
  };
}

function itemsOf(message: z.infer<typeof schema>["messages"][number]): readonly AskedItem[] {
  if (message.role === "tool") return [{ kind: "result", id: message.tool_call_id, text: plain(message.content) }];
  if (message.role !== "assistant") {
    const kind = message.role === "user" ? "user" : "system";
    return [{ kind, text: plain(message.content) }];
  }
  const text = plain(message.content ?? "");
  const calls = message.tool_calls ?? [];
  if (text === "" && calls.length === 0)
    throw refusal("invalid_thread", "an assistant message without content and calls");
  return [
    { kind: "assistant", text },
    ...calls.map(
      ({ id, function: { name, arguments: args } }): AskedItem => ({ kind: "call", id, name, arguments: args }),
    ),
  ];
}

function plain(value: z.infer<typeof content>): string {
  return typeof value === "string" ? value : value.map((part) => part.text ?? "").join("");
}
