/**
 * Exactly once is a property of this ledger: intent → act → done. A step whose
 * result is stored is never done again; one that was intended but not finished
 * is looked for before it is tried again.
 */
import type { Store } from "./ports/store-port.ts";
import type { Fence } from "./task.ts";

export interface Ledger {
  /** A step without effect outside: computed again when it was cut off, returned when it is stored. */
  once<T>(key: string, compute: () => Promise<T>): Promise<T>;
  /**
   * A step with an effect outside.
   * @param find looks whether an earlier, cut-off try took effect; null when it did not
   */
  effect<T>(key: string, step: { readonly find: () => Promise<T | null>; readonly act: () => Promise<T> }): Promise<T>;
  /** The stored result of a step that is done, or null. */
  read<T>(key: string): Promise<T | null>;
  /** When the step was first intended; the same on every retry. */
  intendedAt(key: string): Promise<Date>;
}

/**
 * @param scope e.g. `run:<id>`, `task:<id>` or `delivery:<guid>`; keys are unique within it
 * @param fence whose holder alone may write; null where any worker may
 */
export function openLedger(
  store: Pick<Store, "step" | "intendStep" | "completeStep">,
  fence: Fence | null,
  scope: string,
): Ledger {
  return {
    async once<T>(key: string, compute: () => Promise<T>): Promise<T> {
      const known = await store.step(scope, key);
      if (known?.state === "done") return known.result as T;
      await store.intendStep(fence, scope, key);
      const result = await compute();
      await store.completeStep(fence, scope, key, result);
      return result;
    },
    async effect<T>(
      key: string,
      step: { readonly find: () => Promise<T | null>; readonly act: () => Promise<T> },
    ): Promise<T> {
      const known = await store.step(scope, key);
      if (known?.state === "done") return known.result as T;
      // Also meets the fence: a worker that lost the run must not act.
      await store.intendStep(fence, scope, key);
      const earlier = known === null ? null : await step.find();
      const result = earlier ?? (await step.act());
      await store.completeStep(fence, scope, key, result);
      return result;
    },
    async read<T>(key: string): Promise<T | null> {
      const known = await store.step(scope, key);
      return known?.state === "done" ? (known.result as T) : null;
    },
    async intendedAt(key: string): Promise<Date> {
      const known = (await store.step(scope, key)) ?? (await store.intendStep(fence, scope, key));
      return known.createdAt;
    },
  };
}
