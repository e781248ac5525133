/**
 * What the two HTTP APIs have in common as the client sees them: a path, a body,
 * and a reader that turns server-sent events into one turn. No network here.
 */
import type { ActionCall, ModelRequest } from "../domain/ports/model-port.ts";
import type { Billed } from "./prices.ts";

/** A turn the provider says is complete. */
export interface Turn {
  readonly text: string;
  readonly calls: readonly ActionCall[];
  readonly billed: Billed;
  readonly model: string;
  readonly raw: Raw | null;
}

/**
 * Output items as the provider wrote them. They stay one JSON text, so that a
 * database that reorders keys cannot break the cached prefix.
 */
export interface Raw {
  readonly api: ApiName;
  readonly model: string;
  /** comma-separated JSON objects, spliced into the next request */
  readonly items: string;
}

export type ApiName = "responses" | "chat";

/** What the provider says went wrong, by status or inside the stream. */
export interface Complaint {
  /** HTTP status; null when it came inside a stream */
  readonly status: number | null;
  /** the provider's error code, or null */
  readonly code: string | null;
  readonly words: string;
  /** milliseconds the provider asks to wait, or null */
  readonly waitMs: number | null;
}

export type Seen =
  | { readonly kind: "more" }
  | { readonly kind: "turn"; readonly turn: Turn }
  | { readonly kind: "complaint"; readonly complaint: Complaint };

export const MORE: Seen = { kind: "more" };

/** Reads one stream; made anew for each attempt. */
export interface TurnReader {
  /** @param event the SSE event name, null when the message has none */
  take(event: string | null, data: string): Seen;
  /** The stream ended. `more` means: it was cut. */
  end(): Seen;
}

export interface Api {
  readonly name: ApiName;
  readonly path: string;
  /** The same request gives the same text; a longer thread only appends before the closing bracket. */
  body(model: string, request: ModelRequest): string;
  reader(model: string): TurnReader;
}

/** @returns the provider's items of an earlier turn when this API and model wrote them, else null. */
export function rawItems(raw: unknown, api: ApiName, model: string): string | null {
  if (typeof raw !== "object" || raw === null) return null;
  const { api: by, model: of, items } = raw as Partial<Record<keyof Raw, unknown>>;
  return by === api && of === model && typeof items === "string" && items !== "" ? items : null;
}

/** A value as a JSON object's fields; {} for anything else. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The objects of a JSON array; [] for anything else. */
export function objects(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

/** A string, or null. */
export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** @returns what an error object inside a stream says. */
export function complaintIn(error: unknown): Complaint {
  const { code, type, message } = fields(error);
  const status = typeof code === "number" && code >= 400 && code < 600 ? code : null;
  return {
    status,
    code: text(code) ?? text(type),
    words: text(message) ?? text(error) ?? JSON.stringify(error) ?? "the server named no reason",
    waitMs: null,
  };
}

/**
 * @param prompt and `completion`: the names this API gives to what went in and came out
 * @returns null when the server told no usage; parts it does not tell are 0
 */
export function billedIn(usage: unknown, prompt: string, completion: string): Billed | null {
  const told = fields(usage);
  const input = told[prompt];
  const output = told[completion];
  if (typeof input !== "number" || typeof output !== "number") return null;
  const { cached_tokens: cached, cache_write_tokens: written } = fields(told[`${prompt}_details`]);
  return {
    input,
    output,
    cached: typeof cached === "number" ? cached : 0,
    written: typeof written === "number" ? written : 0,
  };
}
