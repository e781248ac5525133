/**
 * Rows for every table of a schema, made from its catalogue: plain values, the
 * edges of each type, NULLs, and references that hold. What a check refuses is
 * tried with the values it names; a table that takes none is told.
 */
import type { Column, Table } from "./catalogue.ts";
import { literalFor, ROWS } from "./values.ts";
import { type Client, ServerError } from "./wire.ts";

const ATTEMPTS = 8;
/** Defaults that count begin far from the rows made here. */
const SEQUENCE_START = 100_000;

export interface Seeded {
  readonly rows: number;
  /** tables no row could be made for */
  readonly empty: readonly string[];
}

/** @param client may everything, so that order and triggers do not matter */
export async function seedRows(client: Client, tables: readonly Table[]): Promise<Seeded> {
  await client.query("SET session_replication_role = replica; SET search_path = pg_catalog, public");
  const attempts = await fillTables(client, tables, tables);
  if ([...attempts.values()].flat().includes(null)) await dropOrphans(client, tables);
  await client.query(SEQUENCES);
  await client.query("RESET session_replication_role; RESET search_path");
  return count(client, tables);
}

/**
 * @param all tables there are, whose rows may be referred to
 * @param empty those that get rows, each after those it refers to
 * @returns for each row of each the attempt that was taken, null where none was
 */
export async function fillTables(client: Client, all: readonly Table[], empty: readonly Table[]): Promise<Attempts> {
  const byName = new Map(all.map((table) => [table.name, table]));
  const waiting = new Set(empty.map(({ name }) => name));
  const attempts = new Map<string, readonly (number | null)[]>();
  const seed = async (table: Table): Promise<void> => {
    if (attempts.has(table.name) || !waiting.has(table.name)) return;
    attempts.set(table.name, []);
    for (const { table: target } of table.references) {
      const wanted = byName.get(target);
      if (wanted !== undefined) await seed(wanted);
    }
    const taken: (number | null)[] = [];
    attempts.set(table.name, taken);
    for (let row = 0; row < ROWS; row += 1) {
      const made = await insertOne(client, table, (attempt) => {
        taken[row] = attempt;
        return (column) => valueFor(byName, attempts, table, column, row);
      });
      taken[row] = made;
    }
  };
  for (const table of empty) await seed(table);
  return attempts;
}

const SEQUENCES = `SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, least(${SEQUENCE_START}, max_value))
FROM pg_sequences WHERE coalesce(last_value, 0) < ${SEQUENCE_START} AND increment_by > 0 AND max_value >= start_value`;

type Attempts = ReadonlyMap<string, readonly (number | null)[]>;

/** A column that refers holds what the row of the same number of the other table holds. */
export function valueFor(
  tables: ReadonlyMap<string, Table>,
  attempts: Attempts,
  table: Table,
  column: Column,
  row: number,
  depth = 0,
): string {
  const attempt = attempts.get(table.name)?.[row] ?? 0;
  const own = (): string => literalFor(column, row, attempt);
  const reference = table.references.find(({ columns }) => columns.includes(column.name));
  if (reference === undefined || depth > 20) return own();
  const target = tables.get(reference.table);
  const wanted = target?.columns.find(({ name }) => name === reference.targets[reference.columns.indexOf(column.name)]);
  if (target === undefined || wanted === undefined || (target === table && wanted === column)) return own();
  return own() === "NULL" ? "NULL" : valueFor(tables, attempts, target, wanted, row, depth + 1);
}

/** @returns the attempt that was taken; null when none was */
async function insertOne(
  client: Client,
  table: Table,
  begin: (attempt: number) => (column: Column) => string,
): Promise<number | null> {
  const columns = table.columns.filter(({ generated }) => !generated);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const value = begin(attempt);
    try {
      await client.query(insertion(table.name, columns, value));
      return attempt;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
    }
  }
  return null;
}

export function insertion(table: string, columns: readonly Column[], value: (column: Column) => string): string {
  if (columns.length === 0) return `INSERT INTO ${table} DEFAULT VALUES`;
  const names = columns.map(({ name }) => name).join(", ");
  return `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE VALUES (${columns.map(value).join(", ")})`;
}

/** Where a row was refused, those that refer to it go too, until every reference holds. */
async function dropOrphans(client: Client, tables: readonly Table[]): Promise<void> {
  const statements = tables.flatMap(({ name, references }) =>
    references.map(({ columns, table, targets }) => {
      const set = columns.map((column) => `a.${column} IS NOT NULL`).join(" AND ");
      const same = columns.map((column, index) => `b.${targets[index]} = a.${column}`).join(" AND ");
      return `DELETE FROM ${name} a WHERE ${set} AND NOT EXISTS (SELECT FROM ${table} b WHERE ${same})`;
    }),
  );
  for (let round = 0; round < ROWS && statements.length > 0; round += 1) {
    for (const statement of statements) await client.query(statement);
  }
}

async function count(client: Client, tables: readonly Table[]): Promise<Seeded> {
  const counts: { name: string; rows: number }[] = [];
  for (const { name } of tables) {
    const [row] = await client.query(`SELECT count(*) FROM ${name}`);
    counts.push({ name, rows: Number(row?.[0]) });
  }
  return {
    rows: counts.reduce((sum, { rows }) => sum + rows, 0),
    empty: counts.filter(({ rows }) => rows === 0).map(({ name }) => name),
  };
}
