/**
 * Judges columns: those of new tables, those added to a table that stands, and
 * what is altered about one that stands.
 */
import type { AlterTableCmd, ColumnDef, Constraint, Node } from "@pgsql/types";
import { columnFacts } from "../schema/column-facts.ts";
import { constantOf } from "../schema/constants.ts";
import { type Reading, readExpression } from "../schema/expressions.ts";
import { freshColumn, givesDefault } from "../schema/fresh.ts";
import { isBuiltInType, isWidening, type Key, keyOf, shown, strings, typeText } from "../schema/names.ts";
import { type FreshColumn, freshColumns, type Scene } from "../schema/scene.ts";
import { type Remark, remark } from "../verdict.ts";
import { codeRun, codeStored } from "./code.ts";
import { checkOn, foreignKeyOn } from "./constraints.ts";
import { fits } from "./fitting.ts";

/** Judges a column of a table made in this file: nothing exists that it could break. */
export function judgeNewColumn(column: ColumnDef, from: Key | null, scene: Scene): readonly Remark[] {
  return (column.constraints ?? []).flatMap((node) => {
    if (!("Constraint" in node)) return remark("unknown-form", `column "${column.colname}"`);
    const { Constraint: constraint } = node;
    const about = `column "${column.colname}"`;
    const stored = codeStored(about, constraint.raw_expr);
    return constraint.contype === "CONSTR_FOREIGN" ? [...stored, ...foreignKeyOn(constraint, from, scene)] : stored;
  });
}

/** Judges ADD COLUMN on a table that stood before this file. */
export function judgeAddedColumn(column: ColumnDef, table: Key, scene: Scene): readonly Remark[] {
  const facts = columnFacts(column);
  const about = `column "${column.colname}" of ${shown(table)}`;
  const remarks: Remark[] = [...judgeDomain(column, facts.hasDefault, scene, about)];
  if (facts.numbered || facts.computed) remarks.push(...remark("rewrite-on-existing", about));
  else if (!facts.nullable && !facts.hasDefault) remarks.push(...remark("not-null-without-default", about));
  remarks.push(...judgeDefaultForRows(facts.expression, about));
  if (!fits(typeText(column.typeName), constantOf(facts.expression))) remarks.push(...remark("default-refused", about));
  const fresh = freshColumn(column);
  for (const constraint of facts.constraints) {
    remarks.push(...judgeAddedConstraint(constraint, column, fresh, table, scene));
  }
  return remarks;
}

function judgeAddedConstraint(
  constraint: Constraint,
  column: ColumnDef,
  fresh: FreshColumn,
  table: Key,
  scene: Scene,
): readonly Remark[] {
  const about = `column "${column.colname}" of ${shown(table)}`;
  switch (constraint.contype) {
    case "CONSTR_CHECK":
      return checkOn(constraint, new Map([[column.colname ?? "", fresh]]), about);
    case "CONSTR_UNIQUE":
      if (fresh.hasDefault)
        return fresh.value === undefined ? remark("unique-on-existing", about) : remark("unique-with-default", about);
      return constraint.nulls_not_distinct === true ? remark("unique-on-existing", about) : [];
    case "CONSTR_PRIMARY":
      return remark(
        fresh.hasDefault && fresh.value === undefined ? "primary-key-added" : "primary-key-on-existing",
        about,
      );
    case "CONSTR_FOREIGN":
      if (fresh.hasDefault) return remark("foreign-key-on-existing", about);
      return foreignKeyOn(constraint, table, scene);
    case "CONSTR_GENERATED":
      return codeRun(about, constraint.raw_expr);
    case "CONSTR_EXCLUSION":
      return remark("unknown-form", about);
    default:
      return [];
  }
}

function judgeDomain(column: ColumnDef, hasDefault: boolean, scene: Scene, about: string): readonly Remark[] {
  const names = strings(column.typeName?.names);
  const known = scene.types.get(keyOf(names.at(-2), names.at(-1) ?? "", scene.path));
  return known?.constrained === true && (column.typeName?.arrayBounds?.length ?? 0) === 0
    ? remark(hasDefault ? "check-on-existing" : "not-null-without-default", about)
    : [];
}

/** A default of an added column is worked out for the rows that exist, now. */
function judgeDefaultForRows(expression: Node | undefined, about: string): readonly Remark[] {
  if (expression === undefined) return [];
  const code = codeRun(about, expression);
  if (code.length > 0) return code;
  const reading = readExpression(expression);
  if (reading.draws) return remark("rewrite-on-existing", about);
  const mayFail =
    reading.fails === "yes" || (reading.fails === "cast" && !reading.calls.every((name) => OF_TIME.test(name)));
  if (reading.queries || reading.columns.size > 0 || mayFail || mayBeNull(expression, reading)) {
    return remark("default-not-constant", about);
  }
  return reading.fresh.length > 0 ? remark("volatile-default", about) : [];
}

/** What these yield casts to any number or time. */
const OF_TIME = /^(pg_catalog\.)?(now|\w+_timestamp|extract|date_part|date_trunc|timezone|floor|round|trunc)$/;
const NEVER_NULL =
  /^(now|transaction_timestamp|statement_timestamp|clock_timestamp|timezone|date_trunc|date_part|extract|md5|lower|upper|substr|substring|floor|round|trunc|concat|to_tsvector|jsonb?_build_(object|array)|encode|left|right|replace|array_to_string)$/;

/** A computed default that turns out NULL is none: required columns would be refused all the same. */
function mayBeNull(expression: Node, reading: Reading): boolean {
  if (constantOf(expression) !== undefined) return false;
  const text = JSON.stringify(expression);
  return (
    /"(CaseExpr|CoalesceExpr|MinMaxExpr|isnull)"|AEXPR_NULLIF|"#?->>?"/.test(text) ||
    reading.calls.some((name) => !NEVER_NULL.test(name.replace(/^pg_catalog\./, "")) && !reading.fresh.includes(name))
  );
}

/** Judges ALTER COLUMN … TYPE on a table that stood before. */
export function judgeTypeChange(cmd: AlterTableCmd, table: Key, scene: Scene): readonly Remark[] {
  const about = `column "${cmd.name}" of ${shown(table)}`;
  if (cmd.def === undefined || !("ColumnDef" in cmd.def)) return remark("unknown-form", about);
  const { typeName, raw_default: using } = cmd.def.ColumnDef;
  const to = typeText(typeName);
  const from = scene.tables.get(table)?.columns.get(cmd.name ?? "")?.type ?? null;
  if (from === to && using === undefined) return [];
  const plain = using === undefined || isCastOf(using, cmd.name ?? "");
  if (plain && isWidening(from, to))
    return remark("type-widened", `${about}${from === null ? "" : `, ${from} to ${to},`}`);
  const names = strings(typeName?.names);
  const intoEnum =
    !isBuiltInType(names.at(-1) ?? "") &&
    scene.types.get(keyOf(names.at(-2), names.at(-1) ?? "", scene.path))?.kind === "enum";
  return remark(intoEnum ? "enum-swapped" : "type-changed", about);
}

function isCastOf(node: Node, column: string): boolean {
  if ("TypeCast" in node && node.TypeCast.arg !== undefined) return isCastOf(node.TypeCast.arg, column);
  return "ColumnRef" in node && strings(node.ColumnRef.fields).at(-1) === column;
}

/** Judges ALTER COLUMN SET NOT NULL, DROP NOT NULL, SET DEFAULT and DROP DEFAULT on a table that stood before. */
export function judgeColumnRule(cmd: AlterTableCmd, table: Key, scene: Scene): readonly Remark[] {
  const about = `column "${cmd.name}" of ${shown(table)}`;
  const fresh = freshColumns(table, scene).get(cmd.name ?? "");
  const known = scene.tables.get(table)?.columns.get(cmd.name ?? "");
  switch (cmd.subtype) {
    case "AT_SetNotNull":
      return known?.nullable === false || (fresh?.filled === true && fresh.hasDefault)
        ? []
        : remark("not-null-on-existing", about);
    case "AT_DropNotNull":
      return fresh !== undefined || known?.nullable === true ? [] : remark("nullable-again", about);
    case "AT_ColumnDefault":
      if (!givesDefault(cmd))
        return known?.nullable === true && (fresh !== undefined || !known.hasDefault)
          ? []
          : remark("drop-default", about);
      return [
        ...codeStored(about, cmd.def),
        ...(fresh === undefined || fresh.bound ? remark("default-changed", about) : []),
      ];
    default:
      return remark("unknown-statement", about);
  }
}
