/** Which repository is Orion's own: there its changes are versions, and what judges it is protected. Pure. */
import type { Repository } from "../../domain/task.ts";

/** @param own `owner/name` as the operator wrote it; null when nobody said, and then no repository counts */
export function isOwn({ owner, name }: Pick<Repository, "owner" | "name">, own: string | null): boolean {
  return own !== null && `${owner}/${name}`.toLowerCase() === own.toLowerCase();
}
