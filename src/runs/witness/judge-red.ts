/**
 * Was the red honest? Decides from two reports whether Tara's tests fail on the
 * untouched base because the feature is missing, and for no other reason. Pure.
 */
import type { RedReason, TestReport, TestResult } from "../../domain/evidence.ts";
import { needsTests, type Plan } from "../../domain/plan.ts";
import { compileErrors, missingName, unrelatedSyntaxError } from "./failure-words.ts";
import { namedByPlan, redReason } from "./red-reason.ts";

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
  const problems = [
    ...unclaimedCriteria(facts),
    ...passingTests(facts),
    ...skippedTests(facts),
    ...brokenFiles(facts),
    ...brokenOthers(facts),
    ...unknownCriteria(facts),
  ];
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
      // What is compiled together fails together: the files beside a claimed one are no fault of their own.
      const together = red.unloadable.filter((one) => one.failure === failure).map((one) => one.file);
      if (!claims.some((claim) => together.includes(claim.file)))
        return [`${file} does not load and no criterion claims a test in it`];
      return [];
    });
}

/** Tests in files Tara did not touch must do on her commit what they do without it. */
function brokenOthers({ baseline, red, testFiles }: RedFacts): readonly string[] {
  const after = new Map(red.tests.map((test) => [test.id, test.outcome]));
  const unloadable = new Set(red.unloadable.map(({ file }) => file));
  return baseline.tests.flatMap((test) => {
    if (test.outcome !== "passed" || test.file === null || testFiles.includes(test.file) || unloadable.has(test.file))
      return [];
    const now = after.get(test.id);
    return now === undefined || now === "passed" ? [] : [`a test you did not write no longer passes: ${test.id}`];
  });
}

function unknownCriteria({ plan, claims }: RedFacts): readonly string[] {
  return claims.flatMap((claim) =>
    claim.criterion > plan.criteria.length
      ? [`there is no criterion ${claim.criterion}; the plan has ${plan.criteria.length}`]
      : [],
  );
}

/** @returns ids of tests in Tara's files that passed on the base and are no longer there */
export function droppedTests({
  baseline,
  red,
  testFiles,
}: Pick<RedFacts, "baseline" | "red" | "testFiles">): readonly string[] {
  const there = new Set(red.tests.map((test) => test.id));
  const unloadable = new Set(red.unloadable.map(({ file }) => file));
  return baseline.tests.flatMap(({ id, file, outcome }) =>
    outcome === "passed" && file !== null && testFiles.includes(file) && !unloadable.has(file) && !there.has(id)
      ? [id]
      : [],
  );
}

/** null when the load failure is the missing feature itself. */
function whyNotLoadable(failure: string, plan: Plan): string | null {
  if (unrelatedSyntaxError(failure)) return "because of a syntax error";
  const errors = compileErrors(failure);
  if (errors.length > 0) return errors.map((error) => whyNotMissing(error, plan)).find((why) => why !== null) ?? null;
  return whyNotMissing(failure, plan);
}

function whyNotMissing(failure: string, plan: Plan): string | null {
  const missing = missingName(failure);
  if (missing === null) return "and not because a module or export of the feature is missing";
  return namedByPlan(missing, plan) ? null : `because ${missing} is missing, which the plan does not name`;
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

function excerpt(text: string): string {
  return text.trim().slice(0, EXCERPT_CHARS);
}
