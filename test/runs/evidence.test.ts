import { describe, expect, it } from "vitest";
import type { Evidence } from "../../src/domain/evidence.ts";
import { planSchema } from "../../src/domain/plan.ts";
import { checkEvidence } from "../../src/runs/evidence.ts";

const [base, tests, head] = ["a", "b", "c"].map((letter) => letter.repeat(40)) as [string, string, string];
const sound: Evidence = {
  plan: planSchema.parse({
    title: "t",
    goal: "g",
    criteria: [{ text: "one" }, { text: "two", proof: "not-verifiable" }],
  }),
  baseSha: base,
  testSha: tests,
  headSha: head,
  rows: [
    {
      criterion: 1,
      test: "one",
      file: "t.js",
      red: { commit: tests, reason: "assertion", excerpt: "" },
      green: { commit: head },
    },
  ],
  suite: { before: { passed: 1, failed: 0, skipped: 0 }, after: { passed: 2, failed: 0, skipped: 0 } },
  hunks: { tried: 0, noticed: 0, unnoticed: [] },
  notVerified: [],
};
const [row] = sound.rows as [Evidence["rows"][number]];

describe("checking evidence", () => {
  it("finds nothing wrong with evidence that carries its claim", () => {
    expect(checkEvidence(sound)).toEqual([]);
  });

  it.each<[string, Partial<Evidence>]>([
    ["a criterion without a test", { rows: [] }],
    ["a test that was never green", { rows: [{ ...row, green: null }] }],
    ["green seen on another commit", { rows: [{ ...row, green: { commit: base } }] }],
    ["red seen on another commit", { rows: [{ ...row, red: { ...row.red, commit: head } }] }],
    ["a head that is the base", { headSha: base, rows: [{ ...row, green: { commit: base } }] }],
    ["a commit that is none", { headSha: "HEAD" }],
  ])("finds %s", (_name, change) => {
    expect(checkEvidence({ ...sound, ...change })).not.toEqual([]);
  });

  it("asks for no test where the plan says that nothing can be tested", () => {
    const plan = { ...sound.plan, verification: "none" as const };
    expect(checkEvidence({ ...sound, plan, rows: [], testSha: null })).toEqual([]);
  });
});
