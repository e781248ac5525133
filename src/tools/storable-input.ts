/** What of a call's arguments is stored: a JSON document, with secrets taken out of every text in it. Pure. */
import { cleanTexts } from "../domain/clean-texts.ts";

/**
 * Each text is cleaned by itself: cleaned as one, a key without its end would
 * take the rest of the document along.
 * @param input of any shape a tool's schema makes of its arguments
 */
export function storableInput(input: unknown, clean: (text: string) => string): unknown {
  const plain: unknown = JSON.parse(
    JSON.stringify(input ?? null, (_, part) => (typeof part === "bigint" ? `${part}` : part)),
  );
  return cleanTexts(plain, clean);
}
