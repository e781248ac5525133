/**
 * Takes the entries of a workspace's tar stream one by one: judges the header,
 * compares the bytes with the base, keeps only what changed. It never opens a file.
 */
import { createHash } from "node:crypto";
import type { FileChange } from "../../domain/ports/git-port.ts";
import { blobId } from "../objects.ts";
import type { BaseTree } from "./base-tree.ts";
import { type EntryHeader, type EntryVerdict, judgeEntry } from "./judge-entry.ts";
import { type ExportLimits, refuse } from "./refuse.ts";

type FileVerdict = Extract<EntryVerdict, { kind: "file" }>;
type Next = (error?: Error) => void;

/** The part of a stream that is needed here. */
export interface EntryBody {
  on(event: "data", take: (part: unknown) => void): unknown;
  on(event: "end", take: () => void): unknown;
  resume(): unknown;
}

const BLOCK_BYTES = 512;

export class EntryReader {
  /** every file and link the stream named, unless dropped */
  readonly present = new Set<string>();
  readonly writes: FileChange[] = [];
  /** where, by its header, the last entry's data ends in the stream */
  endOfLastEntry = 0;
  readonly #base: BaseTree;
  readonly #limits: ExportLimits;
  #entries = 0;
  #declaredBytes = 0;
  #changedBytes = 0;

  constructor(base: BaseTree, limits: ExportLimits) {
    this.#base = base;
    this.#limits = limits;
  }

  /**
   * @param next called once the body has been read, with what was wrong with it
   * @throws OrionError EXPORT_REFUSED before a byte of the body is read
   */
  take(header: EntryHeader, body: EntryBody, next: Next): void {
    this.#count(header);
    const verdict = judgeEntry(header, this.#base);
    if (verdict.kind === "drop") {
      passOver(body, next);
      return;
    }
    if (this.present.has(verdict.path)) {
      throw refuse("named-twice", header.name, "is in the stream twice", "export it again");
    }
    this.present.add(verdict.path);
    if (verdict.kind === "file") {
      this.#takeFile(header, verdict, body, next);
      return;
    }
    if (blobId(Buffer.from(verdict.target)) !== verdict.base.sha) {
      throw refuse("symlink-changed", header.name, "is a symlink that leads elsewhere than in the base", "restore it");
    }
    passOver(body, next);
  }

  #count(header: EntryHeader): void {
    const { streamEntries, streamBytes } = this.#limits;
    if (!Number.isSafeInteger(header.size) || header.size < 0) {
      throw refuse("not-a-tar", header.name, "declares no size that can be read", "export it again");
    }
    this.#entries += 1;
    if (this.#entries > streamEntries) {
      throw refuse("stream-entries", null, `holds more than ${streamEntries} entries`, "remove what is generated");
    }
    const size = header.type === "directory" ? 0 : header.size;
    this.#declaredBytes += size;
    if (this.#declaredBytes > streamBytes) {
      throw refuse("stream-bytes", header.name, `brings the workspace over ${streamBytes} bytes`, "remove it");
    }
    this.endOfLastEntry = header.offset + (1 + Math.ceil(size / BLOCK_BYTES)) * BLOCK_BYTES;
  }

  #takeFile(header: EntryHeader, verdict: FileVerdict, body: EntryBody, next: Next): void {
    const { base } = verdict;
    // a file of another size has changed, so it is refused before it is read
    if (base === null || base.mode === "120000" || base.size !== header.size) this.#judgeSize(header, header.size);
    const keep = header.size <= this.#limits.changedFileBytes;
    const parts: Uint8Array[] = [];
    const sha = createHash("sha1").update(`blob ${header.size}\0`);
    body.on("data", (part) => {
      if (!(part instanceof Uint8Array)) return;
      sha.update(part);
      if (keep) parts.push(part);
    });
    body.on("end", () => {
      try {
        const same = base !== null && base.mode === verdict.mode && sha.digest("hex") === base.sha;
        if (!same) this.#write(header, verdict, parts);
        next();
      } catch (error) {
        next(asError(error));
      }
    });
  }

  #write(header: EntryHeader, verdict: FileVerdict, parts: readonly Uint8Array[]): void {
    this.#judgeSize(header, header.size);
    this.#changedBytes += header.size;
    if (this.writes.length >= this.#limits.changedEntries) {
      const remedy = "let .gitignore leave out what is generated";
      throw refuse("changed-entries", header.name, `is changed file ${this.writes.length + 1}`, remedy);
    }
    this.writes.push({ kind: "write", path: verdict.path, mode: verdict.mode, bytes: Buffer.concat(parts) });
  }

  #judgeSize(header: EntryHeader, size: number): void {
    const { changedFileBytes, changedBytes } = this.#limits;
    if (size > changedFileBytes) {
      const remedy = `keep changed files under ${changedFileBytes} bytes`;
      throw refuse("changed-file-bytes", header.name, `is changed and ${size} bytes large`, remedy);
    }
    if (this.#changedBytes + size > changedBytes) {
      const remedy = "make the change smaller";
      throw refuse("changed-bytes", header.name, `brings the change over ${changedBytes} bytes`, remedy);
    }
  }
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function passOver(body: EntryBody, next: Next): void {
  body.on("end", () => next());
  body.resume();
}
