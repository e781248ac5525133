/**
 * Reads what Python's `unittest discover --verbose` printed, behind a list of
 * the test files there are: it names modules, people name files.
 */
import type { TestResult } from "../../domain/evidence.ts";
import { MAX_FAILURE_CHARS, type ParsedReport } from "./junit.ts";

const RULE = /^={70}$/;
const OUTCOMES: Readonly<Record<string, TestResult["outcome"]>> = {
  ok: "passed",
  FAIL: "failed",
  ERROR: "failed",
  skipped: "skipped",
  "expected failure": "passed",
  "unexpected success": "failed",
};

/** @returns null when no run of unittest is in the text */
export function parseUnittest(text: string): ParsedReport | null {
  if (!/^Ran \d+ tests? in /m.test(text)) return null;
  const files = [...text.matchAll(/^(?:\.\/)?(\S+\.py)$/gm)].map(([, file = ""]) => file);
  const faults = faultsOf(text);
  const tests: TestResult[] = [];
  const unloadable: { file: string; failure: string }[] = [];
  for (const [, method = "", place = "", word = ""] of text.matchAll(
    /^(\S+) \(([\w.]+)\)(?:\n[^\n]*?)? \.\.\. (?:[^\n]*?)(ok|FAIL|ERROR|skipped|expected failure|unexpected success)\b/gm,
  )) {
    const failure = faults.get(`${method} (${place})`) ?? null;
    const broken = /^unittest\.loader\._FailedTest\./.test(place);
    if (broken) {
      unloadable.push({ file: fileOf(method, files), failure: failure ?? word });
      continue;
    }
    const [module, ...rest] = split(place, method);
    const file = fileOf(module, files);
    const name = [...rest, method].join(" › ");
    const outcome = OUTCOMES[word] ?? "failed";
    tests.push({
      id: `${file} › ${name}`,
      file,
      name,
      outcome,
      failure: outcome === "failed" ? (failure ?? word) : null,
    });
  }
  return { tests, unloadable };
}

/** Python 3.11 and later end the place with the method, earlier ones with the class. */
function split(place: string, method: string): readonly [string, string] {
  const parts = place.split(".");
  if (parts.at(-1) === method) parts.pop();
  const suite = parts.pop() ?? "";
  return [parts.join("."), suite];
}

function fileOf(module: string, files: readonly string[]): string {
  const path = `${module.replaceAll(".", "/")}.py`;
  return files.find((file) => file === path) ?? files.find((file) => file.endsWith(`/${path}`)) ?? path;
}

function faultsOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n");
  const faults = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const name = RULE.test(line) ? /^(?:ERROR|FAIL): (\S+ \([\w.]+\))/.exec(lines[index + 1] ?? "")?.[1] : undefined;
    if (name === undefined) continue;
    const rest = lines.slice(index + 2);
    const end = rest.findIndex((one, offset) => RULE.test(one) || (offset > 0 && /^-{70}$/.test(one)));
    const words = rest.slice(0, end < 0 ? undefined : end).filter((one) => !/^-{70}$/.test(one));
    faults.set(name, words.join("\n").trim().slice(-MAX_FAILURE_CHARS));
  }
  return faults;
}
