/**
 * Reads what `go test -json` printed, behind a list of the test functions there
 * are (`path:line:func Name`): go itself does not say in which file a test lies.
 */
import { z } from "zod";
import type { TestResult } from "../../domain/evidence.ts";
import { MAX_FAILURE_CHARS, type ParsedReport } from "./junit.ts";

const eventSchema = z.looseObject({
  Action: z.string(),
  Package: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
});
type Event = z.infer<typeof eventSchema>;

interface Known {
  readonly folder: string;
  readonly file: string;
  readonly test: string;
}

const OUTCOMES = { pass: "passed", fail: "failed", skip: "skipped" } as const;

/** @returns every test that ran, and every test file of a package that does not compile; null when go said nothing */
export function parseGoTest(text: string): ParsedReport | null {
  const lines = text.split("\n");
  const known = lines.flatMap(knownTest);
  const events = lines.flatMap(eventOf);
  const unloadable = brokenPackages(lines, known);
  if (events.length === 0 && unloadable.length === 0) return null;
  return { tests: testsOf(events, known), unloadable };
}

function knownTest(line: string): readonly Known[] {
  const found = /^(?:\.\/)?([^:\s]+_test\.go):\d+:func (\w+)/.exec(line);
  const [, file, test] = found ?? [];
  if (file === undefined || test === undefined) return [];
  return [{ folder: file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "", file, test }];
}

function eventOf(line: string): readonly Event[] {
  if (!line.startsWith("{")) return [];
  try {
    const parsed = eventSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch (error) {
    // a test may print a brace itself
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function testsOf(events: readonly Event[], known: readonly Known[]): readonly TestResult[] {
  const ended = events.filter((event) => event.Test !== undefined && event.Action in OUTCOMES);
  return ended.map(({ Package: name = "", Test: test = "", Action: action }) => {
    const outcome = OUTCOMES[action as keyof typeof OUTCOMES];
    const file = fileOf(name, test, known);
    const shown = test.replaceAll("/", " › ");
    const said = events.filter(
      (one) => one.Package === name && (one.Test === test || one.Test?.startsWith(`${test}/`) === true),
    );
    const words = said.map((one) => one.Output ?? "").join("");
    return {
      id: `${file ?? name} › ${shown}`,
      file,
      name: shown,
      outcome,
      failure: outcome === "failed" ? words.slice(0, MAX_FAILURE_CHARS) : null,
    };
  });
}

function fileOf(name: string, test: string, known: readonly Known[]): string | null {
  const [top] = test.split("/");
  return inPackage(name, known).find((one) => one.test === top)?.file ?? null;
}

/** A package's path ends in its folder; the longest folder that fits is meant, the top when none does. */
function inPackage(name: string, known: readonly Known[]): readonly Known[] {
  const folders = known.map(({ folder }) => folder).filter((folder) => `/${name}`.endsWith(`/${folder}`));
  const folder = folders.sort((one, other) => other.length - one.length)[0] ?? "";
  return known.filter((one) => one.folder === folder);
}

/** What does not compile stands in front of `FAIL <package> [build failed]`; none of the package's tests ran. */
function brokenPackages(lines: readonly string[], known: readonly Known[]): ParsedReport["unloadable"] {
  return lines.flatMap((line, index) => {
    const name = /^FAIL\s+(\S+) \[(?:build|setup) failed\]/.exec(plainLine(line))?.[1];
    if (name === undefined) return [];
    const before = lines.slice(0, index).map(plainLine);
    const start = before.findLastIndex(
      (one) => one.startsWith("# ") && one.slice(2).split(/[\s[]/)[0]?.startsWith(name),
    );
    const failure = before
      .slice(start + 1)
      .join("\n")
      .slice(0, MAX_FAILURE_CHARS);
    const named = [...failure.matchAll(/^(?:\.\/)?(\S+_test\.go):\d+/gm)].map(([, file = ""]) => file);
    const files = new Set([...inPackage(name, known).map(({ file }) => file), ...named]);
    return [...files].map((file) => ({ file, failure }));
  });
}

/** Newer go wraps these lines into JSON of their own. */
function plainLine(line: string): string {
  const [event] = eventOf(line);
  return (event?.Output ?? line).trimEnd();
}
