/**
 * Reads what `cargo test` printed: one block a target, each with its own
 * results. A target that does not compile has no block, only errors.
 */
import type { TestResult } from "../../domain/evidence.ts";
import { MAX_FAILURE_CHARS, type ParsedReport } from "./junit.ts";

const RESULT = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)\b/;
const OUTCOMES: Readonly<Record<string, TestResult["outcome"]>> = {
  ok: "passed",
  FAILED: "failed",
  ignored: "skipped",
};

/** @returns null when the text holds neither a target nor a compile error */
export function parseLibtest(text: string): ParsedReport | null {
  const lines = text.split("\n");
  const unloadable = brokenTargets(text);
  const tests: TestResult[] = [];
  let target: { readonly file: string | null; readonly start: number } | null = null;
  for (const [index, line] of lines.entries()) {
    const began = targetOf(line);
    if (began !== null) target = { file: began.file, start: index };
    const [, name, word] = RESULT.exec(line) ?? [];
    if (target === null || name === undefined || word === undefined) continue;
    tests.push(resultOf(name, word, target.file, blockFrom(lines, target.start)));
  }
  return target === null && unloadable.length === 0 ? null : { tests, unloadable };
}

function targetOf(line: string): { readonly file: string | null } | null {
  const running = /^\s+Running (?:unittests )?(\S+\.rs) \(/.exec(line)?.[1];
  if (running !== undefined) return { file: running };
  return /^\s+Doc-tests \S+/.test(line) ? { file: null } : null;
}

function blockFrom(lines: readonly string[], start: number): readonly string[] {
  const end = lines.findIndex((line, index) => index > start && targetOf(line) !== null);
  return lines.slice(start, end < 0 ? undefined : end);
}

function resultOf(name: string, word: string, target: string | null, block: readonly string[]): TestResult {
  // a documentation test is named after its place: `src/lib.rs - add (line 1)`
  const file = target ?? /^(\S+\.rs) - /.exec(name)?.[1] ?? null;
  const shown = name.replaceAll("::", " › ");
  const outcome = OUTCOMES[word] ?? "failed";
  const failure = outcome === "failed" ? failureOf(name, block) : null;
  return { id: `${file ?? "cargo"} › ${shown}`, file, name: shown, outcome, failure };
}

function failureOf(name: string, block: readonly string[]): string {
  const start = block.indexOf(`---- ${name} stdout ----`);
  if (start < 0) return "FAILED, without a word why";
  const rest = block.slice(start + 1);
  const end = rest.findIndex((line) => /^---- .* stdout ----$|^failures:$/.test(line));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .trim()
    .slice(0, MAX_FAILURE_CHARS);
}

/** One entry a file that an error points into, with all the errors: together they kept cargo from running any test. */
function brokenTargets(text: string): ParsedReport["unloadable"] {
  if (!/^error: could not compile /m.test(text)) return [];
  const failure = text.slice(text.search(/^error/m)).slice(0, MAX_FAILURE_CHARS);
  const files = new Set([...failure.matchAll(/^\s*--> (\S+\.rs):\d+/gm)].map(([, file = ""]) => file));
  return [...files].map((file) => ({ file, failure }));
}
