/**
 * What all work together may cost in a day. Days are UTC's, as model providers
 * count them. A pure verdict: nothing is asked or kept here.
 */
const DAY_MS = 86_400_000;

/** @returns when the day of a moment began, both in milliseconds since 1970 */
export function dayBegan(nowMs: number): number {
  return nowMs - (nowMs % DAY_MS);
}

/**
 * @param spentUsd since the day began
 * @param mostUsd the operator's number
 * @returns when work may go on, in milliseconds since 1970; null when it may now
 */
export function judgeDay(spentUsd: number, mostUsd: number, nowMs: number): number | null {
  return spentUsd < mostUsd ? null : dayBegan(nowMs) + DAY_MS;
}
