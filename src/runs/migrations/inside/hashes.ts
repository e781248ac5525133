/** One hash a table over its rows and the columns it had: what a change must leave as it was. */
import type { Table } from "./catalogue.ts";
import { type Client, ServerError } from "./wire.ts";

/** @returns by table; of one that cannot be read, the error */
export async function hashesOf(admin: Client, tables: readonly Table[]): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const { name, columns } of tables) {
    const row = columns.map((column) => column.name).join(", ");
    try {
      const [found] = await admin.query(
        `SELECT count(*) || ':' || coalesce(md5(string_agg(h, ',' ORDER BY h)), '') FROM (SELECT md5(ROW(${row})::text) AS h FROM ${name}) r`,
      );
      hashes.set(name, found?.[0] ?? "");
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      hashes.set(name, `error ${error.code}`);
    }
  }
  return hashes;
}
