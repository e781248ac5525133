/**
 * Reads a script: JSON Lines with comments, entries that may run over several
 * lines, and texts that stand in files beside the script. Everything wrong is
 * told here, with its line, before anything is played.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { describeError, OrionError } from "../../domain/errors.ts";
import { entrySchema, type ScriptEntry, type ScriptLine, scriptLine } from "./script-line.ts";

/** A path to a script, its text, or its entries. `directory` is where `*_from` files are looked for. */
export type ScriptSource = string | { readonly text: string; readonly directory?: string } | readonly ScriptEntry[];

/** @throws OrionError MODEL_SCRIPT_INVALID naming the line and the remedy */
export function loadScript(source: ScriptSource): readonly ScriptLine[] {
  if (typeof source === "string") return parseScript(readText(source, source, 0), dirname(source), source);
  if ("text" in source) return parseScript(source.text, source.directory ?? null, "script");
  return source.map((entry, index) => checked(entry, index + 1, "entry"));
}

function parseScript(text: string, directory: string | null, name: string): readonly ScriptLine[] {
  const lines = chunks(text, name).map(({ at, json }) => {
    const where = `${name}, line ${at}`;
    return checked(withTexts(parseJson(json, where), directory, where), at, `${name}, line`);
  });
  if (lines.length === 0) throw invalid(name, "the script holds no line; write at least one JSON object");
  return lines;
}

interface Chunk {
  readonly at: number;
  readonly json: string;
}

/** Entries begin at the left margin; indented lines and closing brackets belong to the one before. */
function chunks(text: string, name: string): readonly Chunk[] {
  const found: { at: number; json: string }[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const open = found.at(-1);
    if (/^\s*(\/\/|#|$)/.test(line)) continue;
    if (/^[\s\]}]/.test(line) && open !== undefined && !isWhole(open.json)) open.json += `\n${line}`;
    else if (/^\s*\{/.test(line)) found.push({ at: index + 1, json: line });
    else
      throw invalid(
        `${name}, line ${index + 1}`,
        "a line is a JSON object, a comment (// or #), or blank; put { first",
      );
  }
  return found;
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function parseJson(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const hint = "check quotes, commas and brackets; lines after an entry's first one are indented";
    throw invalid(where, `not valid JSON (${describeError(cause)}); ${hint}`, cause);
  }
}

/** Replaces `x_from` by x with a file's text, and `x_lines` by x with the lines joined. */
function withTexts(value: unknown, directory: string | null, where: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withTexts(item, directory, where));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const lines = z.array(z.string()).safeParse(inner);
    if (key.endsWith("_lines") && lines.success)
      return [key.slice(0, -6), lines.data.map((line) => `${line}\n`).join("")];
    if (!key.endsWith("_from") || typeof inner !== "string") return [key, withTexts(inner, directory, where)];
    if (directory === null) throw invalid(where, `${key} needs a directory to look in; load the script from a file`);
    return [key.slice(0, -5), readText(resolve(directory, inner), where, inner)];
  });
  const keys = entries.map(([key]) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined)
    throw invalid(where, `${twice} is given twice; keep one of ${twice}, ${twice}_from, ${twice}_lines`);
  return Object.fromEntries(entries);
}

function readText(path: string, where: string, named: string | 0): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const what =
      named === 0 ? "the script cannot be read; check its path" : `${named} cannot be read; put it beside the script`;
    throw invalid(where, what, cause);
  }
}

function checked(written: unknown, at: number, what: string): ScriptLine {
  const where = `${what} ${at}`;
  const parsed = entrySchema.safeParse(written);
  if (!parsed.success)
    throw invalid(where, `${z.prettifyError(parsed.error).replace(/\n\s*/g, " ")}; see docs/model-script.md`);
  const line = scriptLine(parsed.data, Object(written), at);
  if (line.say === "" && line.calls.length === 0 && line.fault === null)
    throw invalid(
      where,
      "the line neither says nor calls anything; give say, calls, or a call by its name such as bash",
    );
  return line;
}

function invalid(where: string, what: string, cause?: unknown): OrionError {
  return new OrionError("MODEL_SCRIPT_INVALID", `${where}: ${what}`, { where }, cause);
}
