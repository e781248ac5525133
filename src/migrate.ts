/**
 * `npm run migrate`: brings the database of DATABASE_URL to the schema of this
 * checkout. It runs before a release goes live, and again does no harm. What
 * would destroy data is judged here once more, and not applied.
 */
import { join } from "node:path";
import { ConfigError, loadConfig } from "./config.ts";
import { describeError } from "./domain/errors.ts";
import { runMigrations } from "./store/migrate/run-migrations.ts";
import { backupInto } from "./wiring/backup.ts";
import { migrationGate } from "./wiring/migration-gate.ts";

const directory = join(import.meta.dirname, "../prisma/migrations");
const onLine = (line: string): void => console.log(line);

try {
  const config = loadConfig(process.env);
  const connectionString = config.MIGRATE_DATABASE_URL ?? config.DATABASE_URL;
  if (connectionString === undefined) {
    console.error(
      "DATABASE_URL is not set: nothing to migrate. Name the database, e.g. DATABASE_URL=postgresql://user:password@host/orion npm run migrate. Without one, npm run dev starts a local database and migrates it itself.",
    );
    process.exitCode = 1;
  } else {
    const folder = config.ORION_BACKUP_DIR;
    const applied = await runMigrations({
      connectionString,
      directory,
      onLine,
      gate: migrationGate({ allowed: config.ORION_ALLOW_MIGRATION, onLine }),
      ...(folder === undefined ? {} : { backup: () => backupInto(folder, connectionString, process.env, onLine) }),
      ...(config.DATABASE_URL === undefined ? {} : { appUser: new URL(config.DATABASE_URL).username }),
    });
    console.log(applied.length === 0 ? "nothing to apply" : `applied ${applied.length}`);
  }
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : describeError(error));
  process.exitCode = 1;
}
