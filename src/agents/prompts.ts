/**
 * The prompts, read from their files. A prompt is stable: what is put into it is
 * the same for every run, so that the prefix stays the same bytes.
 */
import { readFileSync } from "node:fs";
import { OrionError } from "../domain/errors.ts";

export type PromptName =
  | "orion-plan"
  | "orion-fix-plan"
  | "orion-ask"
  | "tara-red"
  | "devon-green"
  | "devon-merge"
  | "reviewer"
  | "data-rule";

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/**
 * @param values one for each `{{name}}` of the file, no more and no fewer
 * @throws OrionError PROMPT_PLACEHOLDER naming what is missing or unknown
 */
export function loadPrompt(name: PromptName, values: Readonly<Record<string, string>> = {}): string {
  return fillPrompt(readFileSync(new URL(`prompts/${name}.md`, import.meta.url), "utf8"), values, name).trim();
}

/** As `loadPrompt`, for a text at hand; `name` is for the error. Values are put in as they are, never filled again. */
export function fillPrompt(template: string, values: Readonly<Record<string, string>>, name: string): string {
  const wanted = new Set(Array.from(template.matchAll(PLACEHOLDER), (match) => match[1] ?? ""));
  const missing = [...wanted].filter((key) => !Object.hasOwn(values, key));
  const unknown = Object.keys(values).filter((key) => !wanted.has(key));
  if (missing.length > 0 || unknown.length > 0) {
    throw new OrionError(
      "PROMPT_PLACEHOLDER",
      `prompt ${name}: missing ${list(missing)}, unknown ${list(unknown)}; give one value for each placeholder of the file`,
      { prompt: name, missing, unknown },
    );
  }
  return template.replaceAll(PLACEHOLDER, (_, key: string) => values[key] ?? "");
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
