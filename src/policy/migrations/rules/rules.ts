/**
 * Every rule the judge may name, by its id. The texts stand beside this file;
 * which statement breaks which rule is decided in statements/.
 */
import { DESTRUCTIVE, type Row } from "./destructive.ts";
import { NEEDS_HUMAN } from "./needs-human.ts";
import { NOTES } from "./notes.ts";

/** `note` never changes a verdict: it tells what a reader should know. */
export type Severity = "destructive" | "needs-human" | "note";

interface Rule {
  readonly severity: Severity;
  readonly because: string;
  readonly remedy: string;
}

export type RuleId = keyof typeof DESTRUCTIVE | keyof typeof NEEDS_HUMAN | keyof typeof NOTES;

/** Every rule by its id. */
export const RULES: ReadonlyMap<RuleId, Rule> = new Map<RuleId, Rule>([
  ...withSeverity(DESTRUCTIVE, "destructive"),
  ...withSeverity(NEEDS_HUMAN, "needs-human"),
  ...withSeverity(NOTES, "note"),
]);

function withSeverity<Id extends RuleId>(rows: Readonly<Record<Id, Row>>, severity: Severity): [RuleId, Rule][] {
  return (Object.entries(rows) as [Id, Row][]).map(([id, [because, remedy]]) => [id, { severity, because, remedy }]);
}
