/**
 * How words of models, tests and people enter a comment of Orion's: one line,
 * with nothing in it that loads, links, calls people or closes issues.
 */
import { neutralise } from "../../policy/neutralise.ts";

/** An address no link of a model can lead to: in these lines none is wanted. */
const NOWHERE = "https://nowhere.invalid";
const LINE_CHARS = 1_000;
const SPAN_CHARS = 200;

/**
 * @param max characters of the words that are shown; cut before they are made safe, since a cut afterwards can open what was closed
 * @returns one line of Markdown that is safe to post
 */
export function safe(text: string, max: number = LINE_CHARS): string {
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  return neutralise(cut, { repositoryUrl: NOWHERE }).replace(/\s+/g, " ").trim();
}

/** @returns a path or a command as code, whatever stands in it */
export function codeSpan(text: string): string {
  const plain = text
    .replace(/[\s`|]+/g, " ")
    .trim()
    .slice(0, SPAN_CHARS);
  return `\`${plain === "" ? " " : plain}\``;
}
