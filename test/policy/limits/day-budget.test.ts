import { describe, expect, it } from "vitest";
import { dayBegan, judgeDay } from "../../../src/policy/limits/day-budget.ts";

const NOON = Date.UTC(2026, 10, 27, 12);

describe("what all work may cost in a day", () => {
  it("is counted from 00:00 UTC", () => {
    expect(new Date(dayBegan(NOON)).toISOString()).toBe("2026-11-27T00:00:00.000Z");
    expect(dayBegan(dayBegan(NOON))).toBe(dayBegan(NOON));
  });

  it.each([
    [0, null],
    [99.99, null],
    [100, "2026-11-28T00:00:00.000Z"],
    [140, "2026-11-28T00:00:00.000Z"],
  ])("of which %d of 100 is spent lets work go on at %s", (spent, when) => {
    const at = judgeDay(spent, 100, NOON);
    expect(at === null ? null : new Date(at).toISOString()).toBe(when);
  });
});
