/**
 * Judges what is neither a table nor its rows: types, domains, views,
 * sequences, schemas, extensions, comments.
 */
import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterSeqStmt,
  CommentStmt,
  CreateDomainStmt,
  CreateExtensionStmt,
  CreateSchemaStmt,
  CreateSeqStmt,
  DefElem,
  Node,
  ViewStmt,
} from "@pgsql/types";
import { isBuiltInType, isSystemName, listKey, partsOf, relationKey, shown, strings } from "../schema/names.ts";
import { originOf, type Scene } from "../schema/scene.ts";
import { type Remark, remark } from "../verdict.ts";
import { codeStored } from "./code.ts";
import { judgeName } from "./tables.ts";

/** Judges the name of a new type: a built-in one would change what later statements mean. */
export function judgeTypeName(parts: readonly string[]): readonly Remark[] {
  const name = parts.at(-1) ?? "";
  if (isSystemName({ ...(parts.length > 1 ? { schemaname: parts.at(-2) ?? "" } : {}), relname: name }))
    return remark("system-object", `type "${name}"`);
  return isBuiltInType(name) ? remark("built-in-name", `type "${name}"`) : [];
}

export function judgeDomain(statement: CreateDomainStmt): readonly Remark[] {
  const parts = strings(statement.domainname);
  const expressions = (statement.constraints ?? []).map((node) =>
    "Constraint" in node ? node.Constraint.raw_expr : node,
  );
  return [...judgeTypeName(parts), ...codeStored(`domain "${parts.at(-1)}"`, ...expressions)];
}

export function judgeAlterEnum(statement: AlterEnumStmt, scene: Scene): readonly Remark[] {
  const key = listKey(strings(statement.typeName), scene.path);
  if (statement.oldVal !== undefined) return remark("enum-value-renamed", `'${statement.oldVal}' of ${shown(key)}`);
  return scene.made.has(key) ? [] : remark("enum-value-added", `'${statement.newVal}' in ${shown(key)}`);
}

export function judgeAlterDomain(statement: AlterDomainStmt, scene: Scene): readonly Remark[] {
  const key = listKey(strings(statement.typeName), scene.path);
  const about = `domain ${shown(key)}`;
  if (scene.made.has(key))
    return codeStored(
      about,
      statement.def !== undefined && "Constraint" in statement.def ? statement.def.Constraint.raw_expr : statement.def,
    );
  if (statement.subtype === "X") return remark("drop-constraint", about);
  if (statement.subtype === "O") return remark("not-null-on-existing", about);
  return remark("domain-changed", about);
}

export function judgeView(statement: ViewStmt, scene: Scene): readonly Remark[] {
  const key = relationKey(statement.view, scene.path);
  const about = `view ${shown(key)}`;
  const maybeThere = !scene.complete || scene.relations.has(key) || scene.tables.has(key);
  return [
    ...judgeName(statement.view, scene),
    ...codeStored(about, statement.query),
    ...(statement.replace === true && maybeThere && !scene.made.has(key) ? remark("view-replaced", about) : []),
  ];
}

export function judgeCreateSequence(statement: CreateSeqStmt, scene: Scene): readonly Remark[] {
  return judgeName(statement.sequence, scene);
}

export function judgeAlterSequence(statement: AlterSeqStmt, scene: Scene): readonly Remark[] {
  const key = relationKey(statement.sequence, scene.path);
  return scene.made.has(key) ? [] : remark("sequence-changed", `sequence ${shown(key)}`);
}

/** Names that roles of applications commonly have; by default a role looks first in the schema named like it. */
const LIKE_A_ROLE =
  /^(\$user|app|apps|application|admin|administrator|root|owner|user|web|webapp|api_?user|service|postgres|prisma|django|rails|laravel|deploy|deployer|migrator|migrate|readonly|readwrite|reader|writer|anon|authenticated|authenticator|service_role|rds\w*|doadmin|neon\w*|orion\w*)$|[_-](app|user|role|owner|admin|migrator|rw|ro)$|^(app|user|role)[_-]/i;

export function judgeSchema(statement: CreateSchemaStmt, scene: Scene): readonly Remark[] {
  const name = statement.schemaname ?? statement.authrole?.rolename ?? "";
  const about = `schema "${name}"`;
  if (statement.if_not_exists === true && scene.schemas.has(name)) return [];
  if (isSystemName({ schemaname: name })) return remark("system-object", about);
  if (statement.authrole !== undefined) return remark("schema-like-role", about);
  if ((statement.schemaElts?.length ?? 0) > 0) return remark("unknown-form", about);
  return LIKE_A_ROLE.test(name) ? remark("schema-like-role", about) : [];
}

/** Extensions that bring types, indexes and functions, and reach nothing outside the database. */
const KNOWN_EXTENSIONS = new Set(
  `uuid-ossp pgcrypto citext pg_trgm btree_gin btree_gist hstore unaccent ltree intarray cube earthdistance fuzzystrmatch
  tablefunc tcn isn seg postgis postgis_topology postgis_raster postgis_tiger_geocoder address_standardizer vector
  pg_stat_statements timescaledb plpgsql pgvector bloom dict_int dict_xsyn pg_uuidv7 pgroonga pgrouting rum h3 ulid
  pgx_ulid semver pg_jsonschema pg_hashids moddatetime`.split(/\s+/),
);

export function judgeExtension(statement: CreateExtensionStmt): readonly Remark[] {
  const about = `"${statement.extname}"`;
  return remark(KNOWN_EXTENSIONS.has(statement.extname ?? "") ? "extension" : "foreign-code", about);
}

const COMMENTABLE =
  /^OBJECT_(TABLE|COLUMN|INDEX|VIEW|MATVIEW|SEQUENCE|TYPE|DOMAIN|SCHEMA|TABCONSTRAINT|DOMCONSTRAINT|EXTENSION|STATISTIC_EXT|DATABASE|FUNCTION|TRIGGER|POLICY)$/;

export function judgeComment(statement: CommentStmt, scene: Scene): readonly Remark[] {
  const parts = partsOf(statement.object);
  const about = `"${parts.join(".")}"`;
  if (!COMMENTABLE.test(statement.objtype ?? "")) return remark("unknown-form", `the comment on ${about}`);
  if (statement.comment !== undefined && statement.comment !== "") return [];
  const table =
    statement.objtype === "OBJECT_COLUMN" || statement.objtype === "OBJECT_TABCONSTRAINT" ? parts.slice(0, -1) : parts;
  const [name = "", schema] = [...table].reverse();
  const isNew = originOf({ relname: name, ...(schema === undefined ? {} : { schemaname: schema }) }, scene) === "here";
  return isNew ? [] : remark("comment-removed", about);
}

/** @returns the options of a statement by their names */
export function optionsOf(nodes: readonly Node[] | undefined): ReadonlyMap<string, DefElem> {
  return new Map(
    (nodes ?? []).flatMap((node) => ("DefElem" in node ? [[node.DefElem.defname ?? "", node.DefElem] as const] : [])),
  );
}
