/**
 * A model server that answers at once, in its own process: a command each turn,
 * `finish` at the last. It measures what lies between its answer and the next
 * request, and what each request weighs. It speaks the Responses API only.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What the server tells its parent: first its port, then what it saw. */
export type FromServer =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "seen"; readonly seen: Seen };

export interface Seen {
  /** epoch milliseconds of the first request */
  readonly firstAtMs: number;
  /** milliseconds from the end of an answer to the next request, in order */
  readonly gapsMs: readonly number[];
  /** characters of each request's body, and of what the one before did not already hold */
  readonly bodies: readonly { readonly chars: number; readonly freshChars: number }[];
}

/** The answers take their time, as tokens do; only what comes after them is measured. */
const ANSWER_MS = 2;

const turns = Number(process.argv[2]);
const gapsMs: number[] = [];
const bodies: { chars: number; freshChars: number }[] = [];
let firstAtMs = 0;
let answeredAt = 0;
let before = "";

const server = createServer((request, response) => {
  const arrived = performance.now();
  if (bodies.length === 0) firstAtMs = performance.timeOrigin + arrived;
  else gapsMs.push(arrived - answeredAt);
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString("utf8");
    bodies.push({ chars: body.length, freshChars: body.length - commonPrefix(before, body) });
    before = body;
    answer(response, bodies.length).catch((error: unknown) => response.destroy(new Error(String(error))));
  });
});

async function answer(response: ServerResponse, turn: number): Promise<void> {
  await sleep(ANSWER_MS);
  const last = turn >= turns;
  const call = {
    type: "function_call",
    id: `fc_${turn}`,
    call_id: `call_${turn}`,
    name: last ? "finish" : "bash",
    arguments: JSON.stringify(last ? { summary: "done" } : { command: `sed -n ${turn},${turn + 3}p file.ts` }),
    status: "completed",
  };
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  };
  const whole = {
    id: `resp_${turn}`,
    object: "response",
    status: "completed",
    model: "instant",
    output: [call],
    usage,
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  send(response, { type: "response.created", response: { ...whole, status: "in_progress", output: [] } });
  send(response, { type: "response.output_item.done", output_index: 0, item: call });
  send(response, { type: "response.completed", response: whole });
  answeredAt = performance.now();
  response.end();
}

function send(response: ServerResponse, event: { readonly type: string; readonly [field: string]: unknown }): void {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function commonPrefix(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}

function tell(message: FromServer): void {
  process.send?.(message);
}

process.on("message", () => {
  tell({ kind: "seen", seen: { firstAtMs, gapsMs, bodies } });
  server.close();
  server.closeAllConnections();
  process.disconnect();
});
server.listen(0, "127.0.0.1", () => tell({ kind: "listening", port: (server.address() as AddressInfo).port }));
