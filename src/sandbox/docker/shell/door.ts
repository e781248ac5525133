/**
 * Keeps the start of processes in a container apart from standstills of it: an
 * engine that is told to pause a container while a process starts in it waits
 * for ever (seen with 20.10). It touches no engine itself.
 */
export interface Door {
  /** Runs what starts a process, once nothing is shut; must settle only when the process runs. */
  enter<T>(start: () => Promise<T>): Promise<T>;
  /** Waits for all starts under way, and keeps new ones waiting until the returned function is called. */
  shut(): Promise<() => void>;
}

export function openDoor(): Door {
  const entering = new Set<Promise<unknown>>();
  let opened: Promise<void> | null = null;
  return {
    async enter(start) {
      while (opened !== null) await opened;
      const work = start();
      entering.add(work);
      try {
        return await work;
      } finally {
        entering.delete(work);
      }
    },
    async shut() {
      while (opened !== null) await opened;
      const until = Promise.withResolvers<void>();
      opened = until.promise;
      await Promise.allSettled(entering);
      return () => {
        opened = null;
        until.resolve();
      };
    },
  };
}
