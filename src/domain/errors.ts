/**
 * The one error of the house. It is told apart by its code, never by its text;
 * the text names the remedy. It is not a place for messages: those stand where
 * the error is thrown.
 */

/** SCREAMING_SNAKE_CASE, e.g. `SANDBOX_TIMEOUT`. */
export type ErrorCode = Uppercase<string>;

/** What a person needs to find the cause: ids, paths, durations; never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export class OrionError extends Error {
  override readonly name = "OrionError";
  readonly code: ErrorCode;
  readonly facts: Facts;

  constructor(code: ErrorCode, message: string, facts: Facts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}

/** @returns true when `error` is an OrionError with exactly this code. */
export function hasCode(error: unknown, code: ErrorCode): error is OrionError {
  return error instanceof OrionError && error.code === code;
}

/** @returns one line for a log or a comment; the caller redacts it. */
export function describeError(error: unknown): string {
  if (error instanceof OrionError) return `${error.code}: ${error.message}`;
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return String(error);
}
