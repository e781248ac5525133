/**
 * What the judge of migrations answers. Types only; the rules behind the
 * findings stand in rules.ts.
 */
import type { RuleId, Severity } from "./rules/rules.ts";

export type VerdictKind = "additive" | "needs-human" | "destructive";

export interface Finding {
  /** The statement's own text, cut after 200 characters. */
  readonly statement: string;
  /** Where the statement begins; both 1-based, columns counted in code points. */
  readonly line: number;
  readonly column: number;
  readonly rule: RuleId;
  readonly because: string;
  /** The expand, migrate or contract step to take instead. */
  readonly remedy: string;
  readonly severity: Severity;
}

export interface Verdict {
  readonly verdict: VerdictKind;
  /** In the order of the file; empty exactly when the verdict is `additive`. */
  readonly findings: readonly Finding[];
  readonly notes: readonly Finding[];
}

/** What a rule says about one statement, before it has a place in the file. */
export interface Remark {
  readonly rule: RuleId;
  /** Subject of the sentence that the rule's `because` goes on with. */
  readonly about: string;
}

/** @returns one remark, in a list as the judges of statements answer */
export function remark(rule: RuleId, about: string): readonly Remark[] {
  return [{ rule, about }];
}
