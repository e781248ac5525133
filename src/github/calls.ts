/**
 * How a call to GitHub is made: which token, how often, and what its failure is
 * called. It knows no endpoint.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Probot, ProbotOctokit } from "probot";
import { OrionError } from "../domain/errors.ts";
import type { Repository } from "../domain/task.ts";
import { httpFailure, isPassing, type Operation, type Permissions, toOrionError } from "./errors.ts";
import type { Tokens } from "./tokens.ts";

/** A turn further off than this parks the job instead of holding it. */
const PACE_PATIENCE_MS = 5_000;

type OctokitOptions = NonNullable<ConstructorParameters<typeof ProbotOctokit>[0]>;
type Act<Result> = (octokit: ProbotOctokit) => Promise<Result>;

export interface CallOptions {
  readonly baseUrl: string;
  /** waits between the tries of a read, in milliseconds; its length is the number of retries */
  readonly retryDelaysMs: readonly number[];
  /** one HTTP exchange may take this long */
  readonly timeoutMs: number;
  /** asked before content is created: 0 to go on, else milliseconds to wait */
  readonly pace: (installationId: number) => Promise<number>;
}

export interface Calls {
  /** Asks and changes nothing, so it is tried again when GitHub stumbles. */
  read<Result>(repository: Repository, what: string, permissions: Permissions, act: Act<Result>): Promise<Result>;
  /**
   * Changes something, so it is sent once.
   * @throws OrionError GITHUB_UNAVAILABLE: whether it was done is unknown; find out before sending it again
   */
  write<Result>(repository: Repository, what: string, permissions: Permissions, act: Act<Result>): Promise<Result>;
  /**
   * Creates what people are notified of: a write that keeps the pace.
   * @throws OrionError RATE_LIMITED (facts.retryAtMs) when its turn is too far off to wait for; nothing was sent
   */
  create<Result>(repository: Repository, what: string, permissions: Permissions, act: Act<Result>): Promise<Result>;
  /** As the App itself, about the App itself; tried again as a read is. */
  asApp<Result>(what: string, act: Act<Result>): Promise<Result>;
  token(repository: Repository, what: string, permissions: Permissions): Promise<string>;
}

/** An octokit that neither waits out limits nor repeats by itself: the job is parked instead. */
export const PatientlessOctokit = ProbotOctokit.defaults((options: OctokitOptions) => ({
  ...options,
  // forced, not defaulted: Probot passes throttle options of its own, and those switch it on again
  throttle: { enabled: false },
  retry: { enabled: false },
})) as typeof ProbotOctokit;

/**
 * @returns fetch that gives up after `timeoutMs`, and that fails when the body is cut: octokit alone takes a cut
 *   body for an empty one, and whoever asked for a role would become a stranger
 */
export function fetchWithin(timeoutMs: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const { status, statusText, headers } = response;
    const body = await response.arrayBuffer();
    const type = headers.get("content-type");
    if (response.ok && body.byteLength > 0 && !type?.includes("json")) {
      throw new TypeError(`expected JSON, got ${type}`);
    }
    const whole = new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
    // octokit turns pages by the address a reply came from
    return Object.defineProperty(whole, "url", { value: response.url });
  };
}

/** @param probot signs as the App; it was built with PatientlessOctokit */
export function createCalls(probot: Probot, tokens: Tokens, options: CallOptions): Calls {
  const limited = fetchWithin(options.timeoutMs);

  function octokitWith(token: string): ProbotOctokit {
    return new PatientlessOctokit({ auth: { token }, baseUrl: options.baseUrl, request: { fetch: limited } });
  }

  async function mint(repository: Repository, operation: Operation): Promise<string> {
    const forToken = { ...operation, what: `mint a token to ${operation.what}` };
    return repeated(forToken, options.retryDelaysMs, () => tokens.mint(repository, operation.permissions));
  }

  async function withToken<Result>(repository: Repository, operation: Operation, act: Act<Result>): Promise<Result> {
    const token = await mint(repository, operation);
    try {
      return await act(octokitWith(token));
    } catch (error) {
      if (httpFailure(error)?.status !== 401) throw error;
      // a 401 did nothing: a revoked token is replaced once
      tokens.forget(token);
      return act(octokitWith(await mint(repository, operation)));
    }
  }

  async function write<Result>(
    repository: Repository,
    what: string,
    permissions: Permissions,
    act: Act<Result>,
  ): Promise<Result> {
    const operation = { what, permissions, repositoryId: repository.id };
    return repeated(operation, [], () => withToken(repository, operation, act));
  }

  async function keepPace(repository: Repository, what: string): Promise<void> {
    const deadline = Date.now() + PACE_PATIENCE_MS;
    for (;;) {
      const waitMs = await options.pace(repository.installationId);
      if (waitMs === 0) return;
      const retryAtMs = Date.now() + waitMs;
      if (retryAtMs > deadline) {
        throw new OrionError(
          "RATE_LIMITED",
          `too much was written on this installation to ${what} now; it waits until ${new Date(retryAtMs).toISOString()}`,
          { operation: what, repositoryId: repository.id, retryAtMs },
        );
      }
      await sleep(waitMs);
    }
  }

  return {
    create: async (repository, what, permissions, act) => {
      await keepPace(repository, what);
      return write(repository, what, permissions, act);
    },
    read: (repository, what, permissions, act) => {
      const operation = { what, permissions, repositoryId: repository.id };
      return repeated(operation, options.retryDelaysMs, () => withToken(repository, operation, act));
    },
    write,
    asApp: (what, act) =>
      repeated({ what, permissions: {}, repositoryId: null }, options.retryDelaysMs, async () =>
        act(await probot.auth()),
      ),
    token: (repository, what, permissions) => mint(repository, { what, permissions, repositoryId: repository.id }),
  };
}

async function repeated<Result>(
  operation: Operation,
  delaysMs: readonly number[],
  act: () => Promise<Result>,
): Promise<Result> {
  for (const delayMs of delaysMs) {
    try {
      return await act();
    } catch (error) {
      if (!isPassing(error)) throw toOrionError(error, operation, Date.now());
      await sleep(delayMs);
    }
  }
  try {
    return await act();
  } catch (error) {
    throw toOrionError(error, operation, Date.now());
  }
}
