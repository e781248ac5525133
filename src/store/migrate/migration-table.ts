/**
 * Prisma's own record of what was applied, read and written as its engine does,
 * so that either may be used on the same database.
 * @source `_prisma_migrations` as created by Prisma Migrate 7
 */
import { randomUUID } from "node:crypto";
import type { ClientBase } from "pg";
import type { MigrationFile } from "./migration-files.ts";

/** The advisory lock Prisma Migrate takes as well. */
export const MIGRATION_LOCK = 72_707_369;

const CREATE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

export interface MigrationRecords {
  /** name → checksum of the file as it was applied */
  readonly applied: ReadonlyMap<string, string>;
  /** begun by another engine, never finished, not marked as rolled back */
  readonly failed: readonly { readonly id: string; readonly name: string }[];
}

export async function readRecords(client: ClientBase): Promise<MigrationRecords> {
  await client.query(CREATE);
  const { rows } = await client.query<{ id: string; migration_name: string; checksum: string; finished: boolean }>(
    `SELECT id, migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return {
    applied: new Map(rows.filter((row) => row.finished).map((row) => [row.migration_name, row.checksum])),
    failed: rows.filter((row) => !row.finished).map((row) => ({ id: row.id, name: row.migration_name })),
  };
}

/** @returns the names of the applied migrations, without changing anything; none when there is no table */
export async function readApplied(client: ClientBase): Promise<ReadonlySet<string>> {
  const { rows: found } = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  if (found[0]?.exists !== true) return new Set();
  const { rows } = await client.query<{ migration_name: string }>(
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  return new Set(rows.map((row) => row.migration_name));
}

export async function markRolledBack(client: ClientBase, id: string): Promise<void> {
  await client.query("UPDATE _prisma_migrations SET rolled_back_at = clock_timestamp() WHERE id = $1", [id]);
}

export async function recordApplied(client: ClientBase, file: MigrationFile): Promise<void> {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), file.checksum, file.name],
  );
}
