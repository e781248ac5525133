/**
 * PostgreSQL refuses to run as root. This file says whom it runs as instead and
 * what that user can reach; it makes no user.
 */
import { spawnSync } from "node:child_process";
import { OrionError } from "../../domain/errors.ts";

export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ["postgres", "nobody"];

/**
 * @returns null when this process is not root: then PostgreSQL runs as the same user
 * @throws OrionError POSTGRES_NO_USER when root finds neither `postgres` nor `nobody`
 */
export function serviceUser(): ServiceUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of CANDIDATES) {
    const uid = idOf("-u", name);
    const gid = idOf("-g", name);
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new OrionError(
    "POSTGRES_NO_USER",
    "PostgreSQL does not run as root and this machine has no user postgres or nobody; start as another user, or set DATABASE_URL",
  );
}

function idOf(flag: "-u" | "-g", name: string): number | null {
  const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8" });
  const id = Number.parseInt(stdout ?? "", 10);
  return status === 0 && Number.isInteger(id) ? id : null;
}

/** @returns true when the user may start this program where it lies. */
export function canStart(user: ServiceUser | null, program: string): boolean {
  return spawnSync(program, ["--version"], { ...user, cwd: "/", stdio: "ignore" }).status === 0;
}

/** @returns true when the user may look up files in this directory. */
export function canEnter(user: ServiceUser | null, directory: string): boolean {
  if (user === null) return true;
  return spawnSync("test", ["-x", directory], { ...user, cwd: "/", stdio: "ignore" }).status === 0;
}
