/** When a run gives way to people who push, and in which words. */
import { describe, expect, it } from "vitest";
import { featureRef } from "../../../src/domain/feature-ref.ts";
import { MAX_MOVES, MAX_ROUNDS, nextStep } from "../../../src/domain/stages.ts";
import { closedMeanwhile, refuseMove } from "../../../src/runs/fix/move-on.ts";
import { meet } from "../../../src/runs/fix/replant.ts";

const FOUND = { ref: featureRef("feature/x"), commit: "c".repeat(40), head: "a".repeat(40) };

describe("a branch that people moved", () => {
  it("is followed twice; after that, and in a first run or a rebase, their commits stand and the work is kept", () => {
    expect(refuseMove(FOUND, "fix", MAX_MOVES - 1)).toBeNull();
    const ends = [refuseMove(FOUND, "fix", MAX_MOVES), refuseMove(FOUND, "first", 0), refuseMove(FOUND, "rebase", 0)];
    for (const refused of ends) {
      expect(refused).toMatchObject({ kind: "give-up", code: "BRANCH_MOVED" });
      expect(refused).toMatchObject({
        because: expect.stringMatching(/their commits stand.*kept as ccccccc\. Ask again/),
      });
    }
  });

  it("costs no round of those that verify may send back", () => {
    expect(nextStep("propose", { kind: "moved", stage: "verify", onto: "a", work: "b" }, MAX_ROUNDS, true)).toEqual({
      ...{ kind: "stage", stage: "verify", round: MAX_ROUNDS + 1 },
    });
    const found = { kind: "redo", because: "x" } as const;
    expect(nextStep("verify", found, MAX_ROUNDS, true, 1)).toMatchObject({ kind: "stage", stage: "green" });
    expect(nextStep("verify", found, MAX_ROUNDS + 1, true, 1)).toMatchObject({ kind: "end", code: "ROUNDS_SPENT" });
  });

  it("that is gone is to be restored", () => {
    expect(refuseMove({ ...FOUND, head: null }, "fix", 0)).toMatchObject({
      ...{ code: "BRANCH_GONE", because: expect.stringContaining("Restore the branch") },
    });
  });

  it("takes the work as it is only where no file meets", () => {
    expect(meet(["a.js", "docs/x.md"], ["b.js", "docs/y.md"])).toBe(false);
    expect(meet(["a.js"], ["b.js", "a.js"])).toBe(true);
    expect(meet(["docs"], ["docs/y.md"])).toBe(true);
    expect(meet(["src/a/b.js"], ["src/a"])).toBe(true);
  });
});

it("a pull request that is over is answered by how it ended", () => {
  const pull = { number: 2, merged: true };
  expect(closedMeanwhile(pull, FOUND.commit)).toMatchObject({ code: "PULL_MERGED" });
  expect(closedMeanwhile({ ...pull, merged: false }, FOUND.commit)).toMatchObject({ code: "PULL_CLOSED" });
});
