/** What only the database knows: whether everything that came in was looked at. */
import pg from "pg";

/** One question to the database. @returns the rows */
export async function ask(connectionString: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
