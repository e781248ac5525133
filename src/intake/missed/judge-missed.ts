/** Which webhooks never arrived and are to be sent again. A pure verdict over what GitHub and the store know. */
import type { HookDelivery } from "../../domain/ports/hook-port.ts";

/** Of one GUID, the first included: what fails this often is not for us. */
export const MOST_ATTEMPTS = 3;

/**
 * @param listed as GitHub lists them, in any order
 * @param stored GUIDs that the store has: they came, whatever GitHub read of the answer
 * @returns the newest attempt of each, oldest first
 */
export function judgeMissed(listed: readonly HookDelivery[], stored: ReadonlySet<string>): readonly HookDelivery[] {
  const byGuid = Map.groupBy(listed, ({ guid }) => guid);
  const missed: HookDelivery[] = [];
  for (const [guid, attempts] of byGuid) {
    if (stored.has(guid) || attempts.some(({ ok }) => ok) || attempts.length >= MOST_ATTEMPTS) continue;
    const newest = attempts.reduce((one, other) => (other.id > one.id ? other : one));
    missed.push(newest);
  }
  return missed.toSorted((one, other) => one.id - other.id);
}
