/**
 * Bodies, headers and errors on the wire, shaped as OpenAI shapes them. It
 * knows neither scripts nor the two APIs.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal, refusal } from "./asked.ts";

const BODY_MAX = 64 * 1024 * 1024;

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX) throw new Refusal(413, "request_too_large", `the body is larger than ${BODY_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal("invalid_json", `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
}

export function errorOf(code: string, message: string): object {
  return { error: { message, type: code === "server_error" ? code : "invalid_request_error", param: null, code } };
}

export function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else if (error instanceof Refusal) send(response, error.status, errorOf(error.code, error.message));
  else send(response, 500, errorOf("server_error", error instanceof Error ? error.message : String(error)));
}

export function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
