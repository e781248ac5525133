/** Squawk's advice: read as notes, and out of the author's reach. */
import { describe, expect, it } from "vitest";
import { lockAdvice } from "../../../src/runs/migrations/squawk.ts";

const INDEX = "CREATE INDEX people_name ON people (name);\n";

const here = `${process.platform}-${process.arch}`;
if (here !== "linux-x64") {
  it("is missing where there is no build of it, and nothing fails", async () => {
    expect(await lockAdvice(INDEX)).toEqual([]);
  });
} else
  describe("advice on locks", () => {
    it("names the rule and the line", async () => {
      expect(await lockAdvice(`-- first\n${INDEX}`)).toMatchObject([
        { rule: "squawk/require-concurrent-index-creation", line: 2 },
      ]);
    });

    it.each([
      "-- squawk-ignore-file\n",
      "-- squawk-ignore require-concurrent-index-creation\n",
      "-- Squawk-Ignore-File\n",
    ])("is not silenced by the author's %j", async (comment) => {
      expect(await lockAdvice(comment + INDEX)).toHaveLength(1);
    });

    it("is missing, not in the way, where the text cannot be read", async () => {
      expect(await lockAdvice("CREATE INDEX INDEX INDEX (((")).toEqual([]);
    });
  });
