/**
 * One migration and its record, in one transaction: all of it or nothing. Which
 * migrations, and in what order, is decided elsewhere.
 */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { OrionError } from "../../domain/errors.ts";
import { storeError } from "../store-error.ts";
import { isTransactional, type MigrationFile } from "./migration-files.ts";
import { recordApplied } from "./migration-table.ts";

const RETRIES = 5;
const RETRY_FIRST_MS = 250;
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Waits at most two seconds for each lock, so that the release that is live never
 * queues up behind it for longer, and tries again when it got none.
 * @throws OrionError MIGRATION_NOT_TRANSACTIONAL, MIGRATION_FAILED, STORE_UNREACHABLE
 */
export async function applyMigration(
  client: pg.Client,
  file: MigrationFile,
  onLine: (line: string) => void,
): Promise<void> {
  if (!isTransactional(file.sql)) {
    throw new OrionError(
      "MIGRATION_NOT_TRANSACTIONAL",
      `${file.name} holds a statement that cannot be undone with the rest; take BEGIN, COMMIT, CONCURRENTLY and the like out of it`,
      { migration: file.name },
    );
  }
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await applyOnce(client, file);
    } catch (error) {
      if (!isLockTimeout(error) || attempt === RETRIES) throw migrationError(file, error);
      onLine(`${file.name} met a lock; trying again`);
      await delay(RETRY_FIRST_MS * 2 ** attempt);
    }
  }
}

async function applyOnce(client: pg.Client, file: MigrationFile): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s'");
    await client.query(file.sql);
    await recordApplied(client, file);
    await client.query("COMMIT");
  } catch (error) {
    // when the connection is gone, the server has rolled back already
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
}

function migrationError(file: MigrationFile, cause: unknown): OrionError {
  const known = storeError(cause);
  if (known.code === "STORE_UNREACHABLE") return known;
  const words = cause instanceof Error ? cause.message : String(cause);
  return new OrionError(
    "MIGRATION_FAILED",
    `${file.name}: ${words}; nothing of it was kept, correct the file and migrate again`,
    { migration: file.name },
    cause,
  );
}
