/**
 * Names and types as the syntax tree holds them, made comparable. It knows
 * nothing of what exists.
 */
import type { Node, RangeVar, TypeName } from "@pgsql/types";

/** Names one thing across schemas; the separator cannot be typed into a name by accident. */
export type Key = `${string}\u001f${string}`;

/** @returns the key of a name; names without a schema belong to `path` */
export function keyOf(schema: string | undefined, name: string, path: string): Key {
  return `${schema ?? path}\u001f${name}`;
}

/** @returns the key of a table or view as a statement names it */
export function relationKey(relation: RangeVar | undefined, path: string): Key {
  return keyOf(relation?.schemaname, relation?.relname ?? "", path);
}

/** @returns the key of a name written as a list of parts, the last being the name */
export function listKey(parts: readonly string[], path: string): Key {
  return keyOf(parts.at(-2), parts.at(-1) ?? "", path);
}

/** @returns the name for a sentence; `public` is left out */
export function shown(key: Key): string {
  const [schema = "", name = ""] = key.split("\u001f");
  return schema === "public" ? name : `${schema}.${name}`;
}

/** @returns the parts of a dotted name; anything but plain strings is left out */
export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) =>
    "String" in node && node.String.sval !== undefined ? [node.String.sval] : [],
  );
}

/** @returns the parts of an object's name, in whichever node a statement wraps it */
export function partsOf(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  if ("List" in node) return strings(node.List.items);
  if ("String" in node) return strings([node]);
  if ("TypeName" in node) return strings(node.TypeName.names);
  if ("ObjectWithArgs" in node) return strings(node.ObjectWithArgs.objname);
  return [];
}

/** @returns a type in one spelling: `varchar(20)`, `int4[]`, `public.role`; built-ins without their schema */
export function typeText(type: TypeName | undefined): string {
  const names = strings(type?.names);
  const name = names[0] === "pg_catalog" && names.length > 1 ? names.slice(1).join(".") : names.join(".");
  const sizes = (type?.typmods ?? []).map((node) =>
    "A_Const" in node ? String(node.A_Const.ival?.ival ?? node.A_Const.sval?.sval ?? 0) : "?",
  );
  return `${name}${sizes.length > 0 ? `(${sizes.join(",")})` : ""}${"[]".repeat(type?.arrayBounds?.length ?? 0)}`;
}

/** Types that PostgreSQL itself brings, with the spellings its grammar keeps. */
const BUILT_IN = new Set(
  `bit bool boolean box bpchar bytea char character cidr circle date datemultirange daterange decimal double float float4
  float8 inet int int2 int4 int4multirange int4range int8 int8multirange int8range integer interval json jsonb jsonpath
  line lseg macaddr macaddr8 money name numeric nummultirange numrange oid path pg_lsn point polygon real regclass
  regnamespace regproc regrole regtype serial serial2 serial4 serial8 bigserial smallserial smallint bigint text time
  timestamp timestamptz timetz tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid
  varbit varchar void xml record any anyelement anyarray trigger cstring`.split(/\s+/),
);

/** Case counts: `"Interval"` is a name of its own, `interval` is not. */
export function isBuiltInType(name: string): boolean {
  return BUILT_IN.has(name.replace(/[([].*$/s, ""));
}

/** Tables in which migration tools keep what they applied. */
const BOOKKEEPING =
  /^(_prisma_migrations|goose_db_version|schema_migrations|gorp_migrations|flyway_schema_history|schema_version|__drizzle_migrations|knex_migrations(_lock)?|_sqlx_migrations|__diesel_schema_migrations|pgmigrations|databasechangelog(lock)?|alembic_version|atlas_schema_revisions|typeorm_migrations|sequelizemeta|django_migrations|ar_internal_metadata)$/i;

export function isBookkeeping(name: string | undefined): boolean {
  return BOOKKEEPING.test(name ?? "");
}

/** @returns true for what belongs to PostgreSQL: `pg_…` and information_schema */
export function isSystemName(relation: RangeVar | undefined): boolean {
  const system = /^(pg_|information_schema$)/i;
  return system.test(relation?.schemaname ?? "") || /^pg_/i.test(relation?.relname ?? "");
}

/** @returns true when every value of `from` fits `to` and queries go on as before; unknown `from` only with the widest types */
export function isWidening(from: string | null, to: string): boolean {
  const widest = new Set(["text", "varchar", "int8", "numeric"]);
  if (from === null) return widest.has(to);
  const [fromName = "", fromSizes] = sizesOf(from);
  const [toName = "", toSizes] = sizesOf(to);
  const chars = new Set(["varchar", "text", "bpchar"]);
  if (chars.has(fromName) && chars.has(toName) && toName !== "bpchar") {
    if (toSizes.length === 0) return true;
    return fromSizes.length > 0 && (toSizes[0] ?? 0) >= (fromSizes[0] ?? 0);
  }
  const ladder = ["int2", "int4", "int8"];
  if (ladder.includes(fromName) && ladder.includes(toName)) return ladder.indexOf(toName) >= ladder.indexOf(fromName);
  if (ladder.includes(fromName) && toName === "numeric") return toSizes.length === 0;
  if (fromName === "float4" && toName === "float8") return true;
  if (fromName === "numeric" && toName === "numeric") return numericGrows(fromSizes, toSizes);
  const sameKind = fromName === toName && /^(timestamp|timestamptz|time|timetz|varbit)$/.test(fromName);
  return sameKind && (toSizes.length === 0 || (fromSizes.length > 0 && (toSizes[0] ?? 0) >= (fromSizes[0] ?? 0)));
}

function numericGrows(from: readonly number[], to: readonly number[]): boolean {
  if (to.length === 0) return true;
  if (from.length === 0) return false;
  const [precision = 0, scale = 0] = from;
  const [wider = 0, finer = 0] = to;
  return finer >= scale && wider - finer >= precision - scale;
}

function sizesOf(type: string): readonly [string, readonly number[]] {
  const match = /^([^([]+)(?:\(([^)]*)\))?$/.exec(type);
  if (match === null) return [type, []];
  return [match[1] ?? type, match[2] === undefined ? [] : match[2].split(",").map(Number)];
}
