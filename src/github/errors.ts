/**
 * What GitHub answered, said in the house's own errors. This file reads replies;
 * it retries nothing and asks nothing.
 */
import { type Facts, OrionError } from "../domain/errors.ts";

/** What a token must be allowed; the names are GitHub's. */
export type Permissions = Readonly<Record<string, "read" | "write">>;

/** One call, for the error that may come of it. */
export interface Operation {
  /** words for a person, e.g. `open the pull request` */
  readonly what: string;
  readonly permissions: Permissions;
  readonly repositoryId: number | null;
}

interface HttpFailure {
  readonly message: string;
  readonly status: number;
  /** empty when no reply came */
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly replied: boolean;
}

/** GitHub asks for at least a minute when a secondary limit names no time. */
const SECONDARY_WAIT_MS = 60_000;

/** @returns `issues=write, metadata=read` */
export function listPermissions(permissions: Permissions): string {
  return Object.entries(permissions)
    .map(([name, level]) => `${name}=${level}`)
    .join(", ");
}

/**
 * @param error whatever octokit threw
 * @returns the HTTP failure in it; null when it is something else
 */
export function httpFailure(error: unknown): HttpFailure | null {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return null;
  const response = "response" in error && isRecord(error.response) ? error.response : null;
  const headers = response !== null && isRecord(response.headers) ? response.headers : {};
  return {
    message: error.message,
    status: error.status,
    headers: headers as HttpFailure["headers"],
    replied: response !== null,
  };
}

/** @returns true when the call may have failed for a passing reason: 5xx or no reply at all. */
export function isPassing(error: unknown): boolean {
  const failure = httpFailure(error);
  if (failure === null) return error instanceof Error && ["AbortError", "TimeoutError"].includes(error.name);
  return failure.status >= 500;
}

/**
 * Translates what octokit threw; the cause stays attached.
 * @returns an OrionError: RATE_LIMITED (facts.retryAtMs), GITHUB_UNAVAILABLE, GITHUB_FORBIDDEN,
 *   GITHUB_NOT_FOUND, GITHUB_UNAUTHORIZED or GITHUB_REFUSED
 * @source GitHub REST documentation, "Best practices", "Handle rate limit errors appropriately"
 */
export function toOrionError(error: unknown, operation: Operation, nowMs: number): OrionError {
  if (error instanceof OrionError) return error;
  const failure = httpFailure(error);
  const facts: Facts = { operation: operation.what, repositoryId: operation.repositoryId };
  if (failure === null || isPassing(error)) return unavailable(error, failure, operation, facts);
  const retryAtMs = rateLimitEnd(failure, nowMs);
  if (retryAtMs !== null) {
    const when = new Date(retryAtMs).toISOString();
    return new OrionError(
      "RATE_LIMITED",
      `GitHub's limit is reached; wait until ${when}`,
      { ...facts, retryAtMs },
      error,
    );
  }
  return refusal(failure, operation, { ...facts, status: failure.status }, error);
}

function unavailable(error: unknown, failure: HttpFailure | null, operation: Operation, facts: Facts): OrionError {
  const graphql = graphqlKind(error);
  if (graphql === "RATE_LIMITED") {
    const retryAtMs = Date.now() + SECONDARY_WAIT_MS;
    return new OrionError("RATE_LIMITED", "GitHub's GraphQL limit is reached; wait", { ...facts, retryAtMs }, error);
  }
  if (graphql !== null) {
    const needs = listPermissions(operation.permissions);
    return new OrionError(
      graphql === "FORBIDDEN" ? "GITHUB_FORBIDDEN" : "GITHUB_REFUSED",
      `GitHub would not ${operation.what} (${graphql}); grant the App ${needs}`,
      { ...facts, needs },
      error,
    );
  }
  const status = failure?.replied === true ? `answered ${failure.status}` : "did not answer";
  return new OrionError(
    "GITHUB_UNAVAILABLE",
    `GitHub ${status} when asked to ${operation.what}; look whether it was done, then try again`,
    facts,
    error,
  );
}

function refusal(failure: HttpFailure, operation: Operation, facts: Facts, cause: unknown): OrionError {
  const needs = String(failure.headers["x-accepted-github-permissions"] ?? listPermissions(operation.permissions));
  const told = { ...facts, needs };
  switch (failure.status) {
    case 401:
      return new OrionError(
        "GITHUB_UNAUTHORIZED",
        `GitHub does not accept the App's key or token to ${operation.what}; check the App id and private key`,
        facts,
        cause,
      );
    case 403:
      return new OrionError(
        "GITHUB_FORBIDDEN",
        // only GitHub's words tell the two apart; the code is the same, for both are refusals
        /is locked/.test(failure.message)
          ? `GitHub would not ${operation.what}: the conversation is locked; unlock it`
          : `GitHub would not ${operation.what}; grant the App ${needs} and accept it in the installation`,
        told,
        cause,
      );
    case 404:
    case 410:
      return new OrionError(
        "GITHUB_NOT_FOUND",
        `GitHub found nothing to ${operation.what}; it is gone, or the App lacks ${needs} on this repository`,
        told,
        cause,
      );
    default:
      return new OrionError(
        "GITHUB_REFUSED",
        `GitHub refused to ${operation.what}: ${failure.message}; change the request`,
        facts,
        cause,
      );
  }
}

function rateLimitEnd(failure: HttpFailure, nowMs: number): number | null {
  if (failure.status !== 403 && failure.status !== 429) return null;
  const retryAfterSeconds = Number(failure.headers["retry-after"] ?? Number.NaN);
  if (Number.isFinite(retryAfterSeconds)) return nowMs + retryAfterSeconds * 1000;
  const resetSeconds = Number(failure.headers["x-ratelimit-reset"] ?? Number.NaN);
  if (String(failure.headers["x-ratelimit-remaining"]) === "0" && Number.isFinite(resetSeconds)) {
    return Math.max(resetSeconds * 1000, nowMs);
  }
  // GitHub gives a secondary limit no header of its own when it names no time: only its words tell it from a 403.
  const secondary = failure.status === 429 || /secondary rate limit|abuse detection/i.test(failure.message);
  return secondary ? nowMs + SECONDARY_WAIT_MS : null;
}

/** The type of the first GraphQL error, or null when this is not one. */
function graphqlKind(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== "GraphqlResponseError" || !("errors" in error)) return null;
  const first: unknown = Array.isArray(error.errors) ? error.errors[0] : null;
  return isRecord(first) && typeof first.type === "string" ? first.type : "ERROR";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
