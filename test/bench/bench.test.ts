/** The arithmetic and the table every bench shares. */
import { expect, it } from "vitest";
import { alone, compared, quantile, tableOf } from "./bench.ts";

it("gives a figure with its ratio to what it is compared with", () => {
  expect(compared("gap", "ms", 3, 2)).toEqual({ id: "gap", value: 3, unit: "ms", versus: 2, ratio: 1.5 });
  expect(compared("gap", "ms", 3, 0).ratio).toBeNull();
});

it("takes quantiles of unsorted values, and none of nothing", () => {
  expect(quantile([9, 1, 5], 0.5)).toBe(5);
  expect(quantile([3, 1, 2, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

it("lines figures up in a table", () => {
  const bench = { name: "loop", about: "a against b", run: async () => [] };
  expect(tableOf(bench, [compared("gap", "ms", 1234, 617), alone("size", "MB", 5)]).split("\n")).toEqual([
    "loop: a against b",
    "figure   ours  versus  ratio  unit",
    "gap     1,234     617      2  ms",
    "size        5       –      –  MB",
  ]);
});
