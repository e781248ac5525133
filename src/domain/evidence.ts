/**
 * What a pull request claims and what carries the claim. A script can check it:
 * every figure here was seen by the host, none was told by a model.
 */
import type { MigrationEvidence } from "./migration-evidence.ts";
import type { Plan } from "./plan.ts";

/** One test of a JUnit report. */
export interface TestResult {
  /** `file › suite › name`, unique in a report */
  readonly id: string;
  /** as the report gives it; null when the runner does not say */
  readonly file: string | null;
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** failure type, message and text in one; null when it passed */
  readonly failure: string | null;
}

/** One run of a repository's test command on one commit. */
export interface TestReport {
  readonly commit: string;
  readonly tests: readonly TestResult[];
  /** files that did not load, with the runner's words */
  readonly unloadable: readonly { readonly file: string; readonly failure: string }[];
  readonly exitCode: number;
  readonly durationMs: number;
  /** head and tail of what the command printed */
  readonly output: string;
}

/** Why a test was red on the base. */
export type RedReason = "assertion" | "missing-symbol" | "not-loadable";

export interface EvidenceRow {
  /** index into `plan.criteria`, from 1 */
  readonly criterion: number;
  readonly test: string;
  readonly file: string;
  readonly red: { readonly commit: string; readonly reason: RedReason; readonly excerpt: string };
  readonly green: { readonly commit: string } | null;
}

/** On which state of the default branch the evidence holds. */
export interface OntoBase {
  /** the default branch's head when it was looked at */
  readonly base: string;
  /** what of the default branch the head itself holds; the same commit when it had not moved */
  readonly since: string;
  /** the commit that was tested: the head when it holds the base, else the host's own merge of both; null when they conflict */
  readonly merge: string | null;
  /** files that conflict */
  readonly conflicts: readonly string[];
  /** what is worse on the merge than on one of its parents, in whole sentences */
  readonly problems: readonly string[];
  /** this pull request's own tests, seen green on the merge */
  readonly green: readonly { readonly file: string; readonly test: string }[];
  /** the whole suite on the base and on the merge; null when it was not run for this */
  readonly suite: { readonly before: SuiteCount; readonly after: SuiteCount } | null;
}

export interface Evidence {
  readonly plan: Plan;
  readonly baseSha: string;
  readonly testSha: string | null;
  readonly headSha: string;
  readonly rows: readonly EvidenceRow[];
  /** how the whole suite did before and after */
  readonly suite: { readonly before: SuiteCount; readonly after: SuiteCount };
  /** hunks reverted one by one, and how many the tests noticed */
  readonly hunks: { readonly tried: number; readonly noticed: number; readonly unnoticed: readonly string[] };
  /** null when the change touches no migration; missing in what older releases stored */
  readonly migrations?: MigrationEvidence | null;
  /** null when the default branch could not be looked at; missing in what older releases stored */
  readonly onto?: OntoBase | null;
  /** what a person must look at, in whole sentences */
  readonly notVerified: readonly string[];
}

export interface SuiteCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
