/**
 * Judges constraints: on new tables almost anything, on tables that stand only
 * what no existing row and no write of the running version can breach.
 */
import type { Constraint } from "@pgsql/types";
import { constantOf } from "../schema/constants.ts";
import { readExpression } from "../schema/expressions.ts";
import { type Key, relationKey, shown, strings } from "../schema/names.ts";
import { type FreshColumn, freshColumns, originOf, type Scene } from "../schema/scene.ts";
import { type Remark, remark } from "../verdict.ts";
import { codeRun, codeStored } from "./code.ts";

/** Judges a constraint of a table made in this file. */
export function judgeNewConstraint(constraint: Constraint, from: Key, scene: Scene): readonly Remark[] {
  const about =
    constraint.conname === undefined ? `a constraint of ${shown(from)}` : `constraint "${constraint.conname}"`;
  if (constraint.contype === "CONSTR_FOREIGN") return foreignKeyOn(constraint, from, scene);
  return codeStored(about, constraint.raw_expr, constraint.exclusions, constraint.where_clause);
}

/**
 * Notes what a foreign key does to the tables it points at; its own rows are
 * judged by the caller.
 * @param from the referring table; a key towards itself or towards a new table says nothing
 */
export function foreignKeyOn(constraint: Constraint, from: Key | null, scene: Scene): readonly Remark[] {
  const target = relationKey(constraint.pktable, scene.path);
  if (target === from || originOf(constraint.pktable, scene) !== "before") return [];
  const keeps = /^[ar]$/.test(constraint.fk_del_action ?? "a");
  return keeps ? remark("restrict-towards-existing", `the foreign key towards ${shown(target)}`) : [];
}

/** Judges ADD CONSTRAINT on a table that stood before this file. */
export function judgeAddedConstraint(constraint: Constraint, table: Key, scene: Scene): readonly Remark[] {
  const fresh = freshColumns(table, scene);
  const about =
    constraint.conname === undefined ? `a constraint of ${shown(table)}` : `constraint "${constraint.conname}"`;
  switch (constraint.contype) {
    case "CONSTR_FOREIGN":
      if (!isUnfilled(strings(constraint.fk_attrs), fresh, constraint.fk_matchtype === "f"))
        return remark("foreign-key-on-existing", about);
      return foreignKeyOn(constraint, table, scene);
    case "CONSTR_CHECK":
      return checkOn(constraint, fresh, about);
    case "CONSTR_UNIQUE":
      return judgeUnique(strings(constraint.keys), fresh, constraint.nulls_not_distinct === true, about);
    case "CONSTR_PRIMARY":
      return judgePrimary(constraint, table, scene, about);
    case "CONSTR_EXCLUSION":
      return [
        ...codeRun(about, constraint.exclusions, constraint.where_clause),
        ...remark("unique-on-existing", about),
      ];
    case "CONSTR_NOTNULL":
      return judgeNotNull(strings(constraint.keys), table, fresh, scene);
    default:
      return remark("unknown-form", about);
  }
}

function judgeNotNull(
  columns: readonly string[],
  table: Key,
  fresh: ReadonlyMap<string, FreshColumn>,
  scene: Scene,
): readonly Remark[] {
  const known = scene.tables.get(table)?.columns;
  return columns
    .filter(
      (name) =>
        known?.get(name)?.nullable !== false &&
        !(fresh.get(name)?.filled === true && fresh.get(name)?.hasDefault === true),
    )
    .flatMap((name) => remark("not-null-on-existing", `column "${name}" of ${shown(table)}`));
}

function judgePrimary(constraint: Constraint, table: Key, scene: Scene, about: string): readonly Remark[] {
  const known = scene.tables.get(table)?.columns;
  const keys = strings(constraint.keys);
  const allSet = keys.length > 0 && keys.every((key) => known?.get(key)?.nullable === false);
  return remark(allSet ? "primary-key-added" : "primary-key-on-existing", about);
}

/** Judges uniqueness of columns on a table that stood before. */
export function judgeUnique(
  columns: readonly string[],
  fresh: ReadonlyMap<string, FreshColumn>,
  nullsCollide: boolean,
  about: string,
): readonly Remark[] {
  if (!nullsCollide && isUnfilled(columns, fresh, false)) return [];
  const sameEverywhere =
    columns.length > 0 &&
    columns.every((name) => fresh.get(name)?.hasDefault === true && fresh.get(name)?.value !== undefined);
  return remark(sameEverywhere ? "unique-with-default" : "unique-on-existing", about);
}

/** True when every row that exists, and every one the running version writes, holds NULL in at least one (or all) of them. */
function isUnfilled(columns: readonly string[], fresh: ReadonlyMap<string, FreshColumn>, all: boolean): boolean {
  const unfilled = (name: string) => {
    const column = fresh.get(name);
    return column?.nullable && !column.hasDefault;
  };
  return columns.length > 0 && (all ? columns.every(unfilled) : columns.some(unfilled));
}

/** Judges a check against rows that exist, which hold the defaults of the columns added here. */
export function checkOn(
  constraint: Constraint,
  fresh: ReadonlyMap<string, FreshColumn>,
  about: string,
): readonly Remark[] {
  const code = codeRun(about, constraint.raw_expr);
  if (code.length > 0) return code;
  const values = new Map([...fresh].map(([name, column]) => [name, column.value] as const));
  const outcome = constantOf(constraint.raw_expr, values);
  if (outcome === true || outcome === null) return [];
  if (outcome === false || isNotNullTest(constraint)) return remark("check-refuses-rows", about);
  return remark("check-on-existing", about);
}

function isNotNullTest({ raw_expr: node }: Constraint): boolean {
  return (
    node !== undefined &&
    "NullTest" in node &&
    node.NullTest.nulltesttype === "IS_NOT_NULL" &&
    readExpression(node).columns.size === 1
  );
}
