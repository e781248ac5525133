/**
 * Tar streams as an honest sandbox writes them, and as a hostile one does:
 * raw headers, wrong sizes, records nobody asked for.
 */
import { pack } from "tar-stream";

export interface RawEntry {
  readonly name: string;
  readonly data?: string | Buffer;
  /** the type flag: "0" file, "1" hardlink, "2" symlink, "5" directory, … */
  readonly flag?: string;
  readonly mode?: number;
  readonly linkname?: string;
  /** size the header declares; the data's own when left out */
  readonly size?: number;
  readonly pax?: Readonly<Record<string, string>>;
  /** raw name bytes for names that are no UTF-8 */
  readonly nameBytes?: Buffer;
}

const BLOCK = 512;

/** One entry, block by block, with nothing checked. */
export function rawEntry(entry: RawEntry): Buffer {
  const data = Buffer.from(entry.data ?? "");
  const name = entry.nameBytes ?? Buffer.from(entry.name);
  const pax = { ...(name.length > 100 ? { path: entry.name } : {}), ...entry.pax };
  const before = Object.keys(pax).length > 0 ? paxEntry(pax, "x") : Buffer.alloc(0);
  const head = header({
    name: name.subarray(0, 100),
    size: entry.size ?? data.length,
    flag: entry.flag ?? "0",
    mode: entry.mode ?? 0o644,
    linkname: entry.linkname ?? "",
  });
  return Buffer.concat([before, head, padded(data)]);
}

/** A PAX header: "x" for the next entry, "g" for all that follow. */
export function paxEntry(records: Readonly<Record<string, string>>, flag: "x" | "g"): Buffer {
  const body = Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)));
  const head = header({ name: Buffer.from("PaxHeader"), size: body.length, flag, mode: 0o644, linkname: "" });
  return Buffer.concat([head, padded(body)]);
}

export function endMark(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

/** A whole stream of raw entries, with its end mark. */
export function rawTar(entries: readonly (RawEntry | Buffer)[]): Buffer {
  const blocks = entries.map((entry) => (Buffer.isBuffer(entry) ? entry : rawEntry(entry)));
  return Buffer.concat([...blocks, endMark()]);
}

/** What an honest sandbox exports: files by path, as tar-stream writes them. */
export async function honestTar(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, data] of Object.entries(files)) tar.entry({ name }, data);
  tar.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of tar) if (part instanceof Uint8Array) parts.push(part);
  return Buffer.concat(parts);
}

/** Cuts a buffer into a stream of uneven chunks. */
export async function* stream(bytes: Uint8Array, chunkBytes = 10_007): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function header(fields: { name: Buffer; size: number; flag: string; mode: number; linkname: string }): Buffer {
  const block = Buffer.alloc(BLOCK);
  fields.name.copy(block, 0);
  block.write(`${fields.mode.toString(8).padStart(7, "0")}\0`, 100, "latin1");
  block.write("0000000\0", 108, "latin1");
  block.write("0000000\0", 116, "latin1");
  writeSize(block, fields.size);
  block.write("14524770400\0", 136, "latin1");
  block.write(fields.flag, 156, "latin1");
  block.write(fields.linkname, 157, 100, "utf8");
  block.write("ustar\0", 257, "latin1");
  block.write("00", 263, "latin1");
  block.write("        ", 148, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function writeSize(block: Buffer, size: number): void {
  if (size >= 0 && size < 8 ** 11) {
    block.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
    return;
  }
  block.writeUInt8(size < 0 ? 0xff : 0x80, 124);
  block.writeBigInt64BE(BigInt(size), 128);
  if (size < 0) block.fill(0xff, 125, 128);
}

function padded(data: Buffer): Buffer {
  const rest = data.length % BLOCK;
  return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(BLOCK - rest)]);
}
