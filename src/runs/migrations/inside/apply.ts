/**
 * Applies files as their tool does: each whole, on the simple protocol, in a
 * session of its own, as a user without rights on the server.
 */
import { type Cluster, MIGRATOR } from "./cluster.ts";
import { ServerError } from "./wire.ts";

export interface SqlFile {
  readonly name: string;
  readonly sql: string;
}

export interface Failure {
  readonly file: string;
  readonly code: string;
  readonly message: string;
  /** line of the file, from 1; null when PostgreSQL names none */
  readonly line: number | null;
}

/** A file that runs longer on a handful of rows does not end. */
const FILE_MS = 5_000;

/** @returns what stopped the first file that could not be applied; those behind it are not tried */
export async function applyAll(cluster: Cluster, database: string, files: readonly SqlFile[]): Promise<Failure | null> {
  for (const file of files) {
    const client = await cluster.as(MIGRATOR, database);
    // from outside: a file could lift a time-out of its own session
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void endSessions(cluster, database);
    }, FILE_MS);
    try {
      await client.query(file.sql);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const line =
        error.position === null
          ? null
          : [...file.sql]
              .slice(0, error.position - 1)
              .join("")
              .split("\n").length;
      return {
        file: file.name,
        code: error.code,
        message: late ? `it does not end within ${FILE_MS / 1_000} s` : error.message,
        line,
      };
    } finally {
      clearTimeout(timer);
      client.end();
    }
  }
  return null;
}

async function endSessions(cluster: Cluster, database: string): Promise<void> {
  const admin = await cluster.admin(database);
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${MIGRATOR}'`);
  admin.end();
}
