/**
 * A dump of the database before migrations change it, by pg_dump into a folder.
 * It never restores; a dump that fails stops the deploy.
 */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { OrionError } from "../domain/errors.ts";

const DEADLINE_MS = 30 * 60_000;

/**
 * @param env whose PATH leads to pg_dump; it must be of the server's major version or newer
 * @throws OrionError BACKUP_FAILED
 */
export async function backupInto(
  folder: string,
  connectionString: string,
  env: Readonly<Record<string, string | undefined>>,
  onLine: (line: string) => void,
): Promise<void> {
  const file = join(folder, `orion-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.dump`);
  const url = new URL(connectionString);
  // the password goes by the environment: arguments are seen by every process of the machine
  const password = decodeURIComponent(url.password);
  url.password = "";
  try {
    await mkdir(folder, { recursive: true });
    await promisify(execFile)("pg_dump", ["--format=custom", `--file=${file}`, `--dbname=${url.href}`], {
      env: { PATH: env.PATH, ...(password === "" ? {} : { PGPASSWORD: password }) },
      timeout: DEADLINE_MS,
    });
  } catch (cause) {
    throw new OrionError(
      "BACKUP_FAILED",
      `no backup was made in ${folder}, so nothing was migrated; see to pg_dump (it must be as new as the server), or unset ORION_BACKUP_DIR`,
      { folder },
      cause,
    );
  }
  onLine(`backup: ${file}`);
}
