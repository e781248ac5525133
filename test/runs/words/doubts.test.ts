/** What a pull request says is not verified, over all of its runs. */
import { expect, it } from "vitest";
import type { EvidenceRow } from "../../../src/domain/evidence.ts";
import { doubts } from "../../../src/runs/words/doubts.ts";

const rows = [{}] as unknown as readonly EvidenceRow[];
const ran = (notVerified: readonly string[]) => ({ notVerified, rows });

it("says so when nothing is open, with and without a new test", () => {
  expect(doubts([ran([])])).toMatch(/^Every criterion is covered/);
  expect(doubts([{ notVerified: [], rows: [] }])).toContain("no new test was added");
});

it("keeps what an earlier run left open, apart from what the last one did", () => {
  const merge = "In the merge with main at abcdef0: Devon resolved src/a.js";
  expect(doubts([ran(["The README is not tested", "same"]), ran([merge]), ran(["same", "@maya has to look"])])).toBe(
    [
      "- same",
      "- @\u200dmaya has to look",
      `- ${merge}`,
      "",
      "Left open by earlier work on this pull request, unless the table above shows it now:",
      "",
      "- The README is not tested",
    ].join("\n"),
  );
  expect(doubts([ran(["The README is not tested"]), ran([])])).toMatch(/^Left open by earlier work/);
});

it("lists thirty, and says how many more there are", () => {
  const many = Array.from({ length: 33 }, (_, index) => `doubt ${index}`);
  expect(doubts([ran(many)])).toMatch(/- doubt 29\n- and 3 more, on the run page$/);
});
