/**
 * Reads the Test Anything Protocol, which a Makefile's tests can print in any
 * language: `ok 1 - name`, `not ok 2 - name`, `# file: tests/a.sh` in front.
 */
import type { TestResult } from "../../domain/evidence.ts";
import { MAX_FAILURE_CHARS, type ParsedReport } from "./junit.ts";

const RESULT = /^\s*(not )?ok\b(?:\s+\d+)?(?:\s+-)?\s*(.*?)(?:\s+#\s*(SKIP|TODO)\b.*)?$/i;
/** A shell's own word that a script does not parse, as dash and bash say it. */
const BROKEN = /^(?:(?:\S*\/)?(?:ba|da)?sh: )?(\S+?): (?:line )?\d+: (?:.*[Ss]yntax error|unexpected EOF)/;

/** @returns null when the text holds no result */
export function parseTap(text: string): ParsedReport | null {
  const lines = text.split("\n");
  const tests: TestResult[] = [];
  const unloadable = new Map<string, string>();
  let file: string | null = null;
  for (const [index, line] of lines.entries()) {
    file = /^\s*# (?:file|Subtest): (\S+\/\S+)$/.exec(line)?.[1] ?? file;
    const broken = BROKEN.exec(line)?.[1];
    if (broken !== undefined) unloadable.set(broken, `${unloadable.get(broken) ?? ""}${line}\n`);
    const found = RESULT.exec(line);
    if (found !== null) tests.push(resultOf(found, file, diagnostics(lines, index)));
  }
  return tests.length === 0 && unloadable.size === 0
    ? null
    : { tests, unloadable: [...unloadable].map(([broken, failure]) => ({ file: broken, failure })) };
}

function resultOf(found: RegExpExecArray, file: string | null, said: string): TestResult {
  const [, not, name = "", directive] = found;
  const outcome = directive !== undefined ? "skipped" : not === undefined ? "passed" : "failed";
  const failure = outcome === "failed" ? `not ok - ${name}\n${said}`.slice(0, MAX_FAILURE_CHARS) : null;
  return { id: `${file ?? "tap"} › ${name}`, file, name, outcome, failure };
}

/** What follows a result up to the next one: comments and YAML. */
function diagnostics(lines: readonly string[], index: number): string {
  const rest = lines.slice(index + 1);
  const end = rest.findIndex((line) => !/^\s*#(?! (?:file|Subtest):)|^\s{2,}\S/.test(line));
  return rest.slice(0, end < 0 ? undefined : end).join("\n");
}
