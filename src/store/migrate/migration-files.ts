/**
 * The migrations of a directory as Prisma lays them out: one folder each, the
 * oldest first by name, with a migration.sql. Reading and judging only.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { OrionError } from "../../domain/errors.ts";

export interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file's bytes, as Prisma computes it */
  readonly checksum: string;
}

export async function readMigrations(directory: string): Promise<readonly MigrationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(names.map((name) => readMigration(directory, name)));
}

async function readMigration(directory: string, name: string): Promise<MigrationFile> {
  const bytes = await readFile(join(directory, name, "migration.sql")).catch((cause: unknown) => {
    throw new OrionError(
      "MIGRATION_INCOMPLETE",
      `${join(directory, name)} has no readable migration.sql; add it or remove the folder`,
      { migration: name },
      cause,
    );
  });
  return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
}

/** Statements PostgreSQL refuses inside a transaction, or that would end ours. */
const ENDS_OR_REFUSES =
  /(^|;)\s*(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION|VACUUM|ALTER\s+SYSTEM|(CREATE|DROP)\s+(DATABASE|TABLESPACE))\b|\bCONCURRENTLY\b/i;

/** Everything a keyword may hide in: comments, strings, quoted names, dollar-quoted bodies. */
const QUOTED = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$[A-Za-z_0-9]*\$)[\s\S]*?\1/g;

/** @returns true when the file can run inside one transaction, so that a failure leaves nothing of it */
export function isTransactional(sql: string): boolean {
  return !ENDS_OR_REFUSES.test(sql.replace(QUOTED, " "));
}
