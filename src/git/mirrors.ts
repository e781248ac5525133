/**
 * One bare repository per repository id, made when first needed, and a lock
 * for those who write to it. Mirrors are a cache: what is lost is fetched again.
 */
import { randomUUID } from "node:crypto";
import { access, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { hasCode, OrionError } from "../domain/errors.ts";
import type { GitProcess } from "./git-process.ts";

export interface Mirrors {
  /** The mirror's git directory; made when it is not there. */
  open(repositoryId: number): Promise<string>;
  /** Runs `work` when no other write to this repository runs. */
  write<T>(repositoryId: number, work: (gitDir: string) => Promise<T>): Promise<T>;
}

/** No honest lock file of git lives this long. */
const STALE_MS = 60_000;

export function mirrors(dir: string, git: GitProcess): Mirrors {
  const opened = new Map<number, Promise<string>>();
  const tails = new Map<number, Promise<unknown>>();

  function open(repositoryId: number): Promise<string> {
    const known = opened.get(repositoryId);
    if (known !== undefined) return known;
    const opening = makeMirror(dir, repositoryId, git).catch((error: unknown) => {
      opened.delete(repositoryId);
      throw error;
    });
    opened.set(repositoryId, opening);
    return opening;
  }

  function write<T>(repositoryId: number, work: (gitDir: string) => Promise<T>): Promise<T> {
    const before = tails.get(repositoryId) ?? Promise.resolve();
    const mine = before.then(async () => unlocked(await open(repositoryId), work));
    const tail = mine.then(
      () => undefined,
      () => undefined,
    );
    tails.set(repositoryId, tail);
    void tail.then(() => {
      if (tails.get(repositoryId) === tail) tails.delete(repositoryId);
    });
    return mine;
  }

  return { open, write };
}

async function makeMirror(dir: string, repositoryId: number, git: GitProcess): Promise<string> {
  if (!Number.isSafeInteger(repositoryId) || repositoryId < 0) {
    throw new OrionError("NOT_A_REPOSITORY", `${repositoryId} is no repository id; give GitHub's number`, {
      repositoryId,
    });
  }
  const gitDir = path.join(dir, `${repositoryId}.git`);
  if (await exists(path.join(gitDir, "HEAD"))) {
    await clearLeftovers(gitDir);
    return gitDir;
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const fresh = path.join(dir, `new-${repositoryId}-${randomUUID()}`);
  // HEAD names a branch that never exists, so no attributes of any commit are read as HEAD's
  await git.run({ gitDir: fresh, args: ["init", "--quiet", "--bare", "--template=", "--initial-branch=mirror"] });
  try {
    await rename(fresh, gitDir);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // another process on this machine was first
    if (!(await exists(path.join(gitDir, "HEAD")))) throw error;
  }
  return gitDir;
}

/** A lock of a process that died keeps every later write out; it goes once it is too old to be honest. */
async function unlocked<T>(gitDir: string, work: (gitDir: string) => Promise<T>): Promise<T> {
  try {
    return await work(gitDir);
  } catch (error) {
    const mayBeLocked = hasCode(error, "GIT_FAILED") || hasCode(error, "REMOTE_FAILED");
    if (!mayBeLocked || (await clearLeftovers(gitDir)) === 0) throw error;
    return work(gitDir);
  }
}

/** Removes locks and indexes that a process left behind when it died. @returns how many */
async function clearLeftovers(gitDir: string): Promise<number> {
  const names = await readdir(gitDir, { recursive: true });
  let cleared = 0;
  for (const name of names) {
    if (name.startsWith("objects/") || !(name.endsWith(".lock") || name.startsWith("index-"))) continue;
    const file = path.join(gitDir, name);
    const found = await stat(file).catch(() => null);
    if (found === null || Date.now() - found.mtimeMs < STALE_MS) continue;
    await rm(file, { force: true });
    cleared += 1;
  }
  return cleared;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
