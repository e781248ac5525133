/**
 * Whether pg-boss's schema in the database is one this release can work with.
 * It changes nothing; the migration runner does.
 */
import pgBossPackage from "pg-boss/package.json" with { type: "json" };
import { OrionError } from "../../domain/errors.ts";
import type { Database } from "../database.ts";

/** How pg-boss must be started to accept the schema that is there. */
export interface SchemaAcceptance {
  readonly migrate: boolean;
}

/**
 * A newer schema is accepted, since a release that was rolled back must start on
 * what its successor migrated. pg-boss refuses it, unless it is told that it may
 * migrate; then it finds nothing to do, as it never goes backwards.
 * @throws OrionError STORE_NOT_MIGRATED when the schema is missing or older
 */
export async function acceptQueueSchema(database: Database): Promise<SchemaAcceptance> {
  const needed = pgBossPackage.pgboss.schema;
  const [found] = await database.$queryRaw<
    { exists: boolean }[]
  >`SELECT to_regclass('pgboss.version') IS NOT NULL AS exists`;
  if (found?.exists !== true) throw notMigrated(null, needed);
  const rows = await database.$queryRaw<{ version: number }[]>`SELECT version FROM pgboss.version`;
  const version = rows[0]?.version;
  if (version === undefined || version < needed) throw notMigrated(version ?? null, needed);
  return { migrate: version > needed };
}

function notMigrated(version: number | null, needed: number): OrionError {
  return new OrionError("STORE_NOT_MIGRATED", "the database lacks the schema this release needs; run npm run migrate", {
    version,
    needed,
  });
}
