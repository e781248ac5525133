/**
 * What a workspace's tar stream changes against a base commit. The stream is
 * parsed in memory: nothing of it is ever extracted, run or read as configuration.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Header } from "tar-stream";
import { OrionError } from "../../domain/errors.ts";
import type { FileChange } from "../../domain/ports/git-port.ts";
import type { BaseTree } from "./base-tree.ts";
import { asError, EntryReader } from "./entry-reader.ts";
import type { EntryHeader } from "./judge-entry.ts";
import { type ExportLimits, refuse } from "./refuse.ts";
import { deletions, judgeCollisions, judgeNesting } from "./resulting-tree.ts";

/** Two empty blocks end a tar; without them the stream was cut and what is missing is not deleted. */
const END_MARK_BYTES = 1024;

/**
 * @returns the changes, sorted by path
 * @throws OrionError EXPORT_REFUSED with the entry and the rule that refuses it; whatever the source throws, as it is
 */
export async function workspaceChanges(
  base: BaseTree,
  workspace: AsyncIterable<Uint8Array>,
  limits: ExportLimits,
): Promise<readonly FileChange[]> {
  const reader = new EntryReader(base, limits);
  const readBytes = await parse(workspace, reader, limits);
  if (readBytes < reader.endOfLastEntry + END_MARK_BYTES) {
    throw refuse("cut-short", null, "ended before its end mark", "export it again");
  }
  judgeNesting(reader.present);
  const changes = [...reader.writes, ...deletions(base, reader.present)];
  if (changes.length > limits.changedEntries) {
    throw refuse("changed-entries", null, `changes ${changes.length} files`, atMost(limits));
  }
  judgeCollisions(base, changes);
  return changes.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function atMost(limits: ExportLimits): string {
  return `change at most ${limits.changedEntries}, or let .gitignore leave out what is generated`;
}

/** @returns how many bytes the stream had */
async function parse(workspace: AsyncIterable<Uint8Array>, reader: EntryReader, limits: ExportLimits): Promise<number> {
  const counted = new CountedSource(workspace, limits.streamBytes);
  const bytes = Readable.from(counted.chunks(), { objectMode: false });
  const parser = extract();
  const broken = Promise.withResolvers<never>();
  parser.on("error", broken.reject);
  parser.on("entry", (header, body, next) => {
    // a body breaks with its parser; unheard, that would end the process
    body.on("error", broken.reject);
    try {
      reader.take(entryHeader(header, body.offset), body, next);
    } catch (error) {
      next(asError(error));
    }
  });
  const timer = setTimeout(() => {
    const what = `took more than ${limits.deadlineMs} ms to read`;
    const error = refuse("deadline", null, what, "remove what is generated");
    // the rejection goes first: a source that hangs keeps the destruction waiting
    broken.reject(error);
    bytes.destroy(error);
  }, limits.deadlineMs);
  try {
    await Promise.race([pipeline(bytes, parser), broken.promise]);
  } catch (error) {
    if (error instanceof OrionError || error === counted.failure) throw error;
    throw refuse("not-a-tar", null, "is no tar stream that can be read", "export it again", error);
  } finally {
    clearTimeout(timer);
  }
  return counted.bytes;
}

function entryHeader(header: Header, offset: number): EntryHeader {
  const { name, type, mode, size, linkname, pax } = header;
  const records = typeof pax === "object" && pax !== null ? Object.keys(pax) : [];
  return { name, type, mode, size, linkname, offset, pax: records };
}

/** Counts what really came, whatever the headers say, and remembers what the source itself threw. */
class CountedSource {
  bytes = 0;
  failure: unknown = null;
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #maxBytes: number;

  constructor(source: AsyncIterable<Uint8Array>, maxBytes: number) {
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#source) {
        this.bytes += chunk.byteLength;
        if (this.bytes > this.#maxBytes) {
          throw refuse("stream-bytes", null, `is larger than ${this.#maxBytes} bytes`, "remove what is generated");
        }
        if (chunk.byteLength > 0) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
