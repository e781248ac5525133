/**
 * Reading from a mirror: the files of a commit and the bytes of objects.
 * Nothing here writes.
 */
import { hash } from "node:crypto";
import { OrionError } from "../domain/errors.ts";
import type { TreeEntry } from "../domain/ports/git-port.ts";
import { isPlainPath } from "./export/name-rules.ts";
import { type GitProcess, stopGit } from "./git-process.ts";

export interface GitObject {
  /** what was asked for */
  readonly name: string;
  /** `blob`, `tree`, `commit`, `tag`, or why there is none: `missing`, `dangling`, `loop`, `symlink`, `notdir` */
  readonly type: string;
  readonly bytes: Buffer;
}

const SHA = /^[0-9a-f]{40}$/;
const LEAVES_THE_TREE = new Set(["symlink", "dangling", "loop", "notdir"]);

/** @throws OrionError NOT_A_COMMIT for anything but a full, lower-case object id */
export function commitId(text: string): string {
  if (SHA.test(text)) return text;
  throw new OrionError("NOT_A_COMMIT", `${JSON.stringify(text)} is no commit id; give all 40 hex digits`, {});
}

/** The id git gives to these bytes as a file. */
export function blobId(bytes: Uint8Array): string {
  return hash("sha1", Buffer.concat([Buffer.from(`blob ${bytes.byteLength}\0`), bytes]));
}

/**
 * Every file of a commit, in git's order. Files whose names are not UTF-8 are
 * left out: nobody can be shown them, and they stay in every commit built on top.
 * @throws OrionError UNKNOWN_COMMIT when the mirror does not hold it
 */
export async function listTree(git: GitProcess, gitDir: string, commit: string): Promise<readonly TreeEntry[]> {
  const args = ["ls-tree", "-r", "-z", "-l", "--full-tree", `${commitId(commit)}^{commit}`];
  const { code, stdout } = await git.run({ gitDir, args, accept: [0, 128] });
  if (code !== 0) throw unknownCommit(commit);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const entries: TreeEntry[] = [];
  for (let start = 0; start < stdout.length; ) {
    const end = stdout.indexOf(0, start);
    const tab = stdout.indexOf(9, start);
    const path = decoded(decoder, stdout.subarray(tab + 1, end));
    if (path !== null) entries.push(treeEntry(stdout.toString("latin1", start, tab), path));
    start = end + 1;
  }
  return entries;
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function treeEntry(columns: string, path: string): TreeEntry {
  const [mode = "", , sha = "", size = ""] = columns.split(/ +/);
  return { path, mode: knownMode(mode), sha, size: size === "-" ? 0 : Number(size) };
}

function knownMode(mode: string): TreeEntry["mode"] {
  if (mode === "120000" || mode === "160000") return mode;
  // old commits hold modes such as 100664; git itself reads only the owner's exec bit
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "100644" : "100755";
}

export function unknownCommit(commit: string): OrionError {
  return new OrionError("UNKNOWN_COMMIT", `the mirror does not hold ${commit}; fetch the repository first`, { commit });
}

/**
 * Objects in the order asked for, in batches as they come, from one process.
 * @param names object ids or `<commit>:<path>`; links inside the tree are followed
 */
export async function* readObjects(
  git: GitProcess,
  gitDir: string,
  names: readonly string[],
): AsyncGenerator<readonly GitObject[]> {
  if (names.length === 0) return;
  const child = git.start({ gitDir, args: ["cat-file", "--batch", "--buffer", "-z", "--follow-symlinks"] });
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => resolve());
    child.on("error", () => resolve());
  });
  child.stdin.on("error", () => child.stdout.destroy());
  child.stderr.resume();
  child.stdin.end(`${names.join("\0")}\0`);
  let done = 0;
  try {
    for await (const batch of splitObjects(child.stdout, names)) {
      done += batch.length;
      yield batch;
    }
  } finally {
    stopGit(child);
    await ended;
  }
  if (done < names.length) {
    throw new OrionError("GIT_FAILED", "git cat-file ended early; the mirror may be damaged: remove it and fetch", {
      wanted: names.length,
      read: done,
    });
  }
}

async function* splitObjects(
  stdout: AsyncIterable<Buffer>,
  names: readonly string[],
): AsyncGenerator<readonly GitObject[]> {
  let parts: Buffer[] = [];
  let have = 0;
  let need = 1;
  let next = 0;
  for await (const chunk of stdout) {
    parts.push(chunk);
    have += chunk.length;
    if (have < need) continue;
    const buffer = parts.length === 1 ? chunk : Buffer.concat(parts);
    const batch: GitObject[] = [];
    let at = 0;
    for (; next < names.length; next += 1) {
      const frame = frameAt(buffer, at, names[next] ?? "");
      need = frame.end - at;
      if (frame.object === null) break;
      batch.push(frame.object);
      at = frame.end;
    }
    parts = [buffer.subarray(at)];
    have = buffer.length - at;
    if (batch.length > 0) yield batch;
  }
}

/** One `<id> <type> <size>\n<bytes>\n`, or `<name> missing\n`; `end` is how far the buffer must reach. */
function frameAt(buffer: Buffer, at: number, name: string): { object: GitObject | null; end: number } {
  // the name comes back only when nothing was found; it may hold a newline
  const missing = Buffer.from(`${name} missing\n`);
  if (buffer.length - at >= missing.length && buffer.subarray(at, at + missing.length).equals(missing)) {
    return { object: { name, type: "missing", bytes: Buffer.alloc(0) }, end: at + missing.length };
  }
  const line = buffer.indexOf(10, at);
  if (line === -1 || name.startsWith(buffer.toString("utf8", at, line)))
    return { object: null, end: buffer.length + 1 };
  const words = buffer.toString("utf8", at, line).split(" ");
  const type = LEAVES_THE_TREE.has(words[0] ?? "") ? (words[0] ?? "") : (words[1] ?? "");
  const size = Number(words.at(-1));
  const start = line + 1;
  const end = start + size + 1;
  if (buffer.length < end) return { object: null, end };
  return { object: { name, type, bytes: buffer.subarray(start, start + size) }, end };
}

/**
 * One file of a commit. A link inside the tree is followed to its file.
 * @returns null for a directory, a submodule, a link that leads out of the tree, and nothing at all
 * @throws OrionError UNKNOWN_COMMIT when the mirror does not hold the commit
 */
export async function readFileOf(
  git: GitProcess,
  gitDir: string,
  commit: string,
  path: string,
): Promise<Uint8Array | null> {
  const root = `${commitId(commit)}^{commit}`;
  // git would take `./` for a place in a work tree, of which there is none
  if (!isPlainPath(path)) return null;
  for await (const batch of readObjects(git, gitDir, [root, `${commit}:${path}`])) {
    for (const object of batch) {
      if (object.name === root) {
        if (object.type !== "commit") throw unknownCommit(commit);
        continue;
      }
      return object.type === "blob" ? object.bytes : null;
    }
  }
  return null;
}
