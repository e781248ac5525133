/**
 * Reads a JUnit report into tests that are told apart by file and name. It
 * judges nothing; what a failure means is decided in `judge-red.ts`.
 */
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";
import type { TestReport, TestResult } from "../../domain/evidence.ts";

export const MAX_FAILURE_CHARS = 4_000;

const faultSchema = z.union([z.string(), z.looseObject({})]);
const caseSchema = z.looseObject({
  "@name": z.string().default(""),
  "@classname": z.string().optional(),
  "@file": z.string().optional(),
  failure: z.array(faultSchema).optional(),
  error: z.array(faultSchema).optional(),
  skipped: z.array(faultSchema).optional(),
});
type Case = z.infer<typeof caseSchema>;

interface Suite {
  readonly name: string;
  readonly file: string | undefined;
  readonly cases: readonly Case[];
  readonly suites: readonly Suite[];
}

/** What every reader of a report gives, whatever the format. */
export type ParsedReport = Pick<TestReport, "tests" | "unloadable">;

/**
 * @param xml a JUnit report as vitest, jest-junit, node:test, mocha, pytest, Surefire and others write it
 * @param workdir absolute path of the workspace inside the sandbox; taken off file names
 * @throws OrionError TEST_REPORT_UNREADABLE when it is no XML or holds no test suite
 */
export function parseJUnit(xml: string, workdir: string): ParsedReport {
  const roots = rootSuites(xml);
  const tests: TestResult[] = [];
  const unloadable: { file: string; failure: string }[] = [];
  const seen = new Map<string, number>();
  for (const found of roots.flatMap((suite) => flatten(suite, []))) {
    const file = fileOf(found, workdir);
    const failure = failureOf(found.case, workdir);
    if (failure !== null && isLoadFailure(found.case, file, failure, workdir)) {
      unloadable.push({ file: file ?? found.case["@name"], failure });
      continue;
    }
    const name = [...found.path, ...pytestClass(found.case, file), found.case["@name"]].join(" › ");
    const id = numbered(`${file ?? found.case["@classname"] ?? ""} › ${name}`, seen);
    const outcome = failure !== null ? "failed" : found.case.skipped !== undefined ? "skipped" : "passed";
    tests.push({ id, file, name, outcome, failure });
  }
  return { tests, unloadable };
}

interface Found {
  readonly path: readonly string[];
  readonly suiteFile: string | undefined;
  readonly case: Case;
}

function rootSuites(xml: string): readonly Suite[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseAttributeValue: false,
    parseTagValue: false,
    htmlEntities: true,
    isArray: (name) => ["testsuite", "testcase", "failure", "error", "skipped"].includes(name),
  });
  let parsed: unknown;
  try {
    parsed = parser.parse(xml);
  } catch (cause) {
    throw unreadable("it is not well-formed XML", cause);
  }
  const document = z.looseObject({}).safeParse(parsed).data;
  const top = document?.testsuites ?? (document?.testsuite === undefined ? undefined : document);
  if (top === undefined) throw unreadable("it has neither <testsuites> nor <testsuite>");
  const root = suiteOf(top);
  return [{ ...root, name: "" }];
}

function unreadable(why: string, cause?: unknown): OrionError {
  return new OrionError(
    "TEST_REPORT_UNREADABLE",
    `the test report cannot be read: ${why}; let test.report in .github/orion.yml name the JUnit file that the test command writes`,
    {},
    cause,
  );
}

function suiteOf(value: unknown): Suite {
  const node = z.looseObject({}).safeParse(value).data ?? {};
  const cases = z.array(caseSchema).safeParse(node.testcase).data ?? [];
  const children = z.array(z.unknown()).safeParse(node.testsuite).data ?? [];
  const text = (key: string): string | undefined => (typeof node[key] === "string" ? node[key] : undefined);
  return { name: text("@name") ?? "", file: text("@file"), cases, suites: children.map(suiteOf) };
}

function flatten(suite: Suite, path: readonly string[]): readonly Found[] {
  const here = suite.cases.map((one) => ({
    path: pathOf(path),
    suiteFile: suite.file ?? fileLike(suite.name),
    case: one,
  }));
  const below = suite.suites.flatMap((child) => flatten(child, child.name === "" ? path : [...path, child.name]));
  return [...here, ...below];
}

/** A leading suite that only repeats the file or the runner's own name says nothing about the test. */
function pathOf(path: readonly string[]): readonly string[] {
  const [first, ...rest] = path;
  return first !== undefined && (fileLike(first) !== undefined || first === "pytest") ? rest : path;
}

/** pytest puts the class behind the module: `tests.test_a.TestX` in `tests/test_a.py`. */
function pytestClass(one: Case, file: string | null): readonly string[] {
  const module = file?.endsWith(".py") ? `${file.slice(0, -3).replaceAll("/", ".")}.` : null;
  const name = one["@classname"];
  return module !== null && name?.startsWith(module) ? [name.slice(module.length)] : [];
}

function fileLike(text: string | undefined): string | undefined {
  return text !== undefined && /^[^\s:*?"<>|]+\.[a-z]{1,4}$/i.test(text) && /[/\\.]/.test(text) ? text : undefined;
}

function fileOf(found: Found, workdir: string): string | null {
  const given = found.case["@file"] ?? fileLike(found.case["@classname"]) ?? found.suiteFile;
  return given === undefined ? null : relativeTo(given, workdir);
}

function relativeTo(path: string, workdir: string): string {
  const slashed = path.replaceAll("\\", "/");
  const prefix = workdir.endsWith("/") ? workdir : `${workdir}/`;
  return (slashed.startsWith(prefix) ? slashed.slice(prefix.length) : slashed).replace(/^\.\//, "");
}

function failureOf(one: Case, workdir: string): string | null {
  const faults = [...(one.failure ?? []), ...(one.error ?? [])];
  if (faults.length === 0) return null;
  return placesIn(faults.map(faultText).join("\n"), workdir).slice(0, MAX_FAILURE_CHARS);
}

function faultText(fault: z.infer<typeof faultSchema>): string {
  if (typeof fault === "string") return fault;
  const [type, message, text] = ["@type", "@message", "#text"].map((key) => fault[key]);
  const cause = type === "testCodeFailure" && typeof text === "string" ? nodeCause(text) : null;
  if (cause !== null) return cause;
  return [type, message, text].filter((part): part is string => typeof part === "string").join("\n");
}

/** node:test prints its own wrapper around the error, with the message three times; the error is what the test said. */
function nodeCause(text: string): string | null {
  const found = /^\s{0,2}cause: ([\s\S]*)\n\}\s*$/m.exec(text);
  // what an assertion adds stands in its message already
  return found?.[1]?.replace(/^ {2}/gm, "").replace(/\s*\{\s*generatedMessage: [\s\S]*$/, "") ?? null;
}

/** Where in the workspace it was, without where the workspace is and what the runner does inside. */
function placesIn(text: string, workdir: string): string {
  const prefix = workdir.endsWith("/") ? workdir : `${workdir}/`;
  return text
    .replaceAll(`file://${prefix}`, "")
    .replaceAll(prefix, "")
    .replace(/\n\s+at [^\n]*\(node:[^\n]*/g, "");
}

/** A case that stands for its whole file: vitest and node:test name it after the file, pytest says so. */
function isLoadFailure(one: Case, file: string | null, failure: string, workdir: string): boolean {
  if (/^(\S+\n)?collection failure\b/.test(failure) || /Test suite failed to run/.test(failure)) return true;
  const name = relativeTo(one["@name"], workdir);
  return file !== null && (name === file || (file.endsWith(`/${name}`) && fileLike(name) !== undefined));
}

function numbered(id: string, seen: Map<string, number>): string {
  const count = (seen.get(id) ?? 0) + 1;
  seen.set(id, count);
  return count === 1 ? id : `${id} (${count})`;
}
