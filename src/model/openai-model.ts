/**
 * The model client: one turn per call over the Responses API, or over Chat
 * Completions for compatible servers. It retries and counts; what is asked and
 * what is done with the answer is the agents' business.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { OpenAI } from "openai";
import { OrionError } from "../domain/errors.ts";
import type { Model, ModelReply, ModelRequest } from "../domain/ports/model-port.ts";
import { attempt, type Line } from "./attempt.ts";
import { chatApi } from "./chat-api.ts";
import type { Passing } from "./failure.ts";
import { costOf, PRICES, type PriceTable } from "./prices.ts";
import { responsesApi } from "./responses-api.ts";
import type { ApiName, Turn } from "./wire.ts";

export interface OpenaiModelOptions {
  readonly apiKey: string;
  /** ends in `/v1`; OpenAI's own when absent */
  readonly baseURL?: string;
  readonly model: string;
  readonly api: ApiName;
  /** milliseconds without a byte after which a stream is given up and tried again */
  readonly idleMs: number;
  /** tries after the first one */
  readonly maxRetries: number;
  /** replaces the built-in table */
  readonly prices?: PriceTable;
  readonly organization?: string;
  /** true when the base URL is a scripted model's */
  readonly scripted?: boolean;
  /** wait before the first retry, doubled at each further one; 500 when absent */
  readonly backoffMs?: number;
}

const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** A provider that asks for more is not waited for. */
const ASKED_MAX_MS = 300_000;

export function openaiModel(options: OpenaiModelOptions): Model {
  const { model, api, idleMs } = options;
  const line: Line = { client: clientOf(options), api: api === "chat" ? chatApi() : responsesApi(), model, idleMs };
  return {
    scripted: options.scripted ?? false,
    name: model,
    respond: (request, signal) => respond(line, options, request, signal),
  };
}

/** Everything is given, so that the client reads nothing from the environment. */
function clientOf({ apiKey, baseURL, organization, idleMs }: OpenaiModelOptions): OpenAI {
  return new OpenAI({
    apiKey,
    adminAPIKey: null,
    baseURL: baseURL ?? "https://api.openai.com/v1",
    organization: organization ?? null,
    project: null,
    webhookSecret: null,
    // Ours: the package does not try a cut stream again, nor bound a silent one.
    maxRetries: 0,
    timeout: idleMs,
    logLevel: "off",
  });
}

async function respond(
  line: Line,
  options: OpenaiModelOptions,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<ModelReply> {
  const body = line.api.body(line.model, request);
  for (let tries = 1; ; tries += 1) {
    if (signal.aborted) throw aborted(request);
    const result = await attempt(line, request, body, signal);
    if (signal.aborted) throw aborted(request);
    if (result.kind === "turn") return replyOf(result.turn, options.prices ?? PRICES);
    if (result.kind === "final") throw result.error;
    if (tries > options.maxRetries || (result.waitMs ?? 0) > ASKED_MAX_MS) throw spent(result, line, tries);
    await pause(result.waitMs ?? backoff(tries, options.backoffMs ?? BACKOFF_MS), signal, request);
  }
}

/** Half of the wait is drawn, so that many workers do not come back at once. */
function backoff(tries: number, firstMs: number): number {
  const full = Math.min(firstMs * 2 ** (tries - 1), BACKOFF_MAX_MS);
  return full * (0.5 + Math.random() / 2);
}

async function pause(ms: number, signal: AbortSignal, request: ModelRequest): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    throw aborted(request, cause);
  }
}

function aborted({ role, turn }: ModelRequest, cause?: unknown): OrionError {
  return new OrionError("ABORTED", `turn ${turn} of ${role} was aborted; it can be asked again`, { role, turn }, cause);
}

function spent({ because, idle, waitMs, cause }: Passing, { model, api }: Line, tries: number): OrionError {
  const facts = { model, api: api.name, tries, askedWaitMs: waitMs };
  const told = `${because}, after ${tries} ${tries === 1 ? "try" : "tries"}`;
  if (idle)
    return new OrionError("MODEL_IDLE", `${told}; raise the idle time or check the model's server`, facts, cause);
  return new OrionError("MODEL_UNREACHABLE", `${told}; check the base URL and the provider's status`, facts, cause);
}

function replyOf({ text, calls, billed, model, raw }: Turn, prices: PriceTable): ModelReply {
  const usage = { inputTokens: billed.input, cachedTokens: billed.cached, outputTokens: billed.output };
  const reply = { text, calls, usage, costUsd: costOf(billed, model, prices), model };
  return raw === null ? reply : { ...reply, raw };
}
