/**
 * Objects of a bare repository from one git process that stays open for as long
 * as it is asked: what a name means is the forge's most frequent question, and a
 * process for each would cost more than the answer. Reads only.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { OrionError } from "../../../domain/errors.ts";
import { gitEnvironment } from "./run.ts";

export interface GitObject {
  readonly sha: string;
  readonly type: string;
  readonly bytes: Buffer;
}

const IDLE_MS = 2_000;
const HEADER = /^([0-9a-f]{40,64}) (\w+) (\d+)$/;
const readers = new Map<string, Reader>();

/**
 * @param dir the bare repository
 * @param name any spelling git knows, e.g. `refs/heads/main^{commit}`; refs are read anew each time
 * @returns null when it means nothing there
 * @throws OrionError FORGE_GIT when git ended before it answered
 */
export function objectAt(dir: string, name: string): Promise<GitObject | null> {
  if (/[\n\0]/.test(name)) return Promise.resolve(null);
  let reader = readers.get(dir);
  if (reader === undefined) {
    const fresh = new Reader(dir, () => readers.get(dir) === fresh && readers.delete(dir));
    readers.set(dir, fresh);
    reader = fresh;
  }
  return reader.ask(name);
}

/** Ends the processes that stay open for repositories below a folder. */
export async function closeObjects(folder: string): Promise<void> {
  const below = [...readers].filter(([dir]) => dir.startsWith(folder));
  await Promise.all(below.map(([, reader]) => reader.close()));
}

interface Question {
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (error: Error) => void;
}

class Reader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #asked: Question[] = [];
  readonly #leave: () => void;
  readonly #ended: Promise<void>;
  #parts: Buffer[] = [];
  #have = 0;
  /** bytes that must be there before it is worth looking again */
  #need = 1;
  #idle: NodeJS.Timeout | undefined;

  constructor(dir: string, leave: () => void) {
    this.#leave = leave;
    this.#child = spawn("git", ["cat-file", "--batch"], { cwd: dir, env: gitEnvironment() });
    this.#child.stdout.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr.resume();
    this.#child.stdin.on("error", () => undefined);
    this.#ended = new Promise((ended) => {
      this.#child.on("error", (cause) => ended(this.#end(cause)));
      this.#child.on("close", () => ended(this.#end(undefined)));
    });
  }

  ask(name: string): Promise<GitObject | null> {
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#child.stdin.write(`${name}\n`);
    });
  }

  /** Resolves when the process has ended; what was asked before is answered. */
  close(): Promise<void> {
    clearTimeout(this.#idle);
    this.#leave();
    this.#child.stdin.end();
    return this.#ended;
  }

  #take(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#have += chunk.length;
    while (this.#have >= this.#need && this.#answer());
    if (this.#asked.length > 0) return;
    this.#idle = setTimeout(() => void this.close(), IDLE_MS);
    this.#idle.unref();
  }

  /** Gives the oldest question its answer. @returns false when not all of it is there */
  #answer(): boolean {
    if (this.#have === 0) return false;
    const buffer = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [buffer];
    const line = buffer.indexOf(10);
    if (line === -1) {
      this.#need = buffer.length + 1;
      return false;
    }
    const [, sha = "", type = "", size = ""] = HEADER.exec(buffer.toString("utf8", 0, line)) ?? [];
    // the bytes end with a newline of their own; what is missing has none
    const end = sha === "" ? line + 1 : line + 1 + Number(size) + 1;
    if (buffer.length < end) {
      this.#need = end;
      return false;
    }
    this.#parts = [buffer.subarray(end)];
    this.#have = buffer.length - end;
    this.#need = 1;
    const object = sha === "" ? null : { sha, type, bytes: Buffer.from(buffer.subarray(line + 1, end - 1)) };
    this.#asked.shift()?.resolve(object);
    return true;
  }

  #end(cause: Error | undefined): void {
    clearTimeout(this.#idle);
    this.#leave();
    for (const { reject } of this.#asked.splice(0))
      reject(new OrionError("FORGE_GIT", "git cat-file ended before it answered; is git installed?", {}, cause));
  }
}
