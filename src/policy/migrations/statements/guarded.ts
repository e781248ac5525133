/**
 * The one DO block that is no hidden code: a single statement, run unless its
 * name is taken, as generators write it for want of IF NOT EXISTS.
 */
import type { DoStmt, Node } from "@pgsql/types";

/** Nothing but one statement, and an exception for a taken name that does nothing. */
const GUARDED =
  /^\s*BEGIN\s([\s\S]*?);\s*EXCEPTION\s+WHEN\s+duplicate_(?:object|table|column)\s+THEN\s+NULL\s*;\s*END\s*;?\s*$/i;

/**
 * @param parse PostgreSQL's parser; may throw on what is no SQL
 * @returns the statement inside, when it only creates a type or adds a constraint; undefined for every other block
 */
export function guardedStatement(block: DoStmt, parse: (sql: string) => readonly Node[]): Node | undefined {
  const [part, ...more] = block.args ?? [];
  if (part === undefined || more.length > 0 || !("DefElem" in part)) return undefined;
  const { defname, arg } = part.DefElem;
  if (defname !== "as" || arg === undefined || !("String" in arg)) return undefined;
  const inner = GUARDED.exec(arg.String.sval ?? "")?.[1];
  if (inner === undefined) return undefined;
  const [statement, ...others] = parse(inner);
  if (statement === undefined || others.length > 0) return undefined;
  return "CreateEnumStmt" in statement || addsConstraint(statement) ? statement : undefined;
}

function addsConstraint(node: Node): boolean {
  if (!("AlterTableStmt" in node)) return false;
  const commands = node.AlterTableStmt.cmds ?? [];
  return (
    commands.length === 1 &&
    commands.every((cmd) => "AlterTableCmd" in cmd && cmd.AlterTableCmd.subtype === "AT_AddConstraint")
  );
}
