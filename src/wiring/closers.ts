/**
 * What was opened, closed in reverse: when a start fails half-way, and at the
 * end. The same list serves both, so neither forgets what the other knows.
 */
export interface Closers {
  push(close: () => Promise<void>): void;
  /** Closes everything once, the last opened first; goes on past an error and throws the first one. */
  closeAll(): Promise<void>;
}

export function closers(): Closers {
  const opened: (() => Promise<void>)[] = [];
  return {
    push(close): void {
      opened.push(close);
    },
    async closeAll(): Promise<void> {
      const errors: unknown[] = [];
      for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
        await close().catch((error: unknown) => errors.push(error));
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
