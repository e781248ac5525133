/**
 * Judges what went wrong with an attempt: worth another try, or not. It waits
 * for nothing and sends nothing.
 */
import { OrionError } from "../domain/errors.ts";
import type { Complaint } from "./wire.ts";

/** An attempt that may succeed when it is made again. */
export interface Passing {
  readonly kind: "passing";
  readonly because: string;
  /** milliseconds the provider asks to wait, or null */
  readonly waitMs: number | null;
  readonly idle: boolean;
  readonly cause: unknown;
}

export interface Final {
  readonly kind: "final";
  readonly error: OrionError;
}

export type Failure = Passing | Final;

const PASSING_STATUS = new Set([408, 409, 425, 429]);
const PASSING_CODE = new Set(["rate_limit_exceeded", "server_error", "timeout", "overloaded", "slow_down"]);
const OVERFLOW_CODE = new Set(["context_length_exceeded", "string_above_max_length", "request_too_large"]);
/** Compatible servers give no code for it, only words. */
const OVERFLOW_WORDS = /context (length|window|size)|maximum context|prompt is too long|too many tokens/i;
const FINAL_CODE = /^(invalid|unsupported)_|policy|content_filter/;
const QUOTA_CODE = new Set(["insufficient_quota", "billing_hard_limit_reached", "billing_not_active"]);

/** @param model named in the remedy */
export function judgeComplaint(complaint: Complaint, model: string, cause: unknown): Failure {
  const { status, code, words, waitMs } = complaint;
  const refusal = refusalOf(complaint);
  if (refusal === null) return { kind: "passing", because: told(status, words), waitMs, idle: false, cause };
  const facts = { model, status, code, contextOverflow: refusal === "overflow" };
  const error = new OrionError("MODEL_REFUSED", `${told(status, words)}; ${REMEDY[refusal]}`, facts, cause);
  return { kind: "final", error };
}

type Refusal = "overflow" | "quota" | "key" | "unknown-model" | "request";

const REMEDY: Readonly<Record<Refusal, string>> = {
  overflow: "the thread is longer than the model's window: shorten it or take a model with a larger one",
  quota: "the account behind the model key has no credit left: add some or take another key",
  key: "check the model key and what it may use",
  "unknown-model": "check the model's name and the base URL",
  request: "the model's server does not take this; the same again will not help",
};

function refusalOf({ status, code, words }: Complaint): Refusal | null {
  if (code !== null && QUOTA_CODE.has(code)) return "quota";
  if (code !== null && OVERFLOW_CODE.has(code)) return "overflow";
  if (code !== null && PASSING_CODE.has(code)) return null;
  if (status === null) return refusalInStream(code, words);
  if (status < 400 || status >= 500 || PASSING_STATUS.has(status)) return null;
  if (status === 401 || status === 403) return "key";
  if (status === 404) return "unknown-model";
  return status === 413 || OVERFLOW_WORDS.test(words) ? "overflow" : "request";
}

/** Inside a stream only a code tells; what it does not name is worth another try. */
function refusalInStream(code: string | null, words: string): Refusal | null {
  if (OVERFLOW_WORDS.test(words)) return "overflow";
  return code !== null && FINAL_CODE.test(code) ? "request" : null;
}

function told(status: number | null, words: string): string {
  return status === null ? `the model said: ${words}` : `the model answered ${status}: ${words}`;
}

/**
 * How long the provider asks to wait.
 * @returns milliseconds, or null when it does not say
 * @source RFC 9110, "Retry-After"; `retry-after-ms` is OpenAI's own
 */
export function askedWaitMs(headers: Headers | undefined, now: number): number | null {
  const ms = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const after = headers?.get("retry-after");
  if (after === null || after === undefined || after === "") return null;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(after);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
