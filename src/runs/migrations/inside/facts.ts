/**
 * A database's catalogue as plain facts, one text each: what was there must
 * stay there, and some things may not appear on what was there. Reading only.
 */
import type { Client } from "./wire.ts";

/** `kind` and `about` name a thing; `says` is what it is like. */
export interface Fact {
  readonly kind: string;
  readonly about: string;
  readonly says: string;
  /** the table it stands on, quoted; "" for what stands alone */
  readonly table: string;
  /** the columns of that table it is about, as `table.column`; only where that matters */
  readonly columns: readonly string[];
}

const NS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp%'";
const T = "format('%I.%I', n.nspname, c.relname)";
const CLASS = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace";
const ATTRIBUTE = `${CLASS} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;
const LEFT_DEFAULT = "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum";
const COLUMN = `${T} || '.' || quote_ident(a.attname)`;
const IS_TABLE = `c.relkind IN ('r', 'p') AND ${NS}`;

/** @returns SQL for the names of a catalogue row's columns, as JSON */
function columnsAt(numbers: string): string {
  return `(SELECT json_agg(${COLUMN}) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (${numbers}))`;
}

/** kind, about, says, table, columns */
const QUERIES: readonly string[] = [
  `SELECT 'schema', n.nspname, concat_ws(' ', pg_get_userbyid(n.nspowner), n.nspacl::text), '' FROM pg_namespace n WHERE ${NS}`,
  `SELECT 'relation', ${T}, concat_ws(' ', c.relkind, c.relpersistence, pg_get_userbyid(c.relowner), c.relacl::text, c.reloptions::text, c.relreplident), CASE WHEN c.relkind IN ('r','p') THEN ${T} ELSE '' END FROM ${CLASS} WHERE c.relkind IN ('r','p','v','m','S','f') AND ${NS}`,
  `SELECT 'row security', ${T}, concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity), ${T} FROM ${CLASS} WHERE ${IS_TABLE}`,
  `SELECT 'column type', ${COLUMN}, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation), ${T} FROM ${ATTRIBUTE} WHERE ${IS_TABLE}`,
  `SELECT 'column null', ${COLUMN}, CASE WHEN a.attnotnull THEN 'NOT NULL' ELSE 'NULL' END, ${T} FROM ${ATTRIBUTE} WHERE ${IS_TABLE}`,
  `SELECT 'column default', ${COLUMN}, concat_ws(' ', a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)), ${T} FROM ${ATTRIBUTE} ${LEFT_DEFAULT} WHERE ${IS_TABLE}`,
  `SELECT 'constraint', ${T} || ' ' || quote_ident(k.conname), pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' not validated' END, ${T}, ${columnsAt("k.conkey")} FROM pg_constraint k JOIN ${CLASS} ON c.oid = k.conrelid WHERE ${NS} AND k.contype <> 'n'`,
  `SELECT 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END, ${T} FROM pg_index i JOIN ${CLASS} ON c.oid = i.indrelid WHERE ${NS} AND NOT i.indisunique`,
  `SELECT 'unique index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), ${T}, ${columnsAt("i.indkey")} FROM pg_index i JOIN ${CLASS} ON c.oid = i.indrelid WHERE ${NS} AND i.indisunique`,
  `SELECT 'enum value', format('%I.%I', n.nspname, t.typname) || ' ' || e.enumlabel, '', '' FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace`,
  `SELECT 'type', format('%I.%I', n.nspname, t.typname), concat_ws(' ', t.typtype, pg_get_userbyid(t.typowner), t.typacl::text, t.typnotnull, t.typdefault, (SELECT string_agg(pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid), (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = t.typrelid AND NOT a.attisdropped AND a.attnum > 0)), '' FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${NS} AND t.typelem = 0 AND (t.typrelid = 0 OR (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c')`,
  "SELECT 'sequence', format('%I.%I', schemaname, sequencename), concat_ws(' ', data_type, start_value, min_value, max_value, increment_by, cycle, last_value), '' FROM pg_sequences",
  `SELECT 'view', ${T}, pg_get_viewdef(c.oid), '' FROM ${CLASS} WHERE c.relkind IN ('v','m') AND ${NS}`,
  `SELECT 'function', p.oid::regprocedure::text, concat_ws(' ', md5(concat(p.prosrc, p.probin, p.prokind, p.proconfig, p.prosecdef, p.provolatile, p.prorettype::regtype)), pg_get_userbyid(p.proowner), p.proacl::text), '' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${NS}`,
  `SELECT 'trigger', ${T} || ' ' || g.tgname, concat_ws(' ', pg_get_triggerdef(g.oid), g.tgenabled), ${T} FROM pg_trigger g JOIN ${CLASS} ON c.oid = g.tgrelid WHERE NOT g.tgisinternal AND ${NS}`,
  `SELECT 'key trigger off', ${T} || ' ' || k.conname, g.tgenabled, ${T} FROM pg_trigger g JOIN ${CLASS} ON c.oid = g.tgrelid JOIN pg_constraint k ON k.oid = g.tgconstraint WHERE g.tgisinternal AND g.tgenabled <> 'O' AND ${NS}`,
  `SELECT 'rule', ${T} || ' ' || r.rulename, concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled), ${T} FROM pg_rewrite r JOIN ${CLASS} ON c.oid = r.ev_class WHERE c.relkind IN ('r','p') AND ${NS}`,
  `SELECT 'policy', ${T} || ' ' || y.polname, concat_ws(' ', y.polcmd, y.polpermissive, pg_get_expr(y.polqual, y.polrelid), pg_get_expr(y.polwithcheck, y.polrelid)), ${T} FROM pg_policy y JOIN ${CLASS} ON c.oid = y.polrelid WHERE ${NS}`,
  `SELECT 'column rights', ${COLUMN}, a.attacl::text, ${T} FROM ${ATTRIBUTE} WHERE a.attacl IS NOT NULL AND ${NS}`,
  `SELECT 'inheritance', i.inhrelid::regclass::text, ${T} || ' ' || coalesce(pg_get_expr(b.relpartbound, b.oid), ''), ${T} FROM pg_inherits i JOIN pg_class b ON b.oid = i.inhrelid JOIN ${CLASS} ON c.oid = i.inhparent WHERE ${NS} AND c.relkind = 'r'`,
  "SELECT 'extension', extname, extversion, '' FROM pg_extension",
  "SELECT 'setting', coalesce(d.datname, '') || ' ' || coalesce(pg_get_userbyid(nullif(s.setrole, 0)), ''), s.setconfig::text, '' FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))",
  "SELECT 'event trigger', evtname, concat_ws(' ', evtevent, evtenabled), '' FROM pg_event_trigger",
  "SELECT 'default rights', pg_get_userbyid(defaclrole) || ' ' || defaclobjtype::text || ' ' || defaclnamespace::regnamespace::text, defaclacl::text, '' FROM pg_default_acl",
  "SELECT 'cast', castsource::regtype || ' to ' || casttarget::regtype, castcontext, '' FROM pg_cast WHERE oid >= 16384 AND castsource NOT IN (SELECT rngtypid FROM pg_range)",
  "SELECT 'operator', oid::regoperator::text, oprcode::text, '' FROM pg_operator WHERE oid >= 16384",
  "SELECT 'publication', pubname, concat(puballtables, pubinsert, pubupdate, pubdelete), '' FROM pg_publication",
  "SELECT 'large object', oid::text, md5(lo_get(oid)), '' FROM pg_largeobject_metadata",
  "SELECT 'database', '', concat_ws(' ', pg_get_userbyid(datdba), datacl::text, datconnlimit, datallowconn), '' FROM pg_database WHERE datname = current_database()",
  "SELECT 'role', rolname, concat_ws(' ', rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolconnlimit, rolconfig::text), '' FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'",
];

export async function readFacts(client: Client): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const query of QUERIES) {
    for (const [kind, about, says, table, columns] of await client.query(query)) {
      const named = JSON.parse(columns ?? "[]") as string[];
      facts.push({ kind: kind ?? "", about: about ?? "", says: says ?? "", table: table ?? "", columns: named });
    }
  }
  return facts;
}

/** On a table that was there, each of these binds or changes what the running release does. */
const BINDS = ["trigger", "key trigger off", "rule", "policy", "constraint", "unique index", "inheritance"];
/** These act on everything, wherever they stand. */
const REACHES_ALL = ["setting", "event trigger", "default rights", "cast", "operator", "role"];

export interface Difference {
  readonly lost: readonly string[];
  readonly bound: readonly string[];
}

/** @returns what is gone or different, and what is new on what was there */
export function compareFacts(before: readonly Fact[], after: readonly Fact[]): Difference {
  const key = ({ kind, about }: Fact): string => `${kind} ${about}`;
  const was = new Map(before.map((fact) => [key(fact), fact]));
  const is = new Map(after.map((fact) => [key(fact), fact]));
  const tables = new Set(before.filter(({ kind }) => kind === "relation").map(({ about }) => about));
  const columns = new Set(before.filter(({ kind }) => kind === "column type").map(({ about }) => about));
  return {
    lost: before.flatMap((fact) => {
      const now = is.get(key(fact));
      if (now === undefined) return [`${key(fact)} is gone`];
      return now.says === fact.says ? [] : [`${key(fact)} was ${shown(fact.says)} and is ${shown(now.says)}`];
    }),
    bound: after
      .filter((fact) => !was.has(key(fact)))
      .filter((fact) => REACHES_ALL.includes(fact.kind) || (BINDS.includes(fact.kind) && binds(fact, tables, columns)))
      .map((fact) => `new ${key(fact)}: ${shown(fact.says)}`),
  };
}

/** A key or a reference on a column that is new as well, and a check on new columns alone, bind no row that was there. */
function binds(fact: Fact, tables: ReadonlySet<string>, columns: ReadonlySet<string>): boolean {
  if (!tables.has(fact.table)) return false;
  if (fact.kind !== "constraint" && fact.kind !== "unique index") return true;
  const isOld = (column: string): boolean => columns.has(column);
  if (fact.says.startsWith("CHECK")) return fact.columns.length === 0 || fact.columns.some(isOld);
  return fact.columns.every(isOld);
}

function shown(text: string): string {
  return text === "" ? "nothing" : text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
