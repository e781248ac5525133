/**
 * The one living comment of a task: made once, edited in place, at most every
 * few seconds whoever edits it and at least every ninety while work runs.
 * What it says is in `sticky-text.ts`.
 */
import type { Ledger } from "../../domain/ledger.ts";
import type { GitHub } from "../../domain/ports/github-port.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { Repository } from "../../domain/task.ts";

/** Under the ninety seconds that are promised, so that an edit that takes its time keeps them. */
const HEARTBEAT_MS = 80_000;
/** A turn further off than this was written by a clock that is wrong. */
const WRONG_CLOCK_MS = 60_000;

export interface Sticky {
  /** Something changed; the comment follows soon. */
  touch(): void;
  /** Makes the comment where there is none yet; one that is there follows soon, and nobody waits for it. */
  show(): Promise<void>;
  /** Writes the present state as soon as the comment may be edited. */
  flush(): Promise<void>;
  /** Ends the timers; nothing is written afterwards. */
  stop(): void;
}

/** For work that leaves the task's comment as it is. */
export const SILENT: Sticky = {
  touch: () => undefined,
  show: async () => undefined,
  flush: async () => undefined,
  stop: () => undefined,
};

export interface StickyDeps {
  readonly github: Pick<GitHub, "createComment" | "editComment" | "findComment">;
  /** of the task, so that every run finds the same comment */
  readonly ledger: Ledger;
  readonly repository: Repository;
  readonly issue: number;
  readonly marker: string;
  /** Takes the next turn to edit, see `editTurn`. @returns milliseconds until it */
  readonly turn: () => Promise<number>;
  /** least milliseconds between two edits */
  readonly gapMs: number;
  /** the whole body as it should be now, marker included */
  readonly render: () => Promise<string>;
  readonly log: (line: string) => void;
}

/** Turns to edit a task's comment, `gapMs` apart over all processes. */
export function editTurn(store: Pick<Store, "amendSetting">, taskId: string, gapMs: number): () => Promise<number> {
  return () =>
    store.amendSetting(`sticky:${taskId}`, (last) => {
      const now = Date.now();
      const next = typeof last === "number" && last < now + WRONG_CLOCK_MS ? last + gapMs : now;
      const at = Math.max(now, next);
      return { value: at, result: at - now };
    });
}

/** Opens the task's comment, creating it when it is not there yet. */
export function openSticky(deps: StickyDeps): Sticky {
  let lastText = "";
  let lastAt = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let stopped = false;

  async function write(): Promise<void> {
    const text = await deps.render();
    lastAt = Date.now();
    const { id, made } = await comment(deps, text);
    if (made) lastText = text;
    if (stopped || text === lastText) return;
    const waitMs = await deps.turn();
    if (waitMs > 0) await new Promise((over) => setTimeout(over, waitMs));
    if (stopped) return;
    const now = waitMs > 0 ? await deps.render() : text;
    lastAt = Date.now();
    await deps.github.editComment(deps.repository, id, now);
    lastText = now;
  }

  function enqueue(): Promise<void> {
    writing = writing.then(write, write);
    return writing;
  }

  function schedule(delayMs: number): void {
    if (stopped || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      // A comment that cannot be edited now is edited at the next change; the run goes on.
      enqueue()
        .catch((error: unknown) => deps.log(`living comment: ${String(error)}`))
        .finally(() => schedule(HEARTBEAT_MS));
    }, delayMs);
    timer.unref();
  }

  function unschedule(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  return {
    touch(): void {
      unschedule();
      schedule(Math.max(0, lastAt + deps.gapMs - Date.now()));
    },
    async show(): Promise<void> {
      const text = await deps.render();
      const { made } = await comment(deps, text);
      if (made) {
        lastText = text;
        lastAt = Date.now();
        schedule(HEARTBEAT_MS);
      } else {
        unschedule();
        schedule(0);
      }
    },
    async flush(): Promise<void> {
      unschedule();
      await enqueue().finally(() => schedule(HEARTBEAT_MS));
    },
    stop(): void {
      stopped = true;
      unschedule();
    },
  };
}

/** @returns whether this very call made it: it then says what it should */
async function comment(deps: StickyDeps, text: string): Promise<{ readonly id: number; readonly made: boolean }> {
  let made = false;
  const id = await deps.ledger.effect("sticky", {
    find: () => deps.github.findComment(deps.repository, deps.issue, deps.marker),
    act: async () => {
      const created = await deps.github.createComment(deps.repository, deps.issue, text);
      made = true;
      return created;
    },
  });
  return { id, made };
}
