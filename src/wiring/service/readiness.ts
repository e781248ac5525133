/**
 * What `/readyz` says: whether this process can do its work on what belongs to
 * it. GitHub and the engine are not asked: while they are away, a rollback must
 * still become ready.
 */
import { resolve } from "node:path";
import { describeError, OrionError } from "../../domain/errors.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { GitHubApp } from "../../github/github-app.ts";
import { pendingMigrations } from "../../store/migrate/run-migrations.ts";
import type { OpenStore } from "../../store/open-store.ts";
import type { Readiness } from "../../web/server.ts";

const MIGRATIONS = resolve(import.meta.dirname, "../../../prisma/migrations");
/** The host waits five seconds for the whole answer. */
const CHECK_MS = 4_000;
/** So long an answer is given again, however often it is asked for. */
const KEPT_MS = 3_000;

export interface ReadinessParts {
  readonly databaseUrl: string;
  readonly store: Pick<Store, "ping">;
  readonly memory: Pick<OpenStore, "probeQueue">;
  readonly app: Pick<GitHubApp, "sign">;
  /** nobody is sent here before it can work */
  readonly started: () => boolean;
  /** what this process is */
  readonly version: string;
  readonly commit: string;
  readonly clean: (text: string) => string;
  /** told in full what a check found, once for each change */
  readonly onLine: (line: string) => void;
}

export function openReadiness(parts: ReadinessParts): () => Promise<Readiness> {
  const { databaseUrl, store, memory, app, version, commit, started } = parts;
  const checks = {
    start: async () => {
      if (!started()) throw new OrionError("STARTING", "not done yet");
    },
    database: async () => {
      if (!(await store.ping())) throw new OrionError("STORE_UNREACHABLE", "does not answer");
    },
    schema: async () => {
      const pending = await pendingMigrations({ connectionString: databaseUrl, directory: MIGRATIONS });
      if (pending.length > 0)
        throw new OrionError("STORE_NOT_MIGRATED", `npm run migrate has not applied: ${pending.join(", ")}`);
    },
    queue: () => memory.probeQueue(),
    appKey: () => app.sign(),
  };
  const ask = judged(checks, parts);
  return async () => ({ ...(await ask()), version, commit });
}

export interface Telling {
  readonly clean: (text: string) => string;
  readonly onLine: (line: string) => void;
  readonly checkMs?: number;
  readonly keptMs?: number;
}

type Answer = Pick<Readiness, "ready" | "checks">;
type Checks = Readonly<Record<string, () => Promise<void>>>;

/**
 * Asks all at once; a check that hangs is not begun a second time before it ends.
 * @param checks resolve when all is well; an OrionError's own words are shown, those of others only logged
 */
export function judged(
  checks: Checks,
  { clean, onLine, checkMs = CHECK_MS, keptMs = KEPT_MS }: Telling,
): () => Promise<Answer> {
  const under = new Map<string, Promise<string>>();
  const told = new Map<string, string>();
  let kept: { untilMs: number; readonly answer: Promise<Answer> } | null = null;

  function begin(name: string, check: () => Promise<void>): Promise<string> {
    const running = under.get(name);
    if (running !== undefined) return running;
    const words = check().then(
      () => "ok",
      (error: unknown) => {
        tell(name, describeError(error));
        return error instanceof OrionError ? clean(error.message) : "failed; the log says why";
      },
    );
    under.set(name, words);
    return words.finally(() => under.delete(name));
  }

  function tell(name: string, words: string): void {
    if (told.get(name) !== words) onLine(`not ready: ${name}: ${words}`);
    told.set(name, words);
  }

  async function askAll(): Promise<Answer> {
    const found = Object.entries(checks).map(async ([name, check]) => {
      const state = await within(begin(name, check), checkMs);
      if (state === "ok") told.delete(name);
      return [name, state] as const;
    });
    const states = await Promise.all(found);
    return { ready: states.every(([, state]) => state === "ok"), checks: Object.fromEntries(states) };
  }

  return () => {
    if (kept !== null && Date.now() < kept.untilMs) return kept.answer;
    const asking = { untilMs: Number.POSITIVE_INFINITY, answer: askAll() };
    kept = asking;
    return asking.answer.finally(() => {
      asking.untilMs = Date.now() + keptMs;
    });
  };
}

async function within(words: Promise<string>, ms: number): Promise<string> {
  const { promise, resolve: late } = Promise.withResolvers<string>();
  const timer = setTimeout(() => late(`no answer within ${ms} ms`), ms);
  try {
    return await Promise.race([words, promise]);
  } finally {
    clearTimeout(timer);
  }
}
