/**
 * Brings a database to the schema this code expects: our migrations, then the
 * queue's. Any number may run at once; one works, the others wait and find
 * nothing left to do. It judges no migration itself; the gate it is handed does.
 */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { OrionError } from "../../domain/errors.ts";
import { asRole } from "../app-role.ts";
import { storeError } from "../store-error.ts";
import { applyMigration } from "./apply-migration.ts";
import { installQueues } from "./install-queues.ts";
import { isTransactional, type MigrationFile, readMigrations } from "./migration-files.ts";
import { MIGRATION_LOCK, markRolledBack, readApplied, readRecords } from "./migration-table.ts";
import { ensureRoles, grantRows, migratingRole } from "./roles.ts";

const LOCK_WAIT_MS = 120_000;
const LOCK_POLL_MS = 100;

export interface MigrationOptions {
  readonly connectionString: string;
  /** holds one folder per migration */
  readonly directory: string;
  readonly onLine: (line: string) => void;
  /** judges what is pending before any of it is applied */
  readonly gate?: MigrationGate;
  /** makes a backup; called only when something is pending and something was applied before */
  readonly backup?: () => Promise<void>;
  /** login of the processes that serve, when it is another than the connecting one */
  readonly appUser?: string;
}

/** @throws OrionError that stops the deploy with nothing applied */
export type MigrationGate = (pending: readonly MigrationFile[], applied: readonly MigrationFile[]) => Promise<void>;

/**
 * Each migration and its record are one transaction: a failure, a kill or a
 * lost connection leaves nothing, so the next attempt or a revert is not blocked.
 * @returns the names of the migrations applied by this call
 * @throws OrionError STORE_UNREACHABLE
 * @throws OrionError MIGRATION_BUSY when another migrates for longer than two minutes
 * @throws OrionError MIGRATION_FAILED with PostgreSQL's words as cause
 * @throws OrionError MIGRATION_NOT_TRANSACTIONAL, MIGRATION_UNFINISHED: a person must look
 */
export async function runMigrations(options: MigrationOptions): Promise<readonly string[]> {
  const files = await readMigrations(options.directory);
  const client = new pg.Client({ connectionString: options.connectionString, application_name: "orion-migrate" });
  // without a listener, a connection that breaks between two statements would end the process
  client.on("error", (error) => options.onLine(`the database closed the connection: ${error.message}`));
  try {
    await client.connect();
    // a killed runner's session ends within a second, and its lock with it
    await client.query("SET client_connection_check_interval = '1s'");
    await takeLock(client, options.onLine);
    const roles = await ensureRoles(client, options.onLine);
    const role = roles ? await migratingRole(client) : null;
    if (role !== null) await client.query(`SET ROLE ${role}`);
    const applied = await applyPending(client, files, options);
    const { connectionString } = options;
    await installQueues(role === null ? connectionString : asRole(connectionString, role), options.onLine);
    // as the login again: it acts for every owner, the migrator only for itself
    await client.query("RESET ROLE");
    if (roles) await grantRows(client, options.appUser);
    return applied;
  } catch (error) {
    throw storeError(error);
  } finally {
    await client.end();
  }
}

/**
 * What this release still needs; a superset is fine, so that a release that was rolled back is ready too.
 * @returns names of migrations in the directory that the database lacks; [] when it is ready
 * @throws OrionError STORE_UNREACHABLE
 */
export async function pendingMigrations(
  options: Pick<MigrationOptions, "connectionString" | "directory">,
): Promise<readonly string[]> {
  const files = await readMigrations(options.directory);
  const client = new pg.Client({ connectionString: options.connectionString, application_name: "orion-migrate" });
  try {
    await client.connect();
    const applied = await readApplied(client);
    return files.map((file) => file.name).filter((name) => !applied.has(name));
  } catch (error) {
    throw storeError(error);
  } finally {
    await client.end();
  }
}

async function takeLock(client: pg.Client, onLine: (line: string) => void): Promise<void> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  let told = false;
  // asked again and again instead of waited for: a waiting statement would block an index built concurrently
  while (true) {
    const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1) AS taken", [
      MIGRATION_LOCK,
    ]);
    if (rows[0]?.taken === true) return;
    if (Date.now() > deadline) {
      throw new OrionError(
        "MIGRATION_BUSY",
        "another process has been migrating for two minutes; look at it, then try again",
        {
          lock: MIGRATION_LOCK,
        },
      );
    }
    if (!told) onLine("another process migrates; waiting");
    told = true;
    await delay(LOCK_POLL_MS);
  }
}

async function applyPending(
  client: pg.Client,
  files: readonly MigrationFile[],
  { gate, backup, onLine }: MigrationOptions,
): Promise<readonly string[]> {
  const records = await readRecords(client);
  for (const { id, name } of records.failed) {
    const file = files.find((candidate) => candidate.name === name);
    if (file !== undefined && !isTransactional(file.sql)) {
      throw new OrionError(
        "MIGRATION_UNFINISHED",
        `${name} was begun and may be half applied; compare the database with the file, then set rolled_back_at or finished_at of its row`,
        { migration: name },
      );
    }
    await markRolledBack(client, id);
    onLine(`${name} had failed under another engine and left nothing; marked as rolled back`);
  }
  for (const file of files) {
    const checksum = records.applied.get(file.name);
    if (checksum !== undefined && checksum !== file.checksum) {
      onLine(`warning: ${file.name} was edited after it was applied; the database has the older text`);
    }
  }
  const pending = files.filter((file) => !records.applied.has(file.name));
  const applied = files.filter((file) => records.applied.has(file.name));
  await gate?.(pending, applied);
  if (pending.length > 0 && applied.length > 0) await backup?.();
  for (const file of pending) {
    await applyMigration(client, file, onLine);
    onLine(`applied ${file.name}`);
  }
  return pending.map((file) => file.name);
}
