import { describe, expect, it } from "vitest";
import { type Boot, predecessorOf } from "../../src/store/records/predecessor.ts";

/** @param boots `commit`, or `commit!` for one that was stopped; oldest first */
function lived(...boots: readonly string[]): readonly Boot[] {
  return boots
    .map((word, index) => ({
      ...{ id: `${index} ${word}`, version: "1.0.0", commit: word.replace("!", ""), bootedAt: new Date(index) },
      stoppedAt: word.endsWith("!") ? new Date(index + 1) : null,
    }))
    .reverse();
}

describe("what a version came after", () => {
  it.each([
    ["nothing, at the first boot ever", [], null],
    ["the version before", ["a!", "b!"], "1 b!"],
    ["the version before, told by the second process too", ["a", "c"], "0 a"],
    ["the newest boot of the version before", ["a!", "a"], "1 a"],
    ["not an older one that started again beside it", ["a", "b", "a"], "1 b"],
    ["the older one that was put back", ["a!", "b!", "a"], "2 a"],
    ["the newer one when neither could say that it stopped", ["a", "b", "a!"], "1 b"],
    ["the last one when all were stopped", ["a!", "b!", "a!"], "1 b!"],
  ])("is %s", (_, boots, expected) => {
    expect(predecessorOf({ version: "1.0.0", commit: "c" }, lived(...boots))).toBe(expected);
  });

  it("is another version where nobody knows the commits", () => {
    expect(predecessorOf({ version: "1.1.0", commit: "unknown" }, lived("unknown"))).toBe("0 unknown");
    expect(predecessorOf({ version: "1.0.0", commit: "unknown" }, lived("unknown"))).toBeNull();
  });
});
