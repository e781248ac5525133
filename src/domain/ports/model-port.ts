/**
 * What an agent asks of a language model: one turn at a time, streaming and
 * retries hidden, usage told.
 */

/** An action the model may call, as JSON Schema. Byte-stable through a run. */
export interface ActionSchema {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ActionCall {
  readonly id: string;
  readonly name: string;
  /** as the model wrote it; may be malformed JSON */
  readonly arguments: string;
}

export type ThreadItem =
  | { readonly kind: "user"; readonly text: string }
  | { readonly kind: "assistant"; readonly text: string; readonly calls: readonly ActionCall[]; readonly raw?: unknown }
  | { readonly kind: "result"; readonly callId: string; readonly output: string };

export interface ModelRequest {
  readonly role: string;
  /** `<run ordinal>.<turn of this role in this run, from 1>`; a header, never part of the prompt */
  readonly turn: string;
  /** stable prefix: identity and rules */
  readonly instructions: string;
  readonly actions: readonly ActionSchema[];
  readonly thread: readonly ThreadItem[];
  /** one per role and repository */
  readonly cacheKey: string;
}

export interface Usage {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

export interface ModelReply {
  readonly text: string;
  readonly calls: readonly ActionCall[];
  readonly usage: Usage;
  /** null when the price of this model is not known */
  readonly costUsd: number | null;
  readonly model: string;
  /** provider items that must be sent back verbatim (reasoning); JSON */
  readonly raw?: unknown;
}

export interface Model {
  /** true when a script plays instead of a model; everything on screen says so */
  readonly scripted: boolean;
  readonly name: string;
  /**
   * @throws OrionError MODEL_REFUSED (4xx: the request is wrong, not retried), MODEL_UNREACHABLE
   *   (retries spent), MODEL_IDLE (stream silent too long, retries spent), ABORTED (by the signal)
   */
  respond(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}
