/**
 * Which incarnation a version came after. It is another version, and not one
 * that only started again while the newer one served beside it. Pure.
 */

export interface Boot {
  readonly id: string;
  readonly version: string;
  readonly commit: string;
  readonly bootedAt: Date;
  readonly stoppedAt: Date | null;
}

type Identity = Pick<Boot, "version" | "commit">;

/**
 * @param boots that got ready, newest first
 * @returns the newest boot of the version that served before this one first did; null when none did
 */
export function predecessorOf(me: Identity, boots: readonly Boot[]): string | null {
  const mine = boots.filter((boot) => isSame(boot, me));
  const since = mine.at(-1)?.bootedAt ?? null;
  const others = boots.filter((boot) => !isSame(boot, me) && (since === null || boot.bootedAt < since));
  // one that was told to stop has been replaced; one that was killed could not say so
  const alive = others.filter((boot) => boot.stoppedAt === null);
  const candidates = alive.length === 0 ? others : alive;
  const firstBoot = (boot: Boot): number => others.findLast((other) => isSame(other, boot))?.bootedAt.getTime() ?? 0;
  const [first, ...rest] = candidates;
  if (first === undefined) return null;
  return rest.reduce((best, boot) => (firstBoot(boot) > firstBoot(best) ? boot : best), first).id;
}

function isSame(one: Identity, other: Identity): boolean {
  return one.commit === other.commit && one.version === other.version;
}
