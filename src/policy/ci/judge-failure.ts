/**
 * CI failed on a commit of Orion's: is that the change's doing? Decided by the
 * host's own run of the suite on that commit and on its base, and by what CI
 * says of the base. One table, first row that fits. Pure.
 */
import type { TestReport, TestResult } from "../../domain/evidence.ts";

export type CiCause =
  /** reproduced here, or not explained by anything else: worth a round */
  | "ours"
  /** a check that the suite does not cover, such as a linter: worth a round */
  | "unseen"
  /** fails on the base as well */
  | "base"
  /** tests that pass here on head and base: asked for again, no round */
  | "flake"
  /** a second time on the same commit, and still not reproduced: a person must look */
  | "stubborn";

/** `red`: something fails that does not on the base; `unknown`: the suite could not be run here. */
type Here = "red" | "not-red" | "unknown";
/** Of the tests that CI names as failing: `base-red` all fail on the base here, `old` all pass there, `new` one is not there. */
type Named = "none" | "base-red" | "old" | "new";

interface Row {
  readonly here?: readonly Here[];
  readonly named?: readonly Named[];
  /** every failed check had failed on the base, too */
  readonly baseFailed?: boolean;
  /** CI failed on this very commit before, and was asked again */
  readonly again?: boolean;
  readonly cause: CiCause;
}

const TABLE: readonly Row[] = [
  { here: ["red"], cause: "ours" },
  { baseFailed: true, cause: "base" },
  { named: ["base-red"], cause: "base" },
  { named: ["old", "new"], again: false, cause: "flake" },
  // a test of Orion's own that only fails there is Orion's to mend
  { named: ["new"], again: true, cause: "ours" },
  { named: ["old"], again: true, cause: "stubborn" },
  { cause: "unseen" },
];

export interface CiFailure {
  /** the suite here, on the commit and on its base; null when it cannot be run */
  readonly head: TestReport | null;
  readonly base: TestReport | null;
  /** tests of `head` that the failed checks name */
  readonly named: readonly TestResult[];
  readonly baseFailed: boolean;
  readonly again: boolean;
}

export function judgeFailure(failure: CiFailure): CiCause {
  const facts = { here: hereOf(failure), named: namedOf(failure) };
  const row = TABLE.find(
    ({ here, named, baseFailed, again }) =>
      (here === undefined || here.includes(facts.here)) &&
      (named === undefined || named.includes(facts.named)) &&
      (baseFailed === undefined || baseFailed === failure.baseFailed) &&
      (again === undefined || again === failure.again),
  );
  if (row === undefined) throw new TypeError("the last row of the table fits everything");
  return row.cause;
}

function hereOf({ head, base }: CiFailure): Here {
  if (head === null || base === null) return "unknown";
  const before = failing(base);
  return [...failing(head)].some((id) => !before.has(id)) ? "red" : "not-red";
}

function failing({ tests, unloadable }: TestReport): ReadonlySet<string> {
  return new Set([
    ...unloadable.map(({ file }) => file),
    ...tests.filter(({ outcome }) => outcome === "failed").map(({ id }) => id),
  ]);
}

function namedOf({ named, base }: CiFailure): Named {
  if (named.length === 0 || base === null) return "none";
  const before = new Map(base.tests.map((test) => [test.id, test.outcome]));
  const outcomes = named.map(({ id }) => before.get(id));
  if (outcomes.every((outcome) => outcome === "failed")) return "base-red";
  return outcomes.some((outcome) => outcome === undefined) ? "new" : "old";
}
