/**
 * Two roles: `orion_migrator` owns what migrations make, `orion_app` works with
 * the rows and can neither change the schema nor empty a table. Where the
 * connecting role may make none, everything works as before, and it is said.
 */
import type { ClientBase } from "pg";
import pg from "pg";
import { APP_ROLE, MIGRATOR_ROLE } from "../app-role.ts";

const SCHEMAS = ["public", "pgboss"];
/** Duplicate, unique violation: another database of the same server made it at this moment. */
const THERE_ALREADY = ["42710", "23505"];

/** @returns true when both roles are there and the connecting one may act as them */
export async function ensureRoles(client: ClientBase, onLine: (line: string) => void): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean; app: boolean; migrator: boolean }>(
    `SELECT rolcreaterole OR rolsuper AS may,
       EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS app, EXISTS (SELECT FROM pg_roles WHERE rolname = $2) AS migrator
     FROM pg_roles WHERE rolname = current_user`,
    [APP_ROLE, MIGRATOR_ROLE],
  );
  const [found] = rows;
  if (found === undefined) return false;
  if (found.may) for (const role of [MIGRATOR_ROLE, APP_ROLE]) await makeRole(client, role);
  const usable = (found.may || (found.app && found.migrator)) && (await isMember(client));
  if (!usable) onLine(`note: this database's user may make no roles, so ${APP_ROLE} is not used`);
  return usable;
}

async function makeRole(client: ClientBase, role: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
  if (rowCount === 0) await tolerating(THERE_ALREADY, client.query(`CREATE ROLE ${role} NOLOGIN`));
  const { rows } = await client.query<{ all: boolean }>(
    'SELECT rolsuper AS "all" FROM pg_roles WHERE rolname = current_user',
  );
  // since PostgreSQL 16 whoever makes a role may hand it out, but not act as it
  if (rows[0]?.all !== true) await client.query(`GRANT ${role} TO CURRENT_USER`);
}

async function isMember(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ both: boolean }>(
    "SELECT pg_has_role(current_user, $1, 'USAGE') AND pg_has_role(current_user, $2, 'USAGE') AS both",
    [APP_ROLE, MIGRATOR_ROLE],
  );
  return rows[0]?.both === true;
}

/**
 * A database that has nothing yet is built by `orion_migrator`, one that it built is migrated by it; one from
 * before the roles keeps its owner.
 * @returns the role that migrates
 */
export async function migratingRole(client: ClientBase): Promise<typeof MIGRATOR_ROLE | null> {
  const { rows } = await client.query<{ owner: string }>(
    "SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE oid = to_regclass('public._prisma_migrations')",
  );
  if (rows.length > 0) return rows[0]?.owner === MIGRATOR_ROLE ? MIGRATOR_ROLE : null;
  const { rows: names } = await client.query<{ database: string }>(
    "SELECT quote_ident(current_database()) AS database",
  );
  await client.query(`GRANT CREATE ON DATABASE ${names[0]?.database} TO ${MIGRATOR_ROLE}`);
  await client.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${MIGRATOR_ROLE}`);
  // who is not the database's owner is answered with a warning and hands out nothing
  const { rows: may } = await client.query<{ both: boolean }>(
    "SELECT has_database_privilege($1, current_database(), 'CREATE') AND has_schema_privilege($1, 'public', 'CREATE') AS both",
    [MIGRATOR_ROLE],
  );
  return may[0]?.both === true ? MIGRATOR_ROLE : null;
}

const GRANTS = [
  { kinds: ["r", "p", "v", "m"], what: "SELECT, INSERT, UPDATE, DELETE ON TABLE" },
  { kinds: ["S"], what: "USAGE, SELECT, UPDATE ON SEQUENCE" },
] as const;

/** Rows, and nothing but rows, of everything that is the connecting role's to hand out. */
export async function grantRows(client: ClientBase, appUser: string | undefined): Promise<void> {
  for (const schema of SCHEMAS) await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${APP_ROLE}`);
  for (const { kinds, what } of GRANTS) {
    const { rows } = await client.query<{ names: string | null }>(
      `SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ') AS names
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ANY ($1) AND c.relkind = ANY ($2) AND pg_has_role(c.relowner, 'USAGE')`,
      [SCHEMAS, kinds],
    );
    const names = rows[0]?.names ?? null;
    if (names !== null) await client.query(`GRANT ${what} ${names} TO ${APP_ROLE}`);
  }
  if (appUser === undefined || appUser === "") return;
  const { rows } = await client.query<{ name: string; member: boolean }>(
    "SELECT quote_ident(rolname) AS name, pg_has_role(rolname, $2, 'MEMBER') AS member FROM pg_roles WHERE rolname = $1",
    [appUser, APP_ROLE],
  );
  if (rows[0]?.member === false) await client.query(`GRANT ${APP_ROLE} TO ${rows[0].name}`);
}

async function tolerating(codes: readonly string[], work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && codes.includes(error.code ?? ""))) throw error;
  }
}
