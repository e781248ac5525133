/**
 * Which folders of a repository hold migrations, and which of them a change
 * touches. Works on paths and hashes alone.
 */
import type { Hashes } from "./base-rules.ts";

/** Migrations in tests and samples are applied to no database that lasts. */
const SAMPLES = /(^|\/)(node_modules|vendor|tests?|__tests__|specs?|fixtures?|examples?)\//;
const FOLDER = /^(?:.*?\/)?(?:migrations?|migrate)\//i;

/** A folder of migrations, before and after a change; paths relative to it. */
export interface TouchedFolder {
  /** ends with a slash */
  readonly folder: string;
  readonly base: Hashes;
  readonly head: Hashes;
}

/** @returns the folder of migrations a path lies in, with its slash; null when it is in none */
export function migrationFolder(path: string): string | null {
  if (SAMPLES.test(path) || !isOfInterest(path)) return null;
  return FOLDER.exec(path)?.[0] ?? null;
}

/** True for what decides what is applied: SQL and Prisma's lock file. */
export function isOfInterest(path: string): boolean {
  return /\.sql$/i.test(path) || /(^|\/)migration_lock\.toml$/.test(path);
}

/**
 * @param base path → hash of every file before the change
 * @param head the same after it
 */
export function touchedFolders(base: Hashes, head: Hashes): readonly TouchedFolder[] {
  const before = byFolder(base);
  const after = byFolder(head);
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((folder) => {
    const [was, is] = [before.get(folder) ?? new Map(), after.get(folder) ?? new Map()];
    const paths = [...new Set([...was.keys(), ...is.keys()])];
    return paths.some((path) => was.get(path) !== is.get(path)) ? [{ folder, base: was, head: is }] : [];
  });
}

function byFolder(all: Hashes): ReadonlyMap<string, Hashes> {
  const folders = new Map<string, Map<string, string>>();
  for (const [path, hash] of all) {
    const folder = migrationFolder(path);
    if (folder === null) continue;
    const files = folders.get(folder) ?? new Map<string, string>();
    folders.set(folder, files.set(path.slice(folder.length), hash));
  }
  return folders;
}

/** @returns what a lock file names, or null; only PostgreSQL is judged */
export function foreignProvider(lockFile: string): string | null {
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(lockFile)?.[1];
  return provider === undefined || /^(postgresql|postgres|cockroachdb)$/.test(provider) ? null : provider;
}
