/**
 * Values on their way into columns. PostgreSQL takes neither a NUL nor half a
 * surrogate pair as text, Prisma no half pair in a document either; both occur
 * in what programs print.
 */
import { Prisma } from "../generated/client.ts";

/** @returns the text with each character PostgreSQL refuses replaced by U+FFFD */
export function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** A document for a json column that may be empty. */
export function documentOrNull(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null || value === undefined ? Prisma.DbNull : wellFormed(value);
}

/** A document for a json column that is never empty; null is JSON's own. */
export function document(value: unknown): Prisma.InputJsonValue | typeof Prisma.JsonNull {
  return value === null || value === undefined ? Prisma.JsonNull : wellFormed(value);
}

/** JSON.stringify escapes surrogates only where half of a pair is missing. */
const HALF_PAIR = /\\ud[89a-f][0-9a-f]{2}/;

function wellFormed(value: unknown): Prisma.InputJsonValue {
  const text = JSON.stringify(value);
  if (!HALF_PAIR.test(text)) return value as Prisma.InputJsonValue;
  return JSON.parse(text, (_, part: unknown) => (typeof part === "string" ? part.toWellFormed() : part));
}
