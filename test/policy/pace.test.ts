import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgePace } from "../../src/policy/pace.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Asks at the given times; who must wait asks again when told. @returns when each was let through */
function letThrough(asked: readonly number[]): number[] {
  let kept: unknown = null;
  const went: number[] = [];
  let now = 0;
  for (const at of asked) {
    now = Math.max(now, at);
    for (;;) {
      const verdict = judgePace(kept, now);
      kept = verdict.kept;
      if (verdict.waitMs === 0) break;
      now += verdict.waitMs;
    }
    went.push(now);
  }
  return went;
}

function mostWithin(times: readonly number[], windowMs: number): number {
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + windowMs).length));
}

describe("the pace of what Orion writes", () => {
  it("lets an ordinary conversation through at once", () => {
    expect(letThrough([0, 10, 20, 30, 40, 50])).toEqual([0, 10, 20, 30, 40, 50]);
  });

  it("keeps a storm under 80 in any minute and 500 in any hour", () => {
    const went = letThrough(Array.from({ length: 1_200 }, () => 1_000_000));
    expect(mostWithin(went, MINUTE)).toBeLessThan(80);
    expect(mostWithin(went, HOUR)).toBeLessThan(500);
    expect(mostWithin(went, HOUR)).toBeGreaterThan(400);
  });

  it("holds however the asking comes", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 100, maxLength: 300 });
    fc.assert(
      fc.property(gaps, (between) => {
        let at = 0;
        const went = letThrough(
          between.map((gap) => {
            at += gap;
            return at;
          }),
        );
        return mostWithin(went, MINUTE) < 80 && mostWithin(went, HOUR) < 500;
      }),
      { numRuns: 50 },
    );
  });

  it("begins anew where what was kept is not its own", () => {
    expect(judgePace("nonsense", 5_000).waitMs).toBe(0);
  });
});
