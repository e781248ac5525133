/**
 * One attempt at one turn: send, watch, read. Whatever goes wrong comes back as
 * a value; whether to try again is decided elsewhere.
 */
import { APIConnectionError, APIError, type OpenAI } from "openai";
import type { ModelRequest } from "../domain/ports/model-port.ts";
import { askedWaitMs, type Failure, judgeComplaint, type Passing } from "./failure.ts";
import { sseSplitter } from "./sse.ts";
import { type Api, fields, type Seen, type Turn, text } from "./wire.ts";

export type Attempted = { readonly kind: "turn"; readonly turn: Turn } | Failure;

export interface Line {
  readonly client: OpenAI;
  readonly api: Api;
  readonly model: string;
  /** milliseconds of silence after which the attempt is given up */
  readonly idleMs: number;
}

/** How long the end of a finished stream may take before its connection is dropped. */
const DRAIN_MS = 1_000;

/**
 * @param body what `api.body` wrote
 * @returns never rejects; an aborted attempt comes back as passing, so look at the signal first
 */
export async function attempt(
  line: Line,
  request: ModelRequest,
  body: string,
  signal: AbortSignal,
): Promise<Attempted> {
  const control = new AbortController();
  let idle = false;
  const watchdog = setTimeout(() => {
    idle = true;
    control.abort();
  }, line.idleMs);
  const stop = () => control.abort();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const response = await send(line, request, body, control.signal);
    const seen = await read(response, line, () => watchdog.refresh(), control.signal);
    if (seen.kind === "turn") return seen;
    if (idle) return passing(`the stream was silent for ${line.idleMs} ms`, true);
    if (seen.kind === "more") return passing("the stream was cut before the turn was complete", false);
    return judgeComplaint(seen.complaint, line.model, undefined);
  } catch (error) {
    return idle ? passing(`the model was silent for ${line.idleMs} ms`, true, error) : judgeThrown(error, line.model);
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", stop);
  }
}

function send({ client, api }: Line, request: ModelRequest, body: string, signal: AbortSignal): Promise<Response> {
  return client
    .post(api.path, {
      body,
      signal,
      stream: true,
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        "x-orion-role": request.role,
        "x-orion-turn": request.turn,
      },
    })
    .asResponse();
}

async function read(response: Response, { api, model }: Line, heard: () => void, signal: AbortSignal): Promise<Seen> {
  const stream = response.body?.getReader();
  if (stream === undefined) return { kind: "more" };
  const splitter = sseSplitter();
  const reader = api.reader(model);
  const drop = () => drain(stream.cancel());
  signal.addEventListener("abort", drop, { once: true });
  try {
    for (;;) {
      const { done, value } = await stream.read();
      heard();
      for (const message of done ? splitter.end() : splitter.push(value)) {
        const seen = reader.take(message.event, message.data);
        if (seen.kind === "more") continue;
        if (!done) finish(stream);
        return seen;
      }
      if (done) return signal.aborted ? { kind: "more" } : reader.end();
    }
  } finally {
    signal.removeEventListener("abort", drop);
  }
}

/** Reads what little is left, so that the connection can carry the next turn. */
function finish(stream: ReadableStreamDefaultReader<Uint8Array>): void {
  const late = setTimeout(() => drain(stream.cancel()), DRAIN_MS);
  late.unref();
  const rest = async () => {
    while (!(await stream.read()).done);
  };
  drain(rest().finally(() => clearTimeout(late)));
}

/** The turn is decided by now; how its connection ends changes nothing. */
function drain(ending: Promise<unknown>): void {
  ending.then(undefined, () => undefined);
}

function passing(because: string, idle: boolean, cause?: unknown): Passing {
  return { kind: "passing", because, waitMs: null, idle, cause };
}

function judgeThrown(error: unknown, model: string): Failure {
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    const { status, message } = error;
    const told = fields(error.error);
    const words = text(told.message) ?? message;
    const code = text(told.code) ?? text(told.type);
    const waitMs = askedWaitMs(error.headers, Date.now());
    return judgeComplaint(
      { status: status ?? null, code: status === undefined ? null : code, words, waitMs },
      model,
      error,
    );
  }
  const because = error instanceof Error ? error.message : String(error);
  return passing(`the connection failed: ${because}${reasonOf(error)}`, false, error);
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const code = text(fields(error).code);
  if (code !== null) return ` (${code})`;
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? "" : reasonOf(cause);
}
