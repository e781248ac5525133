/**
 * The new release at work: it writes into what the change brought, triggers and
 * defaults and all. Old rows must bear that, too; and what the previous release,
 * which still runs, will then be refused is told.
 */
import type { Base } from "../base.ts";
import type { Column, Table } from "../catalogue.ts";
import { readTables } from "../catalogue.ts";
import { type Cluster, MIGRATOR } from "../cluster.ts";
import { hashesOf } from "../hashes.ts";
import { replayed } from "../replay.ts";
import { fillTables, valueFor } from "../seed.ts";
import { type Client, ServerError } from "../wire.ts";

export interface Traffic {
  /** rows made or changed */
  readonly rows: number;
  /** tables whose old rows read differently afterwards */
  readonly rowsChanged: readonly string[];
  /** statements of the previous release that were answered until then */
  readonly refused: readonly string[];
  /** old columns that may from now on hold an enum value the previous release does not know */
  readonly unknownValues: readonly string[];
}

export interface Migrated {
  readonly cluster: Cluster;
  readonly database: string;
  readonly base: Base;
  /** to the base's statements, once the change was applied */
  readonly answers: readonly string[];
  /** of the old rows, then */
  readonly hashes: ReadonlyMap<string, string>;
}

export async function writeAsNew({ cluster, database, base, answers, hashes }: Migrated): Promise<Traffic> {
  const admin = await cluster.admin(database);
  const now = await readTables(admin);
  const writer = await cluster.as(MIGRATOR, database);
  const rows = (await fillNew(writer, now, base)) + (await fillGrown(writer, now, base));
  writer.end();
  const after = rows === 0 ? hashes : await hashesOf(admin, base.tables);
  admin.end();
  const later = rows === 0 ? answers : await replayed(cluster, database, base.statements);
  const isError = (answer: string | undefined): boolean => answer?.startsWith("error ") === true;
  return {
    rows,
    rowsChanged: base.tables.map(({ name }) => name).filter((name) => hashes.get(name) !== after.get(name)),
    refused: base.statements.filter((_, index) => !isError(answers[index]) && isError(later[index])),
    unknownValues: now.flatMap((table) => {
      const old = base.tables.find(({ name }) => name === table.name);
      return table.columns.filter((column) => hasNewLabel(column, old)).map(({ name }) => `${table.name}.${name}`);
    }),
  };
}

function hasNewLabel({ name, labels }: Column, old: Table | undefined): boolean {
  const known = old?.columns.find((column) => column.name === name);
  return known !== undefined && known.kind === "e" && labels.some((label) => !known.labels.includes(label));
}

async function fillNew(writer: Client, now: readonly Table[], base: Base): Promise<number> {
  const known = new Set(base.tables.map(({ name }) => name));
  const attempts = await fillTables(
    writer,
    now,
    now.filter(({ name }) => !known.has(name)),
  );
  return [...attempts.values()].flat().filter((attempt) => attempt !== null).length;
}

/** One old row gets what it can into its new columns. */
async function fillGrown(writer: Client, now: readonly Table[], base: Base): Promise<number> {
  const byName = new Map(now.map((table) => [table.name, table]));
  let rows = 0;
  for (const table of now) {
    const old = base.tables.find(({ name }) => name === table.name);
    const known = new Set(old?.columns.map(({ name }) => name));
    const fresh =
      old === undefined ? [] : table.columns.filter(({ name, generated }) => !known.has(name) && !generated);
    for (const column of fresh) {
      const value = valueFor(byName, new Map(), table, column, 0);
      const first = `(SELECT min(ctid) FROM ${table.name})`;
      if (await did(writer, `UPDATE ${table.name} SET ${column.name} = ${value} WHERE ctid = ${first}`)) rows += 1;
    }
  }
  return rows;
}

async function did(client: Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return true;
  } catch (error) {
    if (error instanceof ServerError) return false;
    throw error;
  }
}
