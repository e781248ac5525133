/**
 * A workspace's tar stream as the importer wants to see it: names relative to
 * the workspace, dependency folders left out, everything else byte for byte as
 * it came, so that every entry keeps its true type. It judges no entry.
 */
import { OrionError } from "../domain/errors.ts";
import { isLeftOut, type LeftOut } from "./left-out.ts";
import { BLOCK, type PaxRecords, padding, readHeader, readRecords, renamed } from "./tar-block.ts";

const EXTENDED_MAX_BYTES = 1024 * 1024;
const END = Buffer.alloc(2 * BLOCK);

/**
 * Takes the first component off every name and hard-link target.
 * @param prefix the component, without `/`; the entry of that name itself is dropped
 * @throws OrionError EXPORT_BROKEN when the stream is no tar, ends early, or holds names outside the prefix
 */
export async function* relativeTo(
  prefix: string,
  source: AsyncIterable<Uint8Array>,
  leftOut: LeftOut,
): AsyncIterable<Uint8Array> {
  const input = source[Symbol.asyncIterator]();
  const bytes = takeFrom(input);
  let records: PaxRecords = new Map();
  try {
    for (;;) {
      const block = await bytes.exactly(BLOCK);
      if (block.every((byte) => byte === 0)) break;
      const header = readHeader(block) ?? fail("a header's checksum is wrong");
      if ("xLKg".includes(header.type)) {
        if (header.size > EXTENDED_MAX_BYTES) fail("an extended header is over 1 MiB");
        const body = await bytes.exactly(header.size + padding(header.size));
        records = extend(records, header.type, body.subarray(0, header.size));
        continue;
      }
      const size = header.size === 0 ? 0 : Number(records.get("size") ?? header.size);
      const name = below(records.get("path") ?? header.name, prefix).replace(/\/+$/, "");
      const target = records.get("linkpath") ?? header.linkname;
      const skipped = name === "" || isLeftOut(name, header.type === "2" ? target : null, leftOut);
      const shown = header.type === "5" ? `${name}/` : name;
      if (!skipped) yield renamed(block, shown, header.type === "1" ? below(target, prefix) : target, records);
      records = new Map();
      for await (const part of bytes.next(size + padding(size))) if (!skipped) yield part;
    }
    yield END;
  } finally {
    await input.return?.();
  }
}

function extend(records: PaxRecords, type: string, body: Buffer): PaxRecords {
  // What holds for the whole archive is not said here: the engine writes none of it.
  if (type === "g") return records;
  const value = body.toString("utf8").replace(/\0+$/, "");
  if (type === "L") return new Map([...records, ["path", value]]);
  if (type === "K") return new Map([...records, ["linkpath", value]]);
  try {
    return new Map([...records, ...readRecords(body)]);
  } catch (cause) {
    return fail("a PAX record is malformed", cause);
  }
}

function below(name: string, prefix: string): string {
  if (name === prefix) return "";
  if (name.startsWith(`${prefix}/`)) return name.slice(prefix.length + 1);
  return fail(`${JSON.stringify(name)} is not below ${prefix}`);
}

function fail(why: string, cause?: unknown): never {
  throw new OrionError(
    "EXPORT_BROKEN",
    `the workspace's tar stream broke off: ${why}; export it again`,
    { why },
    cause,
  );
}

/** Cuts a stream of chunks into the pieces asked for. */
function takeFrom(input: AsyncIterator<Uint8Array>) {
  let rest: Buffer = Buffer.alloc(0);

  async function more(): Promise<void> {
    const step = await input.next();
    if (step.done === true) fail("it ended early");
    else rest = Buffer.from(step.value.buffer, step.value.byteOffset, step.value.byteLength);
  }

  async function* next(count: number): AsyncIterable<Buffer> {
    for (let missing = count; missing > 0; ) {
      if (rest.byteLength === 0) await more();
      const part = rest.subarray(0, missing);
      rest = rest.subarray(part.byteLength);
      missing -= part.byteLength;
      if (part.byteLength > 0) yield part;
    }
  }

  async function exactly(count: number): Promise<Buffer> {
    if (rest.byteLength >= count) {
      const whole = rest.subarray(0, count);
      rest = rest.subarray(count);
      return whole;
    }
    const parts: Buffer[] = [];
    for await (const part of next(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  return { next, exactly };
}
