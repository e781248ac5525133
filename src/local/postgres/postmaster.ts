/**
 * What a PostgreSQL server says about itself in postmaster.pid, and whether the
 * process named there is one. Reading only, except for a file a dead server left.
 * @source PostgreSQL manual, "Database File Layout"; src/include/utils/pidfile.h
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

export interface Postmaster {
  readonly pid: number;
  readonly port: number | null;
  readonly ready: boolean;
}

const LINE = { pid: 0, port: 3, status: 7 } as const;

/** @returns the living server of this cluster, or null */
export async function livingPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readOrNull(join(cluster, "postmaster.pid"));
  if (text === null) return null;
  const lines = text.split("\n");
  const pid = Number.parseInt(lines[LINE.pid] ?? "", 10);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isPostgres(pid))) return null;
  const port = Number.parseInt(lines[LINE.port] ?? "", 10);
  return { pid, port: Number.isInteger(port) ? port : null, ready: (lines[LINE.status] ?? "").trim() === "ready" };
}

/**
 * Removes the pid file of a server that is gone. PostgreSQL does so itself, but
 * not when the number now belongs to another process of the same user.
 */
export async function clearStalePidFile(cluster: string): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  const before = await readOrNull(file);
  if (before === null || (await livingPostmaster(cluster)) !== null) return;
  if ((await readOrNull(file)) === before) await rm(file, { force: true });
}

/** @returns true when a process of this number runs (a zombie does not) and is a PostgreSQL server */
export async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  if (process.platform !== "linux") return true;
  const stat = await readOrNull(`/proc/${pid}/stat`);
  const parts = stat === null ? null : /^\d+ \((.*)\) (\S)/s.exec(stat);
  return parts !== null && parts[1] === "postgres" && parts[2] !== "Z";
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return null;
    throw error;
  }
}
