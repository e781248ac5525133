/**
 * The floor: the shortest loop one can write on the `openai` client, in its own
 * process. One tool, nothing stored, nothing checked.
 */
import { OpenAI } from "openai";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { PRINTED } from "./still-command.ts";

const baseURL = process.argv[2];
if (baseURL === undefined) throw new TypeError("bare.ts <base URL of a model>");

const client = new OpenAI({ apiKey: "none", baseURL, maxRetries: 0 });
const input: ResponseInputItem[] = [{ role: "user", content: "Make the tests of slug() pass." }];
const tools = [
  {
    type: "function" as const,
    name: "bash",
    description: "Run a command in the workspace.",
    strict: false,
    parameters: { type: "object", properties: { command: { type: "string" } }, required: ["command"] },
  },
];

for (let done = false; !done; ) {
  const stream = await client.responses.create({
    model: "instant",
    stream: true,
    store: false,
    instructions: "You are a coding agent. Solve the task with the tools, then say that you are done.",
    tools,
    input,
  });
  for await (const event of stream) {
    if (event.type !== "response.completed") continue;
    for (const item of event.response.output) {
      if (item.type !== "function_call") continue;
      done = item.name === "finish";
      input.push(item, { type: "function_call_output", call_id: item.call_id, output: PRINTED });
    }
  }
}
process.send?.({ rssBytes: process.memoryUsage.rss() });
process.disconnect?.();
