/**
 * A webhook at the door: size, headers, signature over the raw bytes, then one
 * durable insert before the answer. What a webhook means is not known here.
 */
import type { IncomingMessage } from "node:http";

export interface ReceivedWebhook {
  readonly guid: string;
  readonly event: string;
  readonly payload: unknown;
}

export interface Webhooks {
  /** true when the signature is GitHub's over exactly this body */
  readonly verify: (body: string, signature: string) => Promise<boolean>;
  /** Stores it; when it throws, GitHub is told 503 and shows the delivery as failed. */
  readonly receive: (webhook: ReceivedWebhook) => Promise<"stored" | "duplicate">;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** what went wrong inside, for the log; never for the answer */
  readonly error?: unknown;
}

/** GitHub sends nothing larger than 25 MB; what Orion reads is far below this. */
export const BODY_MAX_BYTES = 10 * 1024 * 1024;

const GUID = /^[A-Za-z0-9-]{1,64}$/;
const EVENT = /^[a-z][a-z0-9_]{0,63}$/;
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * @returns 202 stored or known already; 400 a wrong signature, header or body; 413 too large; 415 not JSON;
 *   503 could not be stored
 * @source GitHub documentation, "Validating webhook deliveries"
 */
export async function answerWebhook(request: IncomingMessage, webhooks: Webhooks): Promise<Answer> {
  if (!isJson(request)) return { status: 415, text: "send application/json" };
  const guid = header(request, "x-github-delivery");
  const event = header(request, "x-github-event");
  const signature = header(request, "x-hub-signature-256");
  if (!GUID.test(guid) || !EVENT.test(event))
    return { status: 400, text: "X-GitHub-Delivery or X-GitHub-Event is missing" };
  if (!SIGNATURE.test(signature)) return { status: 400, text: "X-Hub-Signature-256 is missing or malformed" };
  const bytes = await readBody(request);
  if (bytes === null) return { status: 413, text: `the body is larger than ${BODY_MAX_BYTES} bytes` };
  const body = decodeExactly(bytes);
  if (body === null || !(await webhooks.verify(body, signature))) {
    return { status: 400, text: "the signature does not match the body" };
  }
  return store(webhooks, guid, event, body);
}

async function store(webhooks: Webhooks, guid: string, event: string, body: string): Promise<Answer> {
  const payload = parseJson(body);
  if (payload === undefined) return { status: 400, text: "the body is not JSON" };
  try {
    return { status: 202, text: await webhooks.receive({ guid, event, payload }) };
  } catch (error) {
    return { status: 503, text: "not stored; deliver it again", error };
  }
}

/** @returns null as soon as more than BODY_MAX_BYTES are announced or read */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_MAX_BYTES) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The text whose UTF-8 is these bytes and no others; null when there is none. */
function decodeExactly(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function parseJson(body: string): unknown {
  try {
    const payload: unknown = JSON.parse(body);
    return typeof payload === "object" && payload !== null ? payload : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(header(request, "content-type"));
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
