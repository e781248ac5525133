/** A plan answers for every point, and an answer claims no more than the evidence carries. */
import { describe, expect, it } from "vitest";
import type { Evidence } from "../../../src/domain/evidence.ts";
import { fixPlanSchema, planSchema } from "../../../src/domain/plan.ts";
import type { Point, Thread } from "../../../src/domain/task.ts";
import { answerWords, batchWords } from "../../../src/runs/fix/answer-words.ts";
import { disagreesWithAll, judgePoints } from "../../../src/runs/fix/judge-points.ts";
import { isFixed, outcomeOf } from "../../../src/runs/fix/outcomes.ts";

const [TEST_SHA, HEAD] = ["1".repeat(40), "abcdef1".padEnd(40, "0")];
const THREAD: Thread = {
  ...{ comment: 9, path: "a.js", line: 1, startLine: null, commit: "c", outdated: false, hunk: "", before: [] },
  side: "RIGHT",
};
const point = (id: number): Point => ({ id, words: "w", thread: THREAD });
const whole = (id: number): Point => ({ id, words: "w", thread: null });

const PROOFS = ["test-first", "behaviour-preserving", "not-verifiable"] as const;
const criteria = PROOFS.map((proof) => ({ text: proof, proof }));

function plan(points: readonly unknown[], more: object = {}) {
  return planSchema.parse({ title: "t", goal: "g", criteria, points, ...more });
}

function evidence(points: readonly unknown[], change: Partial<Evidence> = {}, more: object = {}): Evidence {
  const red = { commit: TEST_SHA, reason: "assertion", excerpt: "" } as const;
  return {
    plan: plan(points, more),
    ...{ baseSha: "0".repeat(40), testSha: TEST_SHA, headSha: HEAD },
    rows: [{ criterion: 1, test: "it `works`", file: "a.test.js", red, green: { commit: HEAD } }],
    suite: { before: { passed: 2, failed: 0, skipped: 0 }, after: { passed: 3, failed: 0, skipped: 0 } },
    hunks: { tried: 0, noticed: 0, unnoticed: [] },
    notVerified: [],
    ...change,
  };
}

const said = (found: Evidence, touched = ["a.js"]) => {
  const outcome = outcomeOf(point(1), found, new Set(touched));
  return outcome === null ? null : [isFixed(outcome), answerWords(outcome, HEAD)];
};

describe("a point", () => {
  it("is done by a test that was red on the tests' commit and is green on the head, and by no other", () => {
    const done = [{ point: 1, criteria: [1] }];
    expect(said(evidence(done))).toEqual([
      true,
      "Done in abcdef1, test `it works` (`a.test.js`): red before, green now.",
    ]);
    const [row] = evidence(done).rows;
    const elsewhere = { ...row, green: { commit: TEST_SHA } } as Evidence["rows"][number];
    const redElsewhere = {
      ...row,
      red: { commit: HEAD, reason: "assertion", excerpt: "" },
    } as Evidence["rows"][number];
    for (const rows of [[], [elsewhere], [{ ...elsewhere, green: null }], [redElsewhere]])
      expect(said(evidence(done, { rows }))).toMatchObject([false, expect.stringContaining("not verified")]);
  });

  it("is done without a new test only where every test is green and its file was changed", () => {
    const done = [{ point: 1, criteria: [2] }];
    expect(said(evidence(done))).toEqual([true, "Done in abcdef1. Behaviour stays as it was: all 3 tests are green."]);
    const suite = (passed: number, failed: number) => ({
      suite: { before: { passed, failed, skipped: 0 }, after: { passed, failed, skipped: 0 } },
    });
    expect(said(evidence(done), ["b.js"])?.[1]).toContain("not verified: the file it is about was not changed");
    expect(said(evidence(done, suite(3, 1)))?.[1]).toContain("not verified: 1 tests fail, as they did before");
    expect(said(evidence(done, suite(0, 0)))?.[1]).toContain("not verified: no test ran");
    const none = { verification: "none", verificationReason: "a text" };
    expect(said(evidence(done, {}, none))).toMatchObject([false, expect.stringContaining("no test was written")]);
  });

  it("stays open where a part of it is shown by nothing", () => {
    expect(said(evidence([{ point: 1, criteria: [1, 3] }]))).toMatchObject([
      false,
      expect.stringMatching(
        /^Done in abcdef1, test `it works` \(`a\.test\.js`\), not verified: no test shows all of it/,
      ),
    ]);
  });

  it("that Orion disagrees with says why, in words that do nothing", () => {
    const [fixed, words = ""] = said(evidence([{ point: 1, disagree: "@maya see #3\n/deploy ![x](http://x)" }])) ?? [];
    expect(fixed).toBe(false);
    expect(words).toMatch(/^Disagree, because @\u200dmaya see #\u200d3 /);
    expect(words).not.toContain("](http");
  });

  it("in which nothing was asked gets no answer", () => {
    expect(said(evidence([{ point: 2, criteria: [1, 2, 3] }]))).toBeNull();
  });
});

describe("the end of a batch", () => {
  it("counts, and says what has no thread", () => {
    const found = evidence([
      { point: 1, criteria: [1] },
      { point: 2, criteria: [2, 3] },
      { point: 3, disagree: "no" },
    ]);
    const answered = [point(1), point(2), whole(3)].flatMap((one) => {
      const outcome = outcomeOf(one, found, new Set(["a.js"]));
      return outcome === null ? [] : [{ point: one, outcome, inThread: one.thread !== null }];
    });
    const counts = "Of 3 points: 1 shown by tests, 1 done and not verified, 1 not done, because I disagree.";
    const whole3 = "On the whole: Disagree, because no";
    expect(batchWords(answered, HEAD)).toEqual([`${counts} Each thread has its answer.`, whole3]);
    expect(batchWords(answered.slice(0, 1), HEAD)).toEqual([]);
    // what a thread does not hold, since it is gone or locked, stands here
    const [one, ...rest] = answered.map((told) => ({ ...told, inThread: false }));
    const said = "`a.js:1`: Done in abcdef1, test `it works` (`a.test.js`): red before, green now.";
    const astray = "What I could not say in its thread:\n- ";
    expect(one && batchWords([one], HEAD)).toEqual([`${astray}${said}`]);
    expect(one && batchWords([one, ...answered.slice(1)], HEAD)).toEqual([counts, whole3, `${astray}${said}`]);
    const two = batchWords(one === undefined ? [] : [one, ...rest], HEAD).at(-1);
    expect(two).toMatch(/\n- `a\.js:1`: Done in abcdef1, test .*\n- `a\.js:1`: Done in abcdef1, not verified: /);
  });
});

describe("the plan of a fix", () => {
  const all = [
    { point: 1, criteria: [1, 2] },
    { point: 2, criteria: [3] },
  ];
  it.each([
    ["a point that is missing", all.slice(0, 1), "criterion 3 serves no point; point 2 is missing"],
    ["a point that is there twice", [...all, all[1]], "point 2 is there twice"],
    ["a point nobody raised", [...all, { point: 7, criteria: [1] }], "there is no point 7"],
    ["a criterion that is not there", [all[0], { point: 2, criteria: [3, 4] }], "point 2 names criterion 4"],
    ["a criterion that serves no point", [{ point: 1, criteria: [1] }, all[1]], "criterion 2 serves no point"],
    ["a point without an answer", [{ point: 1, criteria: [1, 2, 3] }, { point: 2 }], "point 2 has no criterion"],
    [
      "both at once",
      [all[0], { point: 2, criteria: [3], disagree: "x" }],
      "point 2 has criteria and is disagreed with",
    ],
  ])("is refused for %s", (_, points, told) => {
    expect(judgePoints(plan(points), [point(1), point(2)])).toContain(told);
  });

  it("is taken when every point has its answer, where a remark on the whole needs none", () => {
    expect(judgePoints(plan(all), [point(1), point(2)])).toBeNull();
    expect(judgePoints(plan(all), [point(1), point(2), whole(3)])).toBeNull();
    expect(judgePoints(plan([]), [point(1)])).toBeNull();
    expect(judgePoints(plan([]), [])).toBeNull();
  });

  it("may plan nothing only where it disagrees with every point", () => {
    const nothing = (points: readonly unknown[]) => fixPlanSchema.parse({ title: "t", goal: "g", points });
    const disagreed = nothing([{ point: 1, disagree: "x" }]);
    expect(judgePoints(disagreed, [point(1)])).toBeNull();
    expect(disagreesWithAll(disagreed, [point(1)])).toBe(true);
    expect(planSchema.parse(disagreed)).toEqual(disagreed);
    expect(judgePoints(nothing([]), [point(1)])).toContain("plan at least one criterion");
    expect(judgePoints(nothing([{ point: 1, criteria: [1] }]), [point(1)])).toContain("names criterion 1");
    expect(disagreesWithAll(plan(all), [point(1), point(2)])).toBe(false);
  });
});
