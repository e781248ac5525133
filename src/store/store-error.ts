/**
 * Turns whatever Prisma, pg or a socket throws into the error of the house, so
 * that nobody outside this room meets theirs. It decides; it does not retry.
 */
import { OrionError } from "../domain/errors.ts";

/** Ways of a database being away: Prisma's codes, PostgreSQL's classes 08 and 57P, node's. */
const AWAY = new Set([
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "P2028",
  "P2037",
  "53300",
  "57P01",
  "57P02",
  "57P03",
  "08000",
  "08001",
  "08003",
  "08004",
  "08006",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);

/** pg says these without any code. */
const AWAY_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

const ADAPTER_AWAY = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"]);

/**
 * @returns OrionErrors as they are; STORE_UNREACHABLE when no answer came; STORE_FAILED for the rest
 */
export function storeError(error: unknown): OrionError {
  if (error instanceof OrionError) return error;
  if (isUnreachable(error)) {
    return new OrionError(
      "STORE_UNREACHABLE",
      "the database does not answer; check DATABASE_URL and that PostgreSQL runs, then try again: nothing was half done",
      {},
      error,
    );
  }
  // Prisma's messages are a paragraph that ends with what PostgreSQL said
  const words = (error instanceof Error ? error.message : String(error)).trim().split("\n").at(-1);
  return new OrionError("STORE_FAILED", `the database refused: ${words}; the cause tells more`, {}, error);
}

function isUnreachable(error: unknown): boolean {
  for (const link of chain(error)) {
    if (AWAY.has(link.code) || ADAPTER_AWAY.has(link.kind) || AWAY_WORDS.test(link.message)) return true;
  }
  return false;
}

interface Link {
  readonly code: string;
  readonly kind: string;
  readonly message: string;
}

/** The error, its causes, what Prisma hides in `meta`, and the parts of an AggregateError (a host with several addresses). */
function* chain(error: unknown, depth = 0): Generator<Link> {
  if (typeof error !== "object" || error === null || depth > 5) return;
  const { code, kind, message, cause, errors, meta } = error as Record<string, unknown>;
  yield { code: text(code), kind: text(kind), message: text(message) };
  if (Array.isArray(errors)) for (const part of errors) yield* chain(part, depth + 1);
  yield* chain(cause, depth + 1);
  yield* chain((meta as Record<string, unknown> | undefined)?.driverAdapterError, depth + 1);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** @returns true for Prisma's "this would break a unique key" */
export function isDuplicate(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { code?: unknown }).code === "P2002";
}
