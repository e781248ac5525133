/** Whether what was decided in a merge was read, told where people look for it. */
import { expect, it } from "vitest";
import type { Evidence, OntoBase } from "../../../src/domain/evidence.ts";
import type { Merge } from "../../../src/runs/rebase/merge-of.ts";
import { reviewDoubts } from "../../../src/runs/rebase/resolution/doubts.ts";
import { mergeDoubts, mergeReviewed, rebasedLine } from "../../../src/runs/rebase/words.ts";

const TIP = "b".repeat(40);
const MERGE = { into: "main", tip: TIP, kind: "merged" } as Merge;
const DECIDED = `In the merge with main at bbbbbbb: Devon resolved a.js: both stay.`;
const EARLIER = "No review took place: the budget is spent";

function evidence(review: Parameters<typeof reviewDoubts>[1], decided = [DECIDED]): Evidence {
  const onto: Partial<OntoBase> = { base: TIP, suite: null };
  const notVerified = [...decided, ...reviewDoubts(MERGE, review), EARLIER];
  return { onto, headSha: "c".repeat(40), notVerified } as unknown as Evidence;
}
const how = (found: Evidence) => rebasedLine({ login: "maya", into: "main", evidence: found });

it("a finding and a missing review stand with the merge, where later runs keep them", () => {
  const read = evidence({ must: [], rest: ["nit: a.js: short"], missing: null });
  expect(mergeDoubts([read])).toEqual([DECIDED, "In the merge with main at bbbbbbb: Reviewer, nit: a.js: short"]);
  const unread = evidence({ must: [], rest: [], missing: "the turns are spent" });
  expect(mergeDoubts([unread])[1]).toBe("In the merge with main at bbbbbbb: No review took place: the turns are spent");
  expect([read, unread].map((one) => mergeReviewed("main", one))).toEqual([true, false]);
});

it("the answer claims a reviewer only where one has read it", () => {
  expect(how(evidence({ must: [], rest: [], missing: null }))).toContain("Devon decided and a reviewer read it: see");
  expect(how(evidence({ must: [], rest: [], missing: "x" }))).toContain("Devon decided: see");
  expect(how(evidence(null, []))).toContain("without a conflict");
});
