/**
 * A request as both HTTP APIs mean it, once its outer form is taken off. Types
 * and the checks both share; reading a body is the business of each API's file.
 */
import { createHash } from "node:crypto";
import { z } from "zod";

/** What a client gets back with HTTP 400 or another status; its message says what was expected and what came. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type AskedItem =
  | { readonly kind: "system" | "user" | "assistant" | "reasoning"; readonly text: string }
  | { readonly kind: "call"; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly kind: "result"; readonly id: string; readonly text: string };

export interface AskedTool {
  readonly name: string;
  readonly parameters: unknown;
}

/** One request, whichever API it came by. */
export interface Asked {
  readonly api: "responses" | "chat";
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly includeReasoning: boolean;
  readonly cacheKey: string | null;
  readonly items: readonly AskedItem[];
  readonly tools: readonly AskedTool[];
  /** the tools as they were serialised: part of the cached prefix */
  readonly toolsText: string;
}

/** @throws Refusal naming the parameters this API does not have */
export function refuseUnknown(body: object, known: ReadonlySet<string>, api: string): void {
  const unknown = Object.keys(body).filter((key) => !known.has(key));
  if (unknown.length > 0) throw refusal("unknown_parameter", `unknown parameter for ${api}: ${unknown.join(", ")}`);
}

/** @throws Refusal with zod's words */
export function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw refusal("invalid_request", z.prettifyError(result.error).replace(/\n\s*/g, " "));
}

/** @throws Refusal when a call has no result, a result no call, or a tool no schema */
export function refuseMalformed({ items, tools }: Pick<Asked, "items" | "tools">): void {
  const names = new Set<string>();
  for (const { name, parameters } of tools) {
    if (names.has(name)) throw refusal("invalid_tools", `the tool ${name} is offered twice`);
    names.add(name);
    refuseSchema(name, parameters);
  }
  const open = new Map<string, string>();
  const called = new Set<string>();
  for (const item of items) {
    if (item.kind === "call") {
      if (called.has(item.id)) throw refusal("invalid_thread", `the call id ${item.id} stands in the thread twice`);
      called.add(item.id);
      open.set(item.id, item.name);
    } else if (item.kind === "result") {
      if (!open.delete(item.id)) throw refusal("invalid_thread", `a result for the call ${item.id}, which is not open`);
    } else if (open.size > 0 && item.kind !== "assistant") refuseOpen(open, item.kind);
  }
  if (open.size > 0) refuseOpen(open, "end");
}

function refuseOpen(open: ReadonlyMap<string, string>, before: string): never {
  const calls = [...open].map(([id, name]) => `${name} (${id})`).join(", ");
  throw refusal("invalid_thread", `expected the result of ${calls} before the ${before} of the thread; none came`);
}

function refuseSchema(name: string, parameters: unknown): void {
  const schema = z.looseObject({ type: z.literal("object"), properties: z.record(z.string(), z.unknown()).optional() });
  const result = schema.safeParse(parameters);
  if (!result.success)
    throw refusal(
      "invalid_tools",
      `the parameters of ${name} are no JSON Schema of type object: ${JSON.stringify(parameters)}`,
    );
}

export function refusal(code: string, message: string): Refusal {
  return new Refusal(400, code, message);
}

/**
 * Stands in for encrypted reasoning: text nobody guesses from its id, which the
 * server knows again without keeping anything.
 * @returns what `encrypted_content` of the reasoning item with this id must be
 */
export function sealed(id: string): string {
  return createHash("sha256").update(`scripted reasoning ${id}`).digest("base64");
}
