/**
 * Which directory a local PostgreSQL lives in. Mostly the one asked for; when
 * its user cannot reach that one (a checkout under /root), one in the system's
 * temporary directory, named after it.
 */
import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { OrionError } from "../../domain/errors.ts";
import { canEnter, type ServiceUser } from "./service-user.ts";

/** Survives a reboot, unlike /tmp, and everybody may enter it. */
export const SHARED_DIR = process.platform === "win32" ? tmpdir() : "/var/tmp";

const POINTER = "lives-in";

/** @returns the directory settled on before, or null; touches nothing */
export async function knownHome(dataDir: string): Promise<string> {
  const pointed = await readFile(join(dataDir, POINTER), "utf8").catch(whenMissing);
  return pointed === null ? resolve(dataDir) : pointed.trim();
}

/**
 * Makes the directory a server of this user can live in.
 * @throws OrionError POSTGRES_HOME_TAKEN when somebody else owns it
 */
export async function settleHome(
  dataDir: string,
  user: ServiceUser | null,
  onLine: (line: string) => void,
): Promise<string> {
  const wanted = resolve(dataDir);
  await mkdir(wanted, { recursive: true });
  await claimDirectory(wanted, user);
  if (canEnter(user, wanted)) return wanted;
  const key = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  const home = join(SHARED_DIR, `orion-postgres-${key}`);
  await claimDirectory(home, user);
  await writeFile(join(wanted, POINTER), `${home}\n`);
  onLine(`PostgreSQL keeps its data in ${home}, since its user cannot reach ${wanted}`);
  return home;
}

/** Makes a directory the user owns and nobody else enters, unless a stranger made it first. */
export async function claimDirectory(directory: string, user: ServiceUser | null): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const { uid } = await lstat(directory);
  const own = [process.getuid?.() ?? uid, user?.uid];
  if (!own.includes(uid)) {
    throw new OrionError(
      "POSTGRES_HOME_TAKEN",
      `${directory} belongs to user ${uid}; remove it or name another data directory`,
      { directory, uid },
    );
  }
  if (user !== null && uid !== user.uid) await chown(directory, user.uid, user.gid);
  await chmod(directory, 0o700);
}

function whenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
