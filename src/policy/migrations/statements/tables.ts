/**
 * Judges CREATE TABLE, CREATE TABLE AS and CREATE INDEX by what stood before.
 */
import type { CreateStmt, CreateTableAsStmt, DefElem, IndexStmt, Node, RangeVar } from "@pgsql/types";
import { readExpression } from "../schema/expressions.ts";
import { isBookkeeping, isSystemName, type Key, relationKey, shown } from "../schema/names.ts";
import { freshColumns, originOf, type Scene } from "../schema/scene.ts";
import { type Remark, remark } from "../verdict.ts";
import { codeRun, codeStored } from "./code.ts";
import { judgeNewColumn } from "./columns.ts";
import { judgeNewConstraint, judgeUnique } from "./constraints.ts";

const HARMLESS_OPTION =
  /^(fillfactor|autovacuum_|parallel_workers|toast_tuple_target|vacuum_|deduplicate_items|fastupdate|gin_pending_list_limit|pages_per_range|autosummarize|buffering|m|ef_construction|lists|security_invoker|security_barrier|check_option)/;

export function judgeCreateTable(statement: CreateStmt, scene: Scene): readonly Remark[] {
  const key = relationKey(statement.relation, scene.path);
  const about = `table ${shown(key)}`;
  const named = judgeName(statement.relation, scene);
  if (named.length > 0) return named;
  if (scene.tables.has(key) && statement.if_not_exists === true) return remark("if-not-exists", about);
  return [
    ...(statement.if_not_exists === true && !scene.complete ? remark("if-not-exists", about) : []),
    ...(statement.tableElts ?? []).flatMap((element) => judgeElement(element, key, scene)),
    ...judgeParents(statement, about, scene),
    ...codeStored(
      about,
      ...(statement.partspec?.partParams ?? []).map((node) =>
        "PartitionElem" in node ? node.PartitionElem.expr : node,
      ),
    ),
    ...judgeOptions(statement.options, about),
    ...(statement.tablespacename === undefined ? [] : remark("unknown-form", `${about}, in a tablespace,`)),
    ...(statement.accessMethod === undefined || statement.accessMethod === "heap" ? [] : remark("unknown-form", about)),
  ];
}

function judgeElement(element: Node, key: Key, scene: Scene): readonly Remark[] {
  if ("ColumnDef" in element) return judgeNewColumn(element.ColumnDef, key, scene);
  if ("Constraint" in element) return judgeNewConstraint(element.Constraint, key, scene);
  if ("TableLikeClause" in element) return [];
  return remark("unknown-form", `table ${shown(key)}`);
}

function judgeParents(statement: CreateStmt, about: string, scene: Scene): readonly Remark[] {
  const parents = (statement.inhRelations ?? []).flatMap((node) => ("RangeVar" in node ? [node.RangeVar] : []));
  if (parents.every((parent) => originOf(parent, scene) === "here")) return [];
  if (statement.partbound === undefined) return remark("inherits-existing", about);
  return remark(statement.partbound.is_default === true ? "partition-on-existing" : "attached-on-existing", about);
}

/** Judges the name of something new: whose it is, and whether it lasts. */
export function judgeName(relation: RangeVar | undefined, scene: Scene): readonly Remark[] {
  const about = `"${relation?.relname}"`;
  if (isSystemName(relation)) return remark("system-object", about);
  if (relation?.relname === "_prisma_migrations") return remark("bookkeeping-table", about);
  if (isBookkeeping(relation?.relname) && scene.tables.has(relationKey(relation, scene.path)))
    return remark("bookkeeping-table", about);
  return relation?.relpersistence === "p" ? [] : remark("temporary-table", about);
}

function judgeOptions(options: readonly Node[] | undefined, about: string): readonly Remark[] {
  const elements: DefElem[] = (options ?? []).flatMap((node) => ("DefElem" in node ? [node.DefElem] : []));
  return elements.every(({ defname }) => HARMLESS_OPTION.test(defname ?? "") || defname === "oids")
    ? []
    : remark("unknown-form", about);
}

/** Judges CREATE TABLE … AS and CREATE MATERIALIZED VIEW. */
export function judgeCreateAs(statement: CreateTableAsStmt, scene: Scene): readonly Remark[] {
  const relation = statement.into?.rel;
  const about = `"${relation?.relname}"`;
  return [
    ...judgeName(relation, scene),
    ...codeRun(about, statement.query),
    ...judgeOptions(statement.into?.options, about),
    ...remark("copies-rows", about),
  ];
}

export function judgeIndex(statement: IndexStmt, scene: Scene): readonly Remark[] {
  const key = relationKey(statement.relation, scene.path);
  const about = `index ${statement.idxname === undefined ? "" : `"${statement.idxname}" `}on ${shown(key)}`;
  if (isSystemName(statement.relation)) return remark("system-object", about);
  const elements = (statement.indexParams ?? []).flatMap((node) => ("IndexElem" in node ? [node.IndexElem] : []));
  const parts = [...elements.map(({ expr }) => expr), statement.whereClause];
  const shared = [
    ...(statement.concurrent === true ? remark("concurrently", about) : []),
    ...judgeOptions(statement.options, about),
    ...(statement.tableSpace === undefined ? [] : remark("unknown-form", about)),
  ];
  if (originOf(statement.relation, scene) !== "before") return [...shared, ...codeStored(about, ...parts)];
  const code = codeRun(about, ...parts);
  const columns = elements.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const unique =
    statement.unique === true
      ? judgeUnique(columns, freshColumns(key, scene), statement.nulls_not_distinct === true, about)
      : [];
  const mayFail = code.length === 0 && readExpression(...parts).fails !== "no" ? remark("index-expression", about) : [];
  return [...shared, ...code, ...unique, ...mayFail, ...remark("index-locks-writes", about)];
}
