/**
 * One line of a script: what the model says, what it must have been asked, and
 * what goes wrong on the way. The format for people is docs/model-script.md.
 */
import { z } from "zod";

export const ROLES = ["plan", "red", "green", "review", "ask"] as const;
export type ScriptRole = (typeof ROLES)[number];
export const FAULTS = ["http-500", "http-429", "cut-stream", "stall"] as const;
export type FaultKind = (typeof FAULTS)[number];
/** Actions that may stand in a line by their own name. */
export const SHORTHANDS = ["bash", "read", "edit", "ask", "finish"] as const;

const words = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const args = z.record(z.string(), z.unknown());
const call = z.strictObject({ name: z.string().min(1), arguments: args });
const several = (short: z.ZodType) => z.union([short, z.array(short).min(1)]).optional();

export const entrySchema = z.strictObject({
  role: z.enum(ROLES),
  run: z.int().positive().default(1),
  match: z.string().min(1).optional(),
  say: z.string().optional(),
  reasoning: z.string().min(1).optional(),
  calls: z.array(call).min(1).optional(),
  bash: several(z.union([z.string().min(1), args])),
  read: several(z.union([z.string().min(1), args])),
  edit: several(args),
  ask: several(args),
  finish: args.optional(),
  expect: z
    .strictObject({
      contains: words.optional(),
      lacks: words.optional(),
      last_result_contains: words.optional(),
      last_result_lacks: words.optional(),
      actions: z.array(z.string()).optional(),
    })
    .optional(),
  delay_ms: z.int().nonnegative().max(600_000).optional(),
  fault: z.union([z.enum(FAULTS), z.strictObject({ kind: z.enum(FAULTS), times: z.int().positive() })]).optional(),
});

/** A line as a person writes it. */
export type ScriptEntry = z.input<typeof entrySchema>;
type Entry = z.output<typeof entrySchema>;

export interface ScriptCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Expectation {
  readonly contains: readonly string[];
  readonly lacks: readonly string[];
  readonly lastResultContains: readonly string[];
  readonly lastResultLacks: readonly string[];
  /** null: any */
  readonly actions: readonly string[] | null;
}

/** A line as the server plays it. */
export interface ScriptLine {
  /** line number in the script, from 1 */
  readonly at: number;
  readonly role: ScriptRole;
  readonly run: number;
  readonly match: string | null;
  readonly say: string;
  readonly reasoning: string | null;
  readonly calls: readonly ScriptCall[];
  readonly expect: Expectation;
  readonly delayMs: number;
  readonly fault: { readonly kind: FaultKind; readonly times: number } | null;
}

/** @param written the object as it was written; its keys' order is the calls' order */
export function scriptLine(entry: Entry, written: object, at: number): ScriptLine {
  const { role, run, match, say, reasoning, expect, delay_ms, fault } = entry;
  return {
    at,
    role,
    run,
    match: match ?? null,
    say: say ?? "",
    reasoning: reasoning ?? null,
    calls: Object.keys(written).flatMap((key) => callsOf(entry, key)),
    expect: {
      contains: listed(expect?.contains),
      lacks: listed(expect?.lacks),
      lastResultContains: listed(expect?.last_result_contains),
      lastResultLacks: listed(expect?.last_result_lacks),
      actions: expect?.actions ?? null,
    },
    delayMs: delay_ms ?? 0,
    fault: typeof fault === "string" ? { kind: fault, times: 1 } : (fault ?? null),
  };
}

function callsOf(entry: Entry, key: string): readonly ScriptCall[] {
  if (key === "calls") return entry.calls ?? [];
  const name = SHORTHANDS.find((shorthand) => shorthand === key);
  if (name === undefined) return [];
  const value: unknown = entry[name];
  return (Array.isArray(value) ? value : [value]).map((one) => ({ name, arguments: argumentsOf(name, one) }));
}

/**
 * `"bash": "npm test"` and `"read": "a.ts"` name the one argument everybody
 * means; an edit that only says what is new writes a new file.
 */
function argumentsOf(name: string, value: unknown): ScriptCall["arguments"] {
  if (typeof value === "string") return name === "bash" ? { command: value } : { path: value };
  const given = args.parse(value);
  return name === "edit" && "new" in given && !("old" in given) ? { ...given, old: "" } : given;
}

function listed(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
