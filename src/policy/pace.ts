/**
 * How fast Orion may create content on one installation of GitHub: comments,
 * pull requests, checks. A pure verdict over what was kept of earlier ones; it
 * keeps nothing itself.
 * @source GitHub REST documentation, "Rate limits": no more than 80 content-creating requests a minute, 500 an hour
 * @source ITU-T I.371, the generic cell rate algorithm
 */
import { z } from "zod";

interface Rate {
  /** at once, before the pace is kept */
  readonly burst: number;
  /** milliseconds between two, once the burst is used */
  readonly gapMs: number;
}

/** burst + one an interval stays below GitHub's 80 a minute and 500 an hour */
const RATES: readonly Rate[] = [
  { burst: 15, gapMs: 60_000 / 60 },
  { burst: 100, gapMs: 3_600_000 / 380 },
];

/** For each rate, when all that was let through would have gone at that rate; ms since 1970. */
const keptSchema = z.array(z.number()).length(RATES.length);

export interface PaceVerdict {
  /** what to keep; unchanged when the answer is to wait */
  readonly kept: readonly number[];
  /** 0: go; else ask again after this many milliseconds */
  readonly waitMs: number;
}

/** @param kept what the last verdict said to keep; anything else counts as nothing yet */
export function judgePace(kept: unknown, nowMs: number): PaceVerdict {
  const parsed = keptSchema.safeParse(kept);
  const arrivals = parsed.success ? parsed.data : RATES.map(() => 0);
  const waits = RATES.map(({ burst, gapMs }, index) => {
    const arrival = Math.max(arrivals[index] ?? 0, nowMs);
    return arrival - (burst - 1) * gapMs - nowMs;
  });
  const waitMs = Math.max(0, Math.ceil(Math.max(...waits)));
  if (waitMs > 0) return { kept: arrivals, waitMs };
  return { kept: RATES.map(({ gapMs }, index) => Math.max(arrivals[index] ?? 0, nowMs) + gapMs), waitMs: 0 };
}
