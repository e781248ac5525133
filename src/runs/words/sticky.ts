/**
 * The one living comment of a task: made once, edited in place, at most every
 * five seconds while things move and at least every ninety while work runs.
 * What it says is in `sticky-text.ts`.
 */

import type { Ledger } from "../../domain/ledger.ts";
import type { GitHub } from "../../domain/ports/github-port.ts";
import type { Repository } from "../../domain/task.ts";

const LEAST_GAP_MS = 5_000;
const LARGEST_GAP_MS = 90_000;

export interface Sticky {
  /** Something changed; the comment follows soon. */
  touch(): void;
  /** Writes the present state now. */
  flush(): Promise<void>;
  /** Ends the timers; nothing is written afterwards. */
  stop(): void;
}

/** For work that leaves the task's comment as it is. */
export const SILENT: Sticky = { touch: () => undefined, flush: async () => undefined, stop: () => undefined };

export interface StickyDeps {
  readonly github: GitHub;
  /** of the task, so that every run finds the same comment */
  readonly ledger: Ledger;
  readonly repository: Repository;
  readonly issue: number;
  readonly marker: string;
  /** the whole body as it should be now, marker included */
  readonly render: () => Promise<string>;
  readonly log: (line: string) => void;
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
    const id = await commentId(deps, text);
    if (text !== lastText) await deps.github.editComment(deps.repository, id, text);
    lastText = text;
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
        .finally(() => schedule(LARGEST_GAP_MS));
    }, delayMs);
    timer.unref();
  }

  return {
    touch(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      schedule(Math.max(0, lastAt + LEAST_GAP_MS - Date.now()));
    },
    async flush(): Promise<void> {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await enqueue();
    },
    stop(): void {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

function commentId(deps: StickyDeps, text: string): Promise<number> {
  return deps.ledger.effect("sticky", {
    find: () => deps.github.findComment(deps.repository, deps.issue, deps.marker),
    act: () => deps.github.createComment(deps.repository, deps.issue, text),
  });
}
