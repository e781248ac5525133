/** What is kept of a round and told to whom, and whose turn it is. */
import { describe, expect, it } from "vitest";
import { doctorLines, doctorSummary, newlyIll } from "../../../src/policy/doctor/kept.ts";
import { endTurn, takeTurn, turnFrom, wantTurn } from "../../../src/policy/doctor/turn.ts";

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 27, 12);
const open = {
  ...{ what: "default branch of acme/math", well: false, says: "main_x is not protected" },
  ...{ remedy: "Protect it:\n1. Add target\n2. Create", repositories: [7] },
};
const engine = { what: "Docker engine", well: false, says: "does not answer", remedy: "start Docker" };
const fine = { what: "model", well: true, says: "answers", remedy: null };
const KEPT = { at: NOON, findings: [open, engine, fine] };

describe("what the doctor found", () => {
  it("is told to the people of the repository it is about, one line each with the remedy, and to nobody else", () => {
    expect(doctorLines(KEPT, 7, NOON)).toEqual([
      "⚠️ default branch of acme/math: main_x is not protected. Protect it: 1. Add target 2. Create (seen 12:00 UTC)",
    ]);
    expect(doctorLines(KEPT, 8, NOON)).toEqual([]);
  });

  it("says nothing of the operator's trouble, and nothing of long ago or of what cannot be read", () => {
    expect(doctorLines({ at: NOON, findings: [engine] }, 7, NOON)).toEqual([]);
    for (const kept of [null, {}, "x", { at: NOON, findings: [{}] }]) expect(doctorLines(kept, 7, NOON)).toEqual([]);
    expect(doctorLines(KEPT, 7, NOON + 4 * HOUR)).toEqual([]);
  });

  it("cannot be made to mention, close or show anything by a branch's name", () => {
    const named = { ...open, says: "`@octocat`#1<img>!closes#2 is not protected" };
    const [line = ""] = doctorLines({ at: NOON, findings: [named] }, 7, NOON);
    expect(line).not.toMatch(/@[a-z]|#\d|<img/);
  });

  it("is counted for everybody, and named to nobody who is not asked", () => {
    expect(doctorSummary(KEPT, NOON)).toBe("Doctor, 12:00 UTC: 2 of 3 need somebody; npm run doctor says what");
    expect(doctorSummary({ at: NOON, findings: [fine] }, NOON)).toBe("Doctor, 12:00 UTC: all is well");
    expect(doctorSummary(null, NOON)).toBeNull();
  });

  it("is news for the operator once", () => {
    expect(newlyIll(null, KEPT.findings)).toHaveLength(2);
    expect(newlyIll(KEPT, KEPT.findings)).toEqual([]);
    expect(newlyIll({ at: NOON, findings: [open] }, KEPT.findings)).toEqual([
      "Docker engine: does not answer (start Docker)",
    ]);
  });
});

describe("a turn of the doctor's", () => {
  const taken = takeTurn(turnFrom(null), NOON);
  const done = endTurn(taken.turn, NOON + 5_000);

  it("is had by the first who asks, and comes again after an hour", () => {
    expect(taken.mine).toBe(true);
    expect(takeTurn(taken.turn, NOON + 1_000).mine).toBe(false);
    expect(takeTurn(done, NOON + HOUR - 1).mine).toBe(false);
    expect(takeTurn(done, NOON + HOUR).mine).toBe(true);
  });

  it("comes soon after an installation changed, once for a burst of them", () => {
    const wanted = wantTurn(wantTurn(done));
    expect(takeTurn(wanted, NOON + 59_000).mine).toBe(false);
    const soon = takeTurn(wanted, NOON + 60_000);
    expect(soon.mine).toBe(true);
    expect(takeTurn(endTurn(soon.turn, NOON + 61_000), NOON + 200_000).mine).toBe(false);
  });

  it("is not forgotten when the change comes while somebody goes round", () => {
    const during = endTurn(wantTurn(taken.turn), NOON + 5_000);
    expect(takeTurn(during, NOON + 60_000).mine).toBe(true);
  });

  it("is given up by a process that came to no end", () => {
    const wanted = wantTurn(taken.turn);
    expect(takeTurn(wanted, NOON + 5 * 60_000).mine).toBe(false);
    expect(takeTurn(wanted, NOON + 10 * 60_000).mine).toBe(true);
  });
});
