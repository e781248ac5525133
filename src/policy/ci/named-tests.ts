/**
 * Which tests of a suite a failed check names as failing. Its words are a
 * stranger's, in the format of whatever runner printed them; this looks for
 * lines with a mark of failure, and trusts them no further than that. Pure.
 */
import type { TestResult } from "../../domain/evidence.ts";

/** How runners mark a failing test on its own line. */
const FAILS = /[✖✗✘×❌●]|\bnot ok\b|\bFAIL(?:ED|URE|S)?\b|\bfail(?:ed|ing|ure|s)?\b|##\[error\]|\bERROR\b/;
const PASSES = /[✔✓√✅]|\bPASS(?:ED)?\b|^\s*ok\b|\b0 fail/;
const LEAST_CHARS = 3;
const MOST_LINES = 5_000;
const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");

/**
 * @param said lines that speak of failures only, e.g. annotations and titles
 * @param log whatever was printed: only lines with a mark of failure count
 * @returns the tests named; of several that fit a line the longest name counts
 */
export function namedTests(
  tests: readonly TestResult[],
  { said, log }: { readonly said: string; readonly log: string },
): readonly TestResult[] {
  const lines = [
    ...said.split("\n"),
    ...log
      .replace(ANSI, "")
      .split("\n")
      .filter((line) => FAILS.test(line)),
  ]
    .filter((line) => line.trim() !== "" && !PASSES.test(line))
    .slice(-MOST_LINES);
  const named = new Set<TestResult>();
  const all = tests.map((test) => ({ test, names: namesOf(test) }));
  for (const line of lines) {
    let best: { readonly length: number; readonly tests: TestResult[] } = { length: 0, tests: [] };
    for (const { test, names } of all) {
      const length = Math.max(0, ...names.filter((name) => holds(line, name)).map((name) => name.length));
      if (length === 0 || length < best.length) continue;
      best = length > best.length ? { length, tests: [test] } : { length, tests: [...best.tests, test] };
    }
    for (const test of best.tests) named.add(test);
  }
  return [...named];
}

/** A report's name may hold its suites; a screen often shows the last part alone. */
function namesOf({ name }: TestResult): readonly string[] {
  const last = name.split(/ > | › |::|\//).at(-1) ?? name;
  return [...new Set([name, last].map((one) => one.trim()))].filter((one) => one.length >= LEAST_CHARS);
}

/** As whole words: `adds` is not named by `adds_three`. */
function holds(line: string, name: string): boolean {
  const at = line.indexOf(name);
  if (at < 0) return false;
  const word = /[\p{L}\p{N}_]/u;
  const before = line[at - 1] ?? "";
  const after = line[at + name.length] ?? "";
  return !(word.test(before) && word.test(name[0] ?? "")) && !(word.test(after) && word.test(name.at(-1) ?? ""));
}
