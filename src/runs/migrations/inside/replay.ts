/**
 * What the previous release does to its tables, written from their catalogue as
 * an object mapper writes it: reads, inserts, updates and deletes that name the
 * old columns. Each is taken back after it answered.
 */
import type { Table } from "./catalogue.ts";
import { type Cluster, RELEASE } from "./cluster.ts";
import { insertion } from "./seed.ts";
import { literalFor } from "./values.ts";
import { type Client, ServerError } from "./wire.ts";

const FRESH_ROW = 7;

/** @returns SQL that the previous release may send */
export function statementsOf(tables: readonly Table[]): readonly string[] {
  return tables.flatMap((table) => {
    const { spoken, columns, references } = table;
    const names = columns.map(({ name }) => name);
    const first = names[0];
    if (first === undefined) return [`SELECT count(*) FROM ${spoken}`];
    const settable = columns.filter(({ generated }) => !generated);
    const referring = new Set(references.flatMap((reference) => reference.columns));
    const needed = settable.filter((column) => !column.filled && (!column.nullable || referring.has(column.name)));
    const row = (number: number) => (column: (typeof columns)[number]) =>
      literalFor(column, referring.has(column.name) ? 0 : number, 1);
    const last = settable.at(-1)?.name;
    return [
      `SELECT ${names.join(", ")} FROM ${spoken} ORDER BY ROW(${names.map((name) => `${name}::text`).join(", ")})`,
      `SELECT count(*) FROM ${spoken}`,
      insertion(spoken, settable, row(FRESH_ROW)),
      insertion(spoken, needed, row(FRESH_ROW)),
      insertion(spoken, settable, row(0)),
      ...(last === undefined ? [] : [`UPDATE ${spoken} SET ${last} = ${last}`]),
      `DELETE FROM ${spoken} WHERE ctid = (SELECT min(ctid) FROM ${spoken})`,
      `DELETE FROM ${spoken}`,
    ];
  });
}

/** @returns one text for each statement: its rows or its error */
async function answersOf(client: Client, statements: readonly string[]): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const statement of statements) answers.push(await answerOf(client, statement));
  return answers;
}

async function answerOf(client: Client, statement: string): Promise<string> {
  try {
    return JSON.stringify(await client.query(`BEGIN; ${statement}; ROLLBACK`));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await client.query("ROLLBACK");
    return `error ${error.code}`;
  }
}

/** The same, asked as the release itself. */
export async function replayed(
  cluster: Cluster,
  database: string,
  statements: readonly string[],
): Promise<readonly string[]> {
  try {
    const client = await cluster.as(RELEASE, database);
    const answers = await answersOf(client, statements);
    client.end();
    return answers;
  } catch (error) {
    if (error instanceof ServerError) return statements.map(() => `error ${error.code}`);
    throw error;
  }
}
