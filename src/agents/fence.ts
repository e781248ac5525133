/**
 * Marks what people or machines wrote as data: between tags whose name was
 * drawn for this run, so that no text can close them. The prompts say what the
 * tags mean.
 */
import { OrionError } from "../domain/errors.ts";

const DELIMITER = /^[a-zA-Z0-9-]{8,64}$/;

/**
 * @param delimiter drawn per run by the caller, 8 to 64 of a-z, A-Z, 0-9 and -
 * @param source what the text is, in a word of ours, e.g. `issue`
 * @throws OrionError FENCE_DELIMITER for a delimiter of another shape
 */
export function fence(text: string, delimiter: string, source?: string): string {
  if (!DELIMITER.test(delimiter)) {
    throw new OrionError("FENCE_DELIMITER", "a fence needs 8 to 64 letters, digits or hyphens drawn for the run", {
      length: delimiter.length,
    });
  }
  const tag = `data-${delimiter}`;
  const open = source === undefined ? tag : `${tag} source=${JSON.stringify(source)}`;
  return `<${open}>\n${neutralise(text, delimiter)}\n</${tag}>`;
}

/** Breaks every occurrence of the delimiter, however it is cased, overlapping ones too. */
function neutralise(text: string, delimiter: string): string {
  const occurrence = new RegExp(delimiter, "i");
  let safe = text;
  for (let at = safe.search(occurrence); at !== -1; at = safe.search(occurrence)) {
    safe = `${safe.slice(0, at + 4)}·${safe.slice(at + 4)}`;
  }
  return safe;
}
