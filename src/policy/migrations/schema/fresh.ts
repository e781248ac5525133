/**
 * Keeps what is known of columns that this file added to tables which stood
 * before: what their rows hold, and what looks at them. It judges nothing.
 */
import type { AlterTableCmd, ColumnDef, IndexStmt } from "@pgsql/types";
import { columnFacts } from "./column-facts.ts";
import { constantOf } from "./constants.ts";
import { readExpression } from "./expressions.ts";
import { type Key, relationKey, strings } from "./names.ts";
import type { FreshColumn, Scene } from "./scene.ts";

/** What a column is like right after ADD COLUMN. */
export function freshColumn(column: ColumnDef): FreshColumn {
  const { nullable, hasDefault, numbered, computed, value, constraints } = columnFacts(column);
  const given = hasDefault || numbered || computed;
  const bound = constraints.some(({ contype }) => /_(CHECK|UNIQUE|PRIMARY|FOREIGN)$/.test(contype ?? ""));
  return { nullable, filled: given, hasDefault: given, value: numbered || computed ? undefined : value, bound };
}

/** Remembers what is known of a column added by this file. */
export function setFresh(key: Key, name: string, fresh: FreshColumn, scene: Scene): void {
  scene.fresh.set(key, new Map([...(scene.fresh.get(key) ?? []), [name, fresh]]));
}

/** Keeps what is known of a column added here in step with what is done to it next. */
export function followFresh(cmd: AlterTableCmd, key: Key, scene: Scene): void {
  const fresh = scene.fresh.get(key)?.get(cmd.name ?? "");
  if (fresh !== undefined && cmd.name !== undefined) {
    if (cmd.subtype === "AT_SetNotNull") setFresh(key, cmd.name, { ...fresh, nullable: false }, scene);
    if (cmd.subtype === "AT_DropNotNull") setFresh(key, cmd.name, { ...fresh, nullable: true }, scene);
    if (cmd.subtype === "AT_ColumnDefault")
      setFresh(key, cmd.name, { ...fresh, hasDefault: givesDefault(cmd), value: undefined }, scene);
    if (cmd.subtype === "AT_AlterColumnType") setFresh(key, cmd.name, { ...fresh, value: undefined }, scene);
  }
  if (cmd.subtype === "AT_AddConstraint" && cmd.def !== undefined && "Constraint" in cmd.def) {
    const { keys, fk_attrs: referring, raw_expr: condition } = cmd.def.Constraint;
    bind(key, [...strings(keys), ...strings(referring), ...readExpression(condition).columns], scene);
  }
}

function bind(key: Key, names: readonly string[], scene: Scene): void {
  for (const name of names) {
    const fresh = scene.fresh.get(key)?.get(name);
    if (fresh !== undefined) setFresh(key, name, { ...fresh, bound: true }, scene);
  }
}

/** A unique index looks at its columns from now on. */
export function bindIndex(statement: IndexStmt, scene: Scene): void {
  const names = (statement.indexParams ?? []).flatMap((node) =>
    "IndexElem" in node ? [node.IndexElem.name ?? ""] : [],
  );
  if (statement.unique === true) bind(relationKey(statement.relation, scene.path), names, scene);
}

/** SET DEFAULT NULL takes the default away like DROP DEFAULT. */
export function givesDefault(cmd: AlterTableCmd): boolean {
  return cmd.def !== undefined && constantOf(cmd.def) !== null;
}
