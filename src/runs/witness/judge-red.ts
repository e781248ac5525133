/**
 * Was the red honest? Decides from two reports whether Tara's tests fail on the
 * untouched base because the feature is missing, and for no other reason. Pure.
 */
import type { RedReason, TestReport, TestResult } from "../../domain/evidence.ts";
import { needsTests, type Plan } from "../../domain/plan.ts";
import { missingName, unrelatedSyntaxError } from "./failure-words.ts";

/** A test Tara says shows a criterion. */
export interface Claim {
  readonly criterion: number;
  readonly file: string;
  readonly name: string;
}

export interface RedRow extends Claim {
  /** id in the report; null for a test in a file that does not load on the base */
  readonly id: string | null;
  readonly reason: RedReason;
  readonly excerpt: string;
}

export type RedVerdict =
  | { readonly kind: "red"; readonly rows: readonly RedRow[] }
  | { readonly kind: "refused"; readonly because: string };

export interface RedFacts {
  readonly plan: Plan;
  readonly claims: readonly Claim[];
  /** paths that Tara added or changed */
  readonly testFiles: readonly string[];
  /** the base's own tests, without Tara's */
  readonly baseline: TestReport;
  /** the base with Tara's tests */
  readonly red: TestReport;
}

const EXCERPT_CHARS = 400;

/** @returns every claimed or new test with the reason it is red, or why that cannot count as red. */
export function judgeRed(facts: RedFacts): RedVerdict {
  const problems = [...unclaimedCriteria(facts), ...passingTests(facts), ...skippedTests(facts), ...brokenFiles(facts)];
  const rows: RedRow[] = [];
  for (const claim of facts.claims) {
    const row = rowOf(claim, facts);
    if (typeof row === "string") problems.push(row);
    else rows.push(row);
  }
  for (const test of newTests(facts).filter(
    (one) => one.outcome === "failed" && !rows.some((row) => row.id === one.id),
  )) {
    const row = unclaimedRow(test, facts);
    if (typeof row === "string") problems.push(row);
    else rows.push(row);
  }
  const unique = [...new Set(problems)];
  return unique.length > 0 ? { kind: "refused", because: unique.join("\n") } : { kind: "red", rows };
}

function unclaimedCriteria({ plan, claims }: RedFacts): readonly string[] {
  if (!needsTests(plan)) return [];
  return plan.criteria.flatMap((criterion, index) =>
    criterion.proof === "test-first" && !claims.some((claim) => claim.criterion === index + 1)
      ? [`criterion ${index + 1} has no test: ${criterion.text}`]
      : [],
  );
}

/** Tests in Tara's files that the base does not have, or that she changed so that they no longer pass. */
function newTests({ baseline, red, testFiles }: RedFacts): readonly TestResult[] {
  const before = new Map(baseline.tests.map((test) => [test.id, test.outcome]));
  return red.tests.filter((test) => {
    const known = before.get(test.id);
    if (known === undefined) return test.file === null || testFiles.includes(test.file);
    return known === "passed" && test.outcome !== "passed" && test.file !== null && testFiles.includes(test.file);
  });
}

function passingTests(facts: RedFacts): readonly string[] {
  return newTests(facts)
    .filter((test) => test.outcome === "passed")
    .map((test) => `already passes on the untouched base, so it shows nothing: ${test.id}`);
}

function skippedTests(facts: RedFacts): readonly string[] {
  return newTests(facts)
    .filter((test) => test.outcome === "skipped")
    .map((test) => `is skipped, so it shows nothing: ${test.id}`);
}

function brokenFiles({ red, baseline, testFiles, plan, claims }: RedFacts): readonly string[] {
  return red.unloadable
    .filter(({ file }) => testFiles.includes(file) || !baseline.unloadable.some((known) => known.file === file))
    .flatMap(({ file, failure }) => {
      const why = whyNotLoadable(failure, plan);
      if (why !== null) return [`${file} does not load on the base, ${why}: ${excerpt(failure)}`];
      if (!claims.some((claim) => claim.file === file))
        return [`${file} does not load and no criterion claims a test in it`];
      return [];
    });
}

/** null when the load failure is the missing feature itself. */
function whyNotLoadable(failure: string, plan: Plan): string | null {
  if (unrelatedSyntaxError(failure)) return "because of a syntax error";
  const missing = missingName(failure);
  if (missing === null) return "and not because a module or export of the feature is missing";
  return namedByPlan(missing, plan) ? null : `because ${missing} is missing, which the plan does not name`;
}

/** A module is named by its path, its last part or its stem; anything by its own word somewhere in the plan. */
export function namedByPlan(missing: string, plan: Plan): boolean {
  const said = [...plan.modules, ...plan.files, plan.title, plan.goal, ...plan.criteria.map(({ text }) => text)];
  const stem = stemOf(missing);
  return said.some((text) => words(text).includes(missing) || places(text).some((place) => stemOf(place) === stem));
}

/** What could be a path or a module's name: `src/slug.ts: slug(text)` holds two. */
function places(text: string): readonly string[] {
  return text.split(/[\s:,;()[\]{}<>`'"]+/).filter((place) => place.length > 1);
}

function stemOf(path: string): string {
  const last = path.replaceAll("\\", "/").split("/").at(-1) ?? path;
  const bare = last.replace(/\.(d\.)?[a-z]{1,4}$/i, "");
  const dotted = bare.split(".").at(-1) ?? bare;
  return dotted.toLowerCase();
}

function words(text: string): readonly string[] {
  return text.split(/[^A-Za-z0-9_$]+/).filter((word) => word !== "");
}

function rowOf(claim: Claim, facts: RedFacts): RedRow | string {
  if (!facts.testFiles.includes(claim.file))
    return `${claim.file} is claimed for criterion ${claim.criterion} but was not written`;
  const unloadable = facts.red.unloadable.find((one) => one.file === claim.file);
  if (unloadable !== undefined) {
    return { ...claim, id: null, reason: "not-loadable", excerpt: excerpt(unloadable.failure) };
  }
  const test = findTest(claim, facts.red.tests);
  if (test === null) return `no test named ${JSON.stringify(claim.name)} ran in ${claim.file}`;
  if (test.outcome === "passed") return `already passes on the untouched base, so it shows nothing: ${test.id}`;
  return failedRow(claim, test, facts.plan);
}

/** @returns the test of the report that a claim names: same file, then equal, ending or contained name. */
export function findTest(claim: Pick<Claim, "file" | "name">, tests: readonly TestResult[]): TestResult | null {
  const inFile = tests.filter((test) => test.file === null || test.file === claim.file);
  const wanted = plain(claim.name);
  return (
    inFile.find((test) => plain(test.name) === wanted) ??
    inFile.find((test) => plain(test.name).endsWith(` ${wanted}`)) ??
    inFile.find((test) => wanted.endsWith(` ${plain(test.name)}`)) ??
    inFile.find((test) => plain(test.name).includes(wanted)) ??
    null
  );
}

/** Runners join suites and names with different marks: `a > b`, `a › b`, `a::b`. */
function plain(name: string): string {
  return name
    .replace(/\s*(?:›|>|::|»)\s*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function unclaimedRow(test: TestResult, facts: RedFacts): RedRow | string {
  const sibling = facts.claims.find((claim) => claim.file === test.file) ?? facts.claims[0];
  if (sibling === undefined) return `${test.id} belongs to no criterion`;
  return failedRow(
    { criterion: sibling.criterion, file: test.file ?? sibling.file, name: test.name },
    test,
    facts.plan,
  );
}

function failedRow(claim: Claim, test: TestResult, plan: Plan): RedRow | string {
  const reason = redReason(test.failure ?? "", plan);
  if (reason === null)
    return `${test.id} fails for another reason than the missing feature: ${excerpt(test.failure ?? "")}`;
  return { ...claim, id: test.id, reason, excerpt: excerpt(test.failure ?? "") };
}

/** @returns why a failing test counts as red; null when it fails for a reason of its own. */
export function redReason(failure: string, plan: Plan): RedReason | null {
  if (isAssertionError(failure)) return "assertion";
  if (unrelatedSyntaxError(failure)) return null;
  const missing = missingName(failure);
  if (missing !== null) return namedByPlan(missing, plan) ? "missing-symbol" : null;
  return soundsLikeAssertion(failure) ? "assertion" : null;
}

/** The runner itself calls it an assertion, whatever names its message quotes. */
function isAssertionError(failure: string): boolean {
  return /^\s*(?:[\w.]*AssertionError\b|[\w.]*ERR_ASSERTION)|\bcode: 'ERR_ASSERTION'|^E\s+(?:AssertionError|assert )/m.test(
    failure,
  );
}

function soundsLikeAssertion(failure: string): boolean {
  return /AssertionError|\bexpect(ed)?\b|\bassert(ion)?\b|\bto (be|equal|have|throw|match)\b|DID NOT RAISE|should (be|have|equal)/i.test(
    failure,
  );
}

function excerpt(text: string): string {
  return text.trim().slice(0, EXCERPT_CHARS);
}
