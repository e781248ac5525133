/**
 * The role a process of Orion works as, once the migration runner has made it:
 * it reads and writes rows and can neither change the schema nor empty a table.
 */
import pg from "pg";

export const APP_ROLE = "orion_app";
export const MIGRATOR_ROLE = "orion_migrator";

const CONNECT_MS = 5_000;

/** @returns the same address, with every session of it under the role */
export function asRole(connectionString: string, role: string): string {
  const url = new URL(connectionString);
  const given = url.searchParams.get("options");
  url.searchParams.set("options", `${given === null ? "" : `${given} `}-c role=${role}`);
  return url.href;
}

/**
 * Asks the database whether the role is there and is this database's. Where it is not, or where a pooler in between
 * takes no options, the address is used as it is.
 */
export async function asApp(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString, application_name: "orion", connectionTimeoutMillis: CONNECT_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean }>(
      `SELECT pg_has_role(oid, 'USAGE') AND has_schema_privilege(oid, 'public', 'USAGE')
         AND coalesce(has_table_privilege(oid, to_regclass('public._prisma_migrations'), 'SELECT'), false) AS may
       FROM pg_roles WHERE rolname = $1`,
      [APP_ROLE],
    );
    if (rows[0]?.may !== true) return connectionString;
  } finally {
    await client.end();
  }
  const address = asRole(connectionString, APP_ROLE);
  return (await connects(address)) ? address : connectionString;
}

async function connects(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, application_name: "orion", connectionTimeoutMillis: CONNECT_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false; // the plain address just worked, so it is the option that is refused
  } finally {
    await client.end();
  }
}
