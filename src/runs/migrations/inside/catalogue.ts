/**
 * What tables a database has, as its catalogue says: columns, keys between
 * tables, values a check names. Reading only.
 */
import type { Client } from "./wire.ts";

export interface Column {
  readonly name: string;
  /** as `format_type` writes it; of a domain, the type below */
  readonly type: string;
  /** pg_type.typtype: b base, e enum, c composite, r range, m multirange */
  readonly kind: string;
  readonly category: string;
  readonly nullable: boolean;
  readonly generated: boolean;
  readonly filled: boolean;
  readonly labels: readonly string[];
  /** literals in the checks on the column, which its values may have to be one of */
  readonly literals: readonly string[];
}

export interface Reference {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
}

export interface Table {
  /** quoted, with its schema */
  readonly name: string;
  /** as the previous release writes it: without the schema where that is public */
  readonly spoken: string;
  readonly columns: readonly Column[];
  readonly references: readonly Reference[];
}

const NOT_OURS =
  "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp%'";

const COLUMNS = `
WITH RECURSIVE base(oid, root) AS (
  SELECT oid, oid FROM pg_type WHERE typtype <> 'd'
  UNION ALL SELECT d.oid, b.root FROM pg_type d JOIN base b ON d.typtype = 'd' AND d.typbasetype = b.oid)
SELECT format('%I.%I', n.nspname, c.relname),
  CASE WHEN n.nspname = 'public' THEN format('%I', c.relname) ELSE format('%I.%I', n.nspname, c.relname) END,
  quote_ident(a.attname),
  CASE WHEN d.typtype = 'd' THEN format_type(t.oid, d.typtypmod) ELSE format_type(t.oid, a.atttypmod) END,
  t.typtype, t.typcategory, NOT (a.attnotnull OR d.typnotnull), a.attgenerated <> '', a.atthasdef OR a.attidentity <> '',
  coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '[]'),
  coalesce((SELECT json_agg(pg_get_constraintdef(k.oid)) FROM pg_constraint k
    WHERE k.contype = 'c' AND (k.conrelid = c.oid AND a.attnum = ANY (k.conkey) OR k.contypid = d.oid)), '[]')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type d ON d.oid = a.atttypid JOIN base b ON b.oid = d.oid JOIN pg_type t ON t.oid = b.root
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${NOT_OURS}
ORDER BY 1, a.attnum`;

const REFERENCES = `
SELECT format('%I.%I', n.nspname, c.relname), format('%I.%I', m.nspname, f.relname),
  (SELECT json_agg(quote_ident(a.attname) ORDER BY u.i) FROM unnest(k.conkey) WITH ORDINALITY u(num, i)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num),
  (SELECT json_agg(quote_ident(a.attname) ORDER BY u.i) FROM unnest(k.confkey) WITH ORDINALITY u(num, i)
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace m ON m.oid = f.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT c.relispartition ORDER BY 1, k.conname`;

export async function readTables(client: Client): Promise<readonly Table[]> {
  const columns = await client.query(COLUMNS);
  const references = await client.query(REFERENCES);
  const names = [...new Set(columns.map(([name]) => name ?? ""))];
  return names.map((name) => {
    const own = columns.filter(([table]) => table === name);
    return {
      name,
      spoken: own[0]?.[1] ?? name,
      columns: own.map(columnOf),
      references: references
        .filter(([table]) => table === name)
        .map(([, table, from, to]) => ({ table: table ?? "", columns: texts(from), targets: texts(to) })),
    };
  });
}

function columnOf(row: readonly (string | null)[]): Column {
  const [, , name, type, kind, category, nullable, generated, filled, labels, checks] = row;
  return {
    name: name ?? "",
    type: type ?? "",
    kind: kind ?? "",
    category: category ?? "",
    nullable: nullable === "t",
    generated: generated === "t",
    filled: filled === "t",
    labels: texts(labels),
    literals: texts(checks).flatMap(literalsIn),
  };
}

function literalsIn(check: string): readonly string[] {
  const quoted = [...check.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = ""]) => text.replaceAll("''", "'"));
  const numbers = [...check.matchAll(/(?<![\w.'])-?\d+(?:\.\d+)?/g)].flatMap(([text]) => [
    text,
    String(Number(text) + 1),
  ]);
  return [...quoted, ...numbers];
}

function texts(json: string | null | undefined): readonly string[] {
  return json === null || json === undefined ? [] : (JSON.parse(json) as string[]);
}
