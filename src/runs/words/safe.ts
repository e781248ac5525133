/**
 * How words of models, tests and people enter a comment of Orion's: one line,
 * with nothing in it that loads, links, calls people or closes issues.
 */
import { neutralise } from "../../policy/neutralise.ts";

/** An address no link of a model can lead to: in these lines none is wanted. */
const NOWHERE = "https://nowhere.invalid";

/** @returns one line of Markdown that is safe to post */
export function safe(text: string): string {
  return neutralise(text, { repositoryUrl: NOWHERE }).replace(/\s+/g, " ").trim();
}
