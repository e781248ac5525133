/**
 * Webhooks that did not arrive: GitHub sends none again by itself, and keeps
 * each for three days. One instance at a time looks through them and has sent
 * again what the store has not. What arrives then is handled as ever.
 */
import { z } from "zod";
import { openLedger } from "../../domain/ledger.ts";
import type { Hooks } from "../../domain/ports/hook-port.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import { judgeMissed } from "./judge-missed.ts";

export interface MissedDeps {
  readonly store: Pick<Store, "amendSetting" | "knownDeliveries" | "step" | "intendStep" | "completeStep">;
  readonly hooks: Hooks;
  readonly now?: () => number;
}

const SETTING = "webhooks.looked-through";
/** Whoever looks and dies leaves the next one waiting no longer than this. */
const LEASE_MS = 4 * 60_000;
const KEPT_MS = 3 * 86_400_000;
/** GitHub lists a delivery once it was answered, so an older one may appear after a younger. */
const OVERLAP_MS = 15 * 60_000;

const keptSchema = z.object({ until: z.number(), lease: z.number() }).catch({ until: 0, lease: 0 });

/**
 * @returns how many were asked for; null when another instance looks now
 * @throws OrionError of GitHub or the store: looking again is safe
 */
export async function askAgain({ store, hooks, now = Date.now }: MissedDeps): Promise<number | null> {
  const started = now();
  const until = await lease(store, started);
  if (until === null) return null;
  try {
    const since = new Date(Math.max(until - OVERLAP_MS, started - KEPT_MS));
    const listed = await hooks.hookDeliveries(since);
    const stored = await store.knownDeliveries(listed.map(({ guid }) => guid));
    const missed = judgeMissed(listed, stored);
    // of each attempt that failed one more comes, whoever looks how often
    const ledger = openLedger(store, null, "webhooks");
    let asked = 0;
    for (const { id } of missed) {
      const act = async () => {
        await hooks.redeliver(id);
        asked += 1;
        return id;
      };
      // sent twice after a crash it is stored once: the GUID stays
      await ledger.effect(`redeliver/${id}`, { find: async () => null, act });
    }
    await release(store, { until: started, lease: 0 });
    return asked;
  } catch (error) {
    await release(store, { until, lease: 0 });
    throw error;
  }
}

/** @returns up to when was looked, or null when somebody holds it */
function lease(store: MissedDeps["store"], at: number): Promise<number | null> {
  return store.amendSetting(SETTING, (value) => {
    const kept = keptSchema.parse(value);
    if (kept.lease > at) return { value: kept, result: null };
    return { value: { ...kept, lease: at + LEASE_MS }, result: kept.until };
  });
}

function release(store: MissedDeps["store"], kept: z.infer<typeof keptSchema>): Promise<null> {
  return store.amendSetting(SETTING, () => ({ value: kept, result: null }));
}
