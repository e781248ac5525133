import { describe, expect, it } from "vitest";
import { judgeBudget } from "../../../src/policy/limits/budget.ts";

describe("a budget in a person's words", () => {
  it.each([
    ["8", 8],
    ["12.50", 12.5],
    ["$8", 8],
    ["$ 8.5", 8.5],
    ["8 $", 8],
    ["8 usd", 8],
    ["8 dollars ", 8],
    ["0.05", 0.05],
    ["20", 20],
  ])("%j is %d dollars", (words, usd) => {
    expect(judgeBudget(words, 20)).toEqual({ kind: "set", usd, asked: null });
  });

  it.each([
    "",
    "0",
    "0.00",
    "-1",
    "much",
    "8 eur",
    "1e3",
    "8,50",
    "5 5",
    "NaN",
    "Infinity",
    "1234567",
    "8.505",
    "8\n9",
  ])("%j is none", (words) => {
    expect(judgeBudget(words, 20)).toEqual({ kind: "unreadable" });
  });

  it("is never more than the operator allows, and says what was asked", () => {
    expect(judgeBudget("20.01", 20)).toEqual({ kind: "set", usd: 20, asked: 20.01 });
    expect(judgeBudget("999999", 2.5)).toEqual({ kind: "set", usd: 2.5, asked: 999_999 });
  });
});
