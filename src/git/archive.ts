/**
 * A commit as a tar stream, packed here from tree and blobs, so that no
 * attribute of the repository (export-ignore, export-subst) has a say.
 */
import { type Header, type Pack, pack } from "tar-stream";
import type { TreeEntry } from "../domain/ports/git-port.ts";
import type { GitProcess } from "./git-process.ts";
import { commitId, type GitObject, listTree, readObjects, unknownCommit } from "./objects.ts";

type EntryHead = Partial<Header> & Pick<Header, "name">;

/** Chunks of about this size leave, however small the files are. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Files keep their exec bit, symlinks are symlink entries, submodules are empty directories.
 * Every entry carries the commit's date, so the same commit gives the same bytes.
 */
export async function* archiveCommit(git: GitProcess, gitDir: string, commit: string): AsyncGenerator<Uint8Array> {
  const entries = await listTree(git, gitDir, commit);
  const tar = pack();
  const filled = fill(tar, entries, blobsOf(git, gitDir, commit, entries)).catch((error: Error) => tar.destroy(error));
  try {
    yield* inChunks(tar);
  } finally {
    tar.destroy();
    await filled;
  }
}

/** The commit itself first, then one object for every entry but submodules. */
function blobsOf(git: GitProcess, gitDir: string, commit: string, entries: readonly TreeEntry[]) {
  const blobs = entries.filter((entry) => entry.mode !== "160000").map((entry) => entry.sha);
  return readObjects(git, gitDir, [commitId(commit), ...blobs]);
}

async function fill(
  tar: Pack,
  entries: readonly TreeEntry[],
  objects: AsyncIterable<readonly GitObject[]>,
): Promise<void> {
  const made = new Set<string>();
  let mtime: Date | null = null;
  let next = 0;
  const addSubmodules = (date: Date) => {
    for (let entry = entries[next]; entry?.mode === "160000"; entry = entries[next]) {
      addDirectories(tar, `${entry.path}/`, made, date);
      next += 1;
    }
  };
  const add = (object: GitObject, written: Promise<void>[]) => {
    if (mtime === null) {
      mtime = committedAt(object);
      addSubmodules(mtime);
      return;
    }
    const entry = entries[next];
    if (entry === undefined || object.type !== "blob") throw unknownCommit(object.name);
    addDirectories(tar, entry.path, made, mtime);
    written.push(addEntry(tar, header(entry, object, mtime), object.bytes));
    next += 1;
    addSubmodules(mtime);
  };
  for await (const batch of objects) {
    const written: Promise<void>[] = [];
    try {
      for (const object of batch) add(object, written);
    } finally {
      // A reader that leaves makes the packing fail in the middle of a batch: no entry before may fail unheard.
      await Promise.allSettled(written);
    }
    await Promise.all(written);
  }
  tar.finalize();
}

function addDirectories(tar: Pack, path: string, made: Set<string>, mtime: Date): void {
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const directory = path.slice(0, slash + 1);
    if (made.has(directory)) continue;
    made.add(directory);
    tar.entry({ name: directory, type: "directory", mode: 0o755, mtime });
  }
}

/** @returns when the reader has taken it, which is what holds the packing back */
function addEntry(tar: Pack, head: EntryHead, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const taken = (error?: Error | null) => (error == null ? resolve() : reject(error));
    if (head.type === "symlink") tar.entry(head, taken);
    else tar.entry(head, bytes, taken);
  });
}

function header(entry: TreeEntry, object: GitObject, mtime: Date): EntryHead {
  if (entry.mode === "120000") {
    return { name: entry.path, type: "symlink", mode: 0o777, mtime, linkname: object.bytes.toString("utf8") };
  }
  return { name: entry.path, type: "file", mode: entry.mode === "100755" ? 0o755 : 0o644, mtime };
}

function committedAt(commit: GitObject): Date {
  const seconds = /^committer .* (\d+) [+-]\d{4}$/m.exec(commit.bytes.toString("utf8"))?.[1];
  if (commit.type !== "commit" || seconds === undefined) throw unknownCommit(commit.name);
  return new Date(Number(seconds) * 1000);
}

async function* inChunks(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    if (!(part instanceof Uint8Array)) continue;
    parts.push(part);
    size += part.byteLength;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}
