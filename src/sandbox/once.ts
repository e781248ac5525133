/**
 * One piece of work for all who ask for it at the same time. It keeps nothing
 * once the work is over.
 */
import { OrionError } from "../domain/errors.ts";

export interface SharedWork<T> {
  /**
   * Joins the work of that key, or starts it. It is called off when everybody who waits has gone.
   * @throws OrionError ABORTED for the caller whose signal aborts
   */
  join(key: string, start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function shareWork<T>(): SharedWork<T> {
  const running = new Map<string, { work: Promise<T>; waiting: number; readonly controller: AbortController }>();

  function begin(key: string, start: (signal: AbortSignal) => Promise<T>) {
    const controller = new AbortController();
    const work = start(controller.signal).finally(() => running.delete(key));
    const entry = { work, waiting: 0, controller };
    running.set(key, entry);
    return entry;
  }

  return {
    async join(key, start, signal) {
      if (signal?.aborted === true) throw aborted(key);
      const entry = running.get(key) ?? begin(key, start);
      entry.waiting++;
      const left = Promise.withResolvers<never>();
      const leave = () => {
        left.reject(aborted(key));
        entry.waiting--;
        if (entry.waiting === 0) entry.controller.abort();
      };
      signal?.addEventListener("abort", leave, { once: true });
      try {
        // The last to leave waits for the end, so that nothing of the work outlives the call.
        return await Promise.race([entry.work, left.promise]).catch(async (error: unknown) => {
          if (entry.controller.signal.aborted) await entry.work.catch(() => undefined);
          throw error;
        });
      } finally {
        signal?.removeEventListener("abort", leave);
      }
    },
  };
}

function aborted(key: string): OrionError {
  return new OrionError("ABORTED", "the set-up was called off", { key });
}
