/**
 * Judges one migration file on PostgreSQL's own syntax tree. It reads nothing
 * and runs nothing; what the file would do to real rows is proven elsewhere.
 */
import type { Node, RawStmt } from "@pgsql/types";
import { loadModule, parseSync, SqlError } from "libpg-query";
import { OrionError } from "../../domain/errors.ts";
import { positionsIn } from "./position.ts";
import { withoutPartsOfSwap } from "./rules/enum-swap.ts";
import { RULES, type RuleId } from "./rules/rules.ts";
import { constantOf } from "./schema/constants.ts";
import { applyStatement } from "./schema/effects.ts";
import { type Context, NOTHING_KNOWN, type Scene, sceneOf } from "./schema/scene.ts";
import { dumpCall } from "./statements/data.ts";
import { guardedStatement } from "./statements/guarded.ts";
import { firstSchema } from "./statements/session.ts";
import { judgeStatement, type Place } from "./statements/statement.ts";
import type { Finding, Remark, Verdict, VerdictKind } from "./verdict.ts";

/** Loads the parser, once; `judgeMigration` is synchronous from then on. */
export async function openJudge(): Promise<void> {
  await loadModule();
}

/** A file that a tool could run has at most this many characters. */
const MAX_CHARACTERS = 20_000_000;

/**
 * Judges one file as new on top of what stands before it.
 * @param sql the whole text; only the Up part where a tool's file holds both
 * @returns `destructive` with rule `unreadable` when it cannot be parsed
 * @throws OrionError JUDGE_NOT_OPEN when `openJudge` was not awaited
 */
export function judgeMigration(sql: string, context: Context = NOTHING_KNOWN): Verdict {
  return judgeInOrder(sql, context).verdict;
}

/** @returns the verdict, and what stands before the next file once this one is applied */
export function judgeInOrder(sql: string, context: Context): { readonly verdict: Verdict; readonly after: Context } {
  const text = withoutClientLines(sql);
  const parsed = parse(text);
  if ("unreadable" in parsed) {
    const finding = found(
      { rule: "unreadable", about: parsed.unreadable },
      { line: parsed.line, column: parsed.column, text: "" },
    );
    return { verdict: verdictOf([finding]), after: context };
  }
  const scene = sceneOf(context);
  const positionOf = positionsIn(text);
  const wrapped = isWrapped(parsed.statements, context);
  const findings = parsed.statements.flatMap(({ stmt, stmt_location: start = 0, stmt_len: length = 0 }, index) => {
    const place = { first: index === 0, last: index === parsed.statements.length - 1, wrapped };
    const remarks = stmt === undefined ? [] : stepsOf(stmt).flatMap((step) => takeStep(step, scene, place));
    return remarks.length === 0 ? [] : remarks.map((each) => found(each, positionOf(start, length)));
  });
  const after: Context = {
    tables: scene.tables,
    types: scene.types,
    relations: scene.relations,
    schemas: scene.schemas,
    complete: context.complete,
    ownTransaction: context.ownTransaction,
  };
  return { verdict: verdictOf(withoutPartsOfSwap(findings)), after };
}

/**
 * An ALTER TABLE is judged command by command: a later one may speak of a
 * column that an earlier one adds. A guarded DO block is judged as what it guards.
 */
function stepsOf(node: Node): readonly Node[] {
  if ("DoStmt" in node) return [guardedStatement(node.DoStmt, statementsIn) ?? node];
  if (!("AlterTableStmt" in node)) return [node];
  return (node.AlterTableStmt.cmds ?? []).map((cmd) => ({ AlterTableStmt: { ...node.AlterTableStmt, cmds: [cmd] } }));
}

function statementsIn(sql: string): readonly Node[] {
  const parsed = parse(sql);
  return "unreadable" in parsed ? [] : parsed.statements.flatMap(({ stmt }) => (stmt === undefined ? [] : [stmt]));
}

function takeStep(node: Node, scene: Scene, place: Place): readonly Remark[] {
  const remarks = judgeStatement(node, scene, place);
  applyStatement(node, scene);
  followSearchPath(node, scene);
  return remarks;
}

type Parsed =
  | { readonly statements: readonly RawStmt[] }
  | { readonly unreadable: string; readonly line: number; readonly column: number };

function parse(text: string): Parsed {
  if (text.includes("\0")) return { unreadable: "a file with a NUL character", line: 1, column: 1 };
  if (text.length > MAX_CHARACTERS) return { unreadable: "a file this large", line: 1, column: 1 };
  if (text.trim() === "") return { statements: [] };
  try {
    return { statements: parseSync(text).stmts ?? [] };
  } catch (error) {
    if (error instanceof SqlError) {
      const before = [...text].slice(0, Math.max(0, error.sqlDetails?.cursorPosition ?? 0)).join("");
      const lineStart = before.lastIndexOf("\n") + 1;
      return {
        unreadable: `the text (${error.message})`,
        line: before.split("\n").length,
        column: [...before.slice(lineStart)].length + 1,
      };
    }
    if (error instanceof RangeError) return { unreadable: "an expression this deep", line: 1, column: 1 };
    throw new OrionError("JUDGE_NOT_OPEN", "the parser is not loaded; await openJudge() first", {}, error);
  }
}

/** Blanks `\restrict` and `\unrestrict`, which pg_dump writes and psql alone reads; lengths stay. */
function withoutClientLines(sql: string): string {
  const text = sql.startsWith("\uFEFF") ? ` ${sql.slice(1)}` : sql;
  return text.replace(/^\\(?:un)?restrict [A-Za-z0-9]+[ \t]*$/gm, (line) => " ".repeat(line.length));
}

function isWrapped(statements: readonly RawStmt[], context: Context): boolean {
  const kinds = statements.flatMap(({ stmt }) =>
    stmt !== undefined && "TransactionStmt" in stmt ? [stmt.TransactionStmt.kind] : [],
  );
  return context.ownTransaction === "allowed" && kinds.length === 2;
}

function followSearchPath(node: Node, scene: Scene): void {
  if ("VariableSetStmt" in node && node.VariableSetStmt.name === "search_path") {
    const set = node.VariableSetStmt.kind === "VAR_SET_VALUE";
    scene.path = set ? firstSchema((node.VariableSetStmt.args ?? []).map((arg) => String(constantOf(arg)))) : "public";
  }
  const call = "SelectStmt" in node ? dumpCall(node.SelectStmt) : undefined;
  const [name, value] = (call?.args ?? []).map((arg) => constantOf(arg));
  if (call?.name === "set_config" && name === "search_path") {
    scene.path = firstSchema(
      String(value)
        .split(",")
        .map((part) => part.trim().replaceAll('"', "")),
    );
  }
}

function found(remark: Remark, at: { readonly line: number; readonly column: number; readonly text: string }): Finding {
  const rule = RULES.get(remark.rule);
  if (rule === undefined)
    throw new OrionError("RULE_UNKNOWN", `no rule is called ${remark.rule}; add it to rules/`, { rule: remark.rule });
  return {
    statement: at.text,
    line: at.line,
    column: at.column,
    rule: remark.rule,
    because: `${remark.about} ${rule.because}`,
    remedy: rule.remedy,
    severity: rule.severity,
  };
}

/** @returns the gravest of the findings; notes aside, none means additive */
export function verdictOf(all: readonly Finding[]): Verdict {
  const findings = all.filter(({ severity }) => severity !== "note");
  const verdict: VerdictKind = findings.some(({ severity }) => severity === "destructive")
    ? "destructive"
    : findings.length > 0
      ? "needs-human"
      : "additive";
  return { verdict, findings, notes: all.filter(({ severity }) => severity === "note") };
}

/** @returns a finding about a whole file, placed at its head */
export function fileFinding(rule: RuleId, about: string): Finding {
  return found({ rule, about }, { line: 1, column: 1, text: "" });
}
