/**
 * What a statement leaves behind: moves the scene on to the next statement,
 * refused ones included. It judges nothing.
 */
import type {
  AlterTableCmd,
  AlterTableStmt,
  ColumnDef,
  CreateStmt,
  DropStmt,
  Node,
  RangeVar,
  RenameStmt,
} from "@pgsql/types";
import { columnFacts } from "./column-facts.ts";
import { bindIndex, followFresh, freshColumn, givesDefault, setFresh } from "./fresh.ts";
import { type Key, keyOf, listKey, partsOf, relationKey, strings, typeText } from "./names.ts";
import { type Column, originOf, type Scene, type Table, type UserType } from "./scene.ts";

const UNKNOWN: Table = { columns: new Map(), whole: false };

export function applyStatement(node: Node, scene: Scene): void {
  if ("CreateStmt" in node) createTable(node.CreateStmt, scene);
  else if ("CreateTableAsStmt" in node) note(node.CreateTableAsStmt.into?.rel, scene);
  else if ("SelectStmt" in node && node.SelectStmt.intoClause !== undefined)
    note(node.SelectStmt.intoClause.rel, scene);
  else if ("AlterTableStmt" in node) alterTable(node.AlterTableStmt, scene);
  else if ("DropStmt" in node) drop(node.DropStmt, scene);
  else if ("IndexStmt" in node) bindIndex(node.IndexStmt, scene);
  else if ("RenameStmt" in node) rename(node.RenameStmt, scene);
  else applyObject(node, scene);
}

function applyObject(node: Node, scene: Scene): void {
  if ("ViewStmt" in node) relation(relationKey(node.ViewStmt.view, scene.path), scene);
  else if ("CreateSeqStmt" in node)
    relation(relationKey(node.CreateSeqStmt.sequence, scene.path), scene, node.CreateSeqStmt.if_not_exists);
  else if ("CreateSchemaStmt" in node) scene.schemas.add(node.CreateSchemaStmt.schemaname ?? "");
  else if ("CreateEnumStmt" in node)
    type(strings(node.CreateEnumStmt.typeName), { kind: "enum", constrained: false }, scene);
  else if ("CreateDomainStmt" in node) {
    const constrained = (node.CreateDomainStmt.constraints ?? []).some(
      (part) => "Constraint" in part && /CHECK|NOTNULL/.test(part.Constraint.contype ?? ""),
    );
    type(strings(node.CreateDomainStmt.domainname), { kind: "domain", constrained }, scene);
  } else if ("CompositeTypeStmt" in node) {
    const { typevar } = node.CompositeTypeStmt;
    type([typevar?.schemaname ?? scene.path, typevar?.relname ?? ""], { kind: "other", constrained: false }, scene);
  } else if ("AlterEnumStmt" in node && node.AlterEnumStmt.oldVal === undefined) {
    const isNew = scene.made.has(listKey(strings(node.AlterEnumStmt.typeName), scene.path));
    if (!isNew && node.AlterEnumStmt.newVal !== undefined) scene.addedValues.add(node.AlterEnumStmt.newVal);
  }
}

function createTable(statement: CreateStmt, scene: Scene): void {
  const key = relationKey(statement.relation, scene.path);
  if (scene.tables.has(key) || statement.relation?.relpersistence === "t") return;
  const elements = statement.tableElts ?? [];
  const columns = new Map(
    elements.flatMap((node) =>
      "ColumnDef" in node ? [[node.ColumnDef.colname ?? "", columnOf(node.ColumnDef)] as const] : [],
    ),
  );
  const parent = statement.inhRelations?.[0];
  const from =
    parent !== undefined && "RangeVar" in parent
      ? scene.tables.get(relationKey(parent.RangeVar, scene.path))
      : undefined;
  for (const node of elements) {
    if ("Constraint" in node && node.Constraint.contype === "CONSTR_PRIMARY")
      tighten(columns, strings(node.Constraint.keys));
  }
  const own =
    parent === undefined && statement.ofTypename === undefined && !elements.some((node) => "TableLikeClause" in node);
  scene.tables.set(key, {
    columns: new Map([...(from?.columns ?? []), ...columns]),
    whole: own || from?.whole === true,
  });
  scene.origins.set(key, statement.if_not_exists === true ? "perhaps" : "here");
  for (const node of elements) if ("ColumnDef" in node) sequenceOf(node.ColumnDef, key, scene);
}

/** A serial column brings its sequence, under a name PostgreSQL makes. */
function sequenceOf(column: ColumnDef, table: Key, scene: Scene): void {
  if (!columnFacts(column).numbered) return;
  scene.made.add(`${table}_${column.colname}_seq`);
}

function note(target: RangeVar | undefined, scene: Scene): void {
  const key = relationKey(target, scene.path);
  if (scene.tables.has(key) || target?.relpersistence === "t") return;
  scene.tables.set(key, UNKNOWN);
  scene.origins.set(key, "here");
}

function relation(key: Key, scene: Scene, perhaps = false): void {
  if (!scene.relations.has(key) && (!perhaps || scene.complete)) scene.made.add(key);
  scene.relations.add(key);
}

function type(parts: readonly string[], made: UserType, scene: Scene): void {
  const key = listKey(parts, scene.path);
  if (!scene.types.has(key)) scene.made.add(key);
  scene.types.set(key, made);
}

function columnOf(column: ColumnDef): Column {
  const { nullable, hasDefault, numbered } = columnFacts(column);
  return { type: typeText(column.typeName), nullable, hasDefault: hasDefault || numbered };
}

function tighten(columns: Map<string, Column>, names: readonly string[]): void {
  for (const name of names) {
    const column = columns.get(name);
    columns.set(name, { type: column?.type ?? null, hasDefault: column?.hasDefault ?? false, nullable: false });
  }
}

function alterTable(statement: AlterTableStmt, scene: Scene): void {
  if (statement.objtype !== "OBJECT_TABLE") return;
  const key = relationKey(statement.relation, scene.path);
  const before = scene.tables.get(key) ?? UNKNOWN;
  const columns = new Map(before.columns);
  for (const node of statement.cmds ?? []) {
    if (!("AlterTableCmd" in node)) continue;
    const { AlterTableCmd: cmd } = node;
    if (cmd.subtype === "AT_AddColumn" && cmd.def !== undefined && "ColumnDef" in cmd.def)
      addColumn(cmd, cmd.def.ColumnDef, statement, before, columns, scene);
    else alterColumn(cmd, columns);
    followFresh(cmd, key, scene);
  }
  scene.tables.set(key, { ...before, columns });
}

function addColumn(
  cmd: AlterTableCmd,
  column: ColumnDef,
  statement: AlterTableStmt,
  before: Table,
  columns: Map<string, Column>,
  scene: Scene,
): void {
  const key = relationKey(statement.relation, scene.path);
  const name = column.colname ?? "";
  if (columns.has(name)) return;
  columns.set(name, columnOf(column));
  sequenceOf(column, key, scene);
  const certain = cmd.missing_ok !== true || (before.whole && scene.complete);
  if (originOf(statement.relation, scene) === "here" || !certain) return;
  setFresh(key, name, freshColumn(column), scene);
}

function alterColumn(cmd: AlterTableCmd, columns: Map<string, Column>): void {
  const name = cmd.name ?? "";
  const column = columns.get(name) ?? { type: null, nullable: true, hasDefault: false };
  if (cmd.subtype === "AT_DropColumn") columns.delete(name);
  if (cmd.subtype === "AT_SetNotNull") columns.set(name, { ...column, nullable: false });
  if (cmd.subtype === "AT_DropNotNull") columns.set(name, { ...column, nullable: true });
  if (cmd.subtype === "AT_ColumnDefault") columns.set(name, { ...column, hasDefault: givesDefault(cmd) });
  if (cmd.def === undefined) return;
  if (cmd.subtype === "AT_AlterColumnType" && "ColumnDef" in cmd.def)
    columns.set(name, { ...column, type: typeText(cmd.def.ColumnDef.typeName) });
  if (cmd.subtype === "AT_AddConstraint" && "Constraint" in cmd.def && cmd.def.Constraint.contype === "CONSTR_PRIMARY")
    tighten(columns, strings(cmd.def.Constraint.keys));
}

function drop(statement: DropStmt, scene: Scene): void {
  for (const object of statement.objects ?? []) {
    const parts = partsOf(object);
    const key = listKey(parts, scene.path);
    scene.tables.delete(key);
    scene.relations.delete(key);
    scene.types.delete(key);
    scene.origins.delete(key);
    scene.fresh.delete(key);
    if (statement.removeType === "OBJECT_SCHEMA") scene.schemas.delete(parts.at(-1) ?? "");
  }
}

/** A renamed thing counts as having stood before: what is done to it next is judged as strictly. */
function rename(statement: RenameStmt, scene: Scene): void {
  const name = statement.newname ?? "";
  const key = relationKey(statement.relation, scene.path);
  if (statement.renameType === "OBJECT_COLUMN") {
    const table = scene.tables.get(key);
    const column = table?.columns.get(statement.subname ?? "");
    if (table === undefined || column === undefined) return;
    const columns = new Map(table.columns);
    columns.delete(statement.subname ?? "");
    scene.tables.set(key, { ...table, columns: columns.set(name, column) });
  } else if (statement.renameType === "OBJECT_TABLE") {
    const to = keyOf(statement.relation?.schemaname, name, scene.path);
    scene.tables.set(to, scene.tables.get(key) ?? UNKNOWN);
    scene.tables.delete(key);
    scene.origins.delete(key);
    scene.origins.delete(to);
  } else if (statement.renameType === "OBJECT_TYPE") {
    const from = listKey(partsOf(statement.object), scene.path);
    const known = scene.types.get(from);
    scene.types.delete(from);
    if (known !== undefined) scene.types.set(keyOf(partsOf(statement.object).at(-2), name, scene.path), known);
  }
}
