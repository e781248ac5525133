/**
 * One 512-byte header of a tar archive: what must be known of it to give an
 * entry another name, and nothing else. It opens no stream.
 * @source POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"
 */

export const BLOCK = 512;
/** Entry types that carry no body: links, devices, folders, FIFOs. */
const HEADER_ONLY = "123456";

export interface TarHeader {
  /** the type flag as it stands there; `0` for an old archive's NUL */
  readonly type: string;
  readonly name: string;
  readonly linkname: string;
  /** bytes of the body that follows */
  readonly size: number;
}

/** PAX records by key. */
export type PaxRecords = ReadonlyMap<string, string>;

/** @returns null when the checksum says this is no header */
export function readHeader(block: Buffer): TarHeader | null {
  if (checksum(block) !== octal(block, 148, 8)) return null;
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156] ?? 0);
  const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
  const folder = isPosix ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  return {
    type,
    name: folder === "" ? name : `${folder}/${name}`,
    linkname: text(block, 157, 100),
    size: HEADER_ONLY.includes(type) ? 0 : octal(block, 124, 12),
  };
}

/**
 * The header, and a PAX header before it where the names do not fit, with new names; all else stays as it is.
 * @param records the entry's own PAX records; those that name it are replaced
 */
export function renamed(block: Buffer, name: string, linkname: string, records: PaxRecords): Buffer {
  const kept = new Map([...records].filter(([key]) => key !== "path" && key !== "linkpath"));
  if (!fits(name)) kept.set("path", name);
  if (!fits(linkname)) kept.set("linkpath", linkname);
  const header = Buffer.from(block);
  put(header, fits(name) ? name : "renamed", 0, 100);
  put(header, fits(linkname) ? linkname : "", 157, 100);
  if (header.toString("latin1", 257, 263) === "ustar\0") put(header, "", 345, 155);
  sign(header);
  return kept.size === 0 ? header : Buffer.concat([paxHeader(block, kept), header]);
}

/** @throws RangeError for a record whose length is not what it says */
export function readRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.byteLength && body[at] !== 0; ) {
    const space = body.indexOf(0x20, at);
    const length = Number(body.toString("latin1", at, space));
    const record = body.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    if (!(length > 0) || space < 0 || equals < 0 || body[at + length - 1] !== 0x0a) throw new RangeError("PAX record");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** @returns how many bytes fill the last block of a body */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function paxHeader(like: Buffer, records: PaxRecords): Buffer {
  const body = Buffer.concat([...records].map(([key, value]) => record(key, value)));
  const header = Buffer.from(like);
  // Extended headers are POSIX's; a GNU entry may follow one.
  header.write("ustar\x0000", 257, "latin1");
  put(header, "PaxHeader", 0, 100);
  put(header, "", 157, 100);
  put(header, "", 345, 155);
  put(header, body.byteLength.toString(8).padStart(11, "0"), 124, 12);
  header.write("x", 156, "latin1");
  sign(header);
  return Buffer.concat([header, body, Buffer.alloc(padding(body.byteLength))]);
}

/** `<length> <key>=<value>\n`, where the length counts itself too. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.byteLength + 1;
  while (String(length).length + rest.byteLength !== length) length = String(length).length + rest.byteLength;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function fits(name: string): boolean {
  return name.length <= 100 && /^[\x20-\x7e]*$/.test(name);
}

function put(block: Buffer, value: string, at: number, length: number): void {
  block.fill(0, at, at + length);
  block.write(value, at, "latin1");
}

function sign(block: Buffer): void {
  block.write(`${checksum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

/** The sum of all bytes, its own field counted as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

function text(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return block.toString("utf8", at, end < 0 ? at + length : Math.min(end, at + length));
}

/** Octal digits, or big-endian binary when the first bit is set, as large sizes are written. */
function octal(block: Buffer, at: number, length: number): number {
  if (((block[at] ?? 0) & 0x80) !== 0) return block.readUIntBE(at + length - 6, 6);
  const digits = block
    .toString("latin1", at, at + length)
    .replace(/[\0 ]+$/, "")
    .trim();
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}
