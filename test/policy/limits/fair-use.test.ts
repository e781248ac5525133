import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeCommand, runsInAnHour } from "../../../src/policy/limits/fair-use.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** @returns at which of the given times a command was followed, and at which its author was told */
function play(times: readonly number[]) {
  let kept: unknown = null;
  const followed: number[] = [];
  const told: number[] = [];
  for (const at of times) {
    const verdict = judgeCommand(kept, at);
    kept = verdict.kept;
    if (verdict.waitMs === 0) followed.push(at);
    if (verdict.tell) told.push(at);
  }
  return { followed, told };
}

describe("commands of one person", () => {
  it("are followed at the speed of a person", () => {
    const times = Array.from({ length: 60 }, (_, index) => 1_000 + index * 3 * MINUTE);
    expect(play(times)).toEqual({ followed: times, told: [] });
  });

  it("that come at once are followed up to twenty, and their author is told once", () => {
    const { followed, told } = play(Array.from({ length: 500 }, (_, index) => 1_000 + index));
    expect([followed.length, told.length]).toEqual([20, 1]);
  });

  it("are never more than forty in any hour", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 4 * MINUTE }), { minLength: 50, maxLength: 400 });
    const property = fc.property(gaps, (all) => {
      let at = 1_000;
      const { followed } = play(all.map((gap) => (at += gap)));
      for (const from of followed)
        expect(followed.filter((time) => time >= from && time < from + HOUR).length).toBeLessThanOrEqual(40);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("are told of again in another storm", () => {
    const storm = (from: number) => Array.from({ length: 100 }, (_, index) => from + index);
    expect(play([...storm(1_000), ...storm(1_000 + 3 * HOUR)]).told).toHaveLength(2);
  });

  it("begin anew when what was kept cannot be read", () => {
    for (const kept of [null, {}, "x", { arrival: "soon", told: 1 }]) expect(judgeCommand(kept, 5).waitMs).toBe(0);
  });
});

describe("runs", () => {
  it("are five in an hour as the operator says, and four questions for each", () => {
    expect([runsInAnHour("first", 5), runsInAnHour("fix", 5), runsInAnHour("ask", 5)]).toEqual([5, 5, 20]);
  });
});
