/**
 * What an action is: a schema the model sees, and what its call does. An action
 * never throws over what the model wrote; it answers with the remedy. It throws
 * only when the sandbox itself fails.
 */
import { z } from "zod";
import type { ActionSchema } from "../../domain/ports/model-port.ts";
import type { Sandbox } from "../../domain/ports/sandbox-port.ts";
import type { Outputs } from "./outputs.ts";

export interface ActionContext {
  readonly sandbox: () => Promise<Sandbox>;
  readonly outputs: Outputs;
  /** the name under which this call's output is kept, e.g. `output:12` */
  readonly reference: string;
  /** true when this call may have been carried out before, in this very sandbox */
  readonly again: boolean;
  readonly outputChars: number;
  readonly signal: AbortSignal;
}

/** A call that was understood, or why it was not. */
export type PreparedCall =
  | { readonly ok: true; readonly summary: string; readonly run: (context: ActionContext) => Promise<string> }
  | { readonly ok: false; readonly because: string };

export interface Action {
  readonly schema: ActionSchema;
  /** true when it can change the workspace: then it is carried out again to rebuild one */
  readonly changes: boolean;
  prepare(argumentsText: string): PreparedCall;
}

interface ActionDefinition<I> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<I>;
  readonly changes: boolean;
  /** brings other spellings models use into the shape of `input` */
  readonly tidy?: (raw: unknown) => unknown;
  readonly summary: (input: I) => string;
  readonly run: (input: I, context: ActionContext) => Promise<string>;
}

export function defineAction<I>(definition: ActionDefinition<I>): Action {
  return {
    schema: actionSchema(definition.name, definition.description, definition.input),
    changes: definition.changes,
    prepare(argumentsText) {
      const parsed = parseArguments(definition.name, argumentsText, definition.input, definition.tidy);
      if (!parsed.ok) return parsed;
      const input = parsed.value;
      return { ok: true, summary: definition.summary(input), run: (context) => definition.run(input, context) };
    },
  };
}

/** @returns the parsed arguments, or one line that names each path and what to send instead */
export function parseArguments<I>(
  name: string,
  text: string,
  input: z.ZodType<I>,
  tidy: (raw: unknown) => unknown = (raw) => raw,
): { readonly ok: true; readonly value: I } | { readonly ok: false; readonly because: string } {
  let raw: unknown;
  try {
    raw = JSON.parse(text.trim() === "" ? "{}" : text);
  } catch (error) {
    const detail = error instanceof SyntaxError ? error.message : String(error);
    return { ok: false, because: `the arguments of ${name} are not JSON (${detail}); send one JSON object` };
  }
  const parsed = input.safeParse(tidy(withoutNulls(raw)));
  if (parsed.success) return { ok: true, value: parsed.data };
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issuePath(issue.path)}: ${issue.message}`);
  return { ok: false, because: `${name} ${issues.join("; ")}. Correct this and call ${name} again` };
}

/** Some models send null for what they leave out. No action takes a null. */
function withoutNulls(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(withoutNulls);
  if (!isRecord(raw)) return raw;
  const given = Object.entries(raw).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([key, value]) => [key, withoutNulls(value)]));
}

function issuePath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "arguments";
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${String(key)}`))
    .join("");
}

/** The schema as the model is sent it: JSON Schema of what may be written, without what only costs tokens. */
export function actionSchema(name: string, description: string, input: z.ZodType): ActionSchema {
  const full = z.toJSONSchema(input, { io: "input", unrepresentable: "throw" });
  const parameters = trim(full);
  return { name, description, parameters: isRecord(parameters) ? parameters : {} };
}

const NOISE = new Set(["$schema", "additionalProperties"]);

function trim(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(trim);
  if (!isRecord(schema)) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !NOISE.has(key) && !saysNothing(key, value));
  return Object.fromEntries(kept.map(([key, value]) => [key, trim(value)]));
}

/** Bounds a model keeps to unasked; the parser still checks them. */
function saysNothing(key: string, value: unknown): boolean {
  if (key === "minLength" && value === 1) return true;
  if (key === "exclusiveMinimum" && value === 0) return true;
  if (key === "default" && Array.isArray(value) && value.length === 0) return true;
  return value === Number.MAX_SAFE_INTEGER || value === Number.MIN_SAFE_INTEGER;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
