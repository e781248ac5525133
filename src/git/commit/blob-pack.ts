/**
 * Many files as one pack stream, the form in which git takes objects in a
 * single call. It holds whole blobs only: no deltas, no other kinds.
 */
import { hash } from "node:crypto";
import { promisify } from "node:util";
import { deflate } from "node:zlib";

const compress = promisify(deflate);
const BLOB_TYPE = 3;
const AT_ONCE = 64;

/** @source gitformat-pack(5), "pack-*.pack files have the following format" */
export async function blobPack(blobs: readonly Uint8Array[]): Promise<Buffer> {
  const head = Buffer.alloc(12);
  head.write("PACK", 0, "latin1");
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(blobs.length, 8);
  const parts: Uint8Array[] = [head];
  for (let at = 0; at < blobs.length; at += AT_ONCE) {
    const slice = blobs.slice(at, at + AT_ONCE);
    const packed = await Promise.all(slice.map((bytes) => compress(bytes, { level: 1 })));
    for (const [index, bytes] of packed.entries()) parts.push(objectHead(slice[index]?.byteLength ?? 0), bytes);
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([body, Buffer.from(hash("sha1", body, "hex"), "hex")]);
}

/** Type and size: 4 bits of the size first, then 7 at a time, low bits first. */
function objectHead(size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = (BLOB_TYPE << 4) | (size % 16);
  while (rest > 0) {
    bytes.push(byte | 0x80);
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  bytes.push(byte);
  return Buffer.from(bytes);
}
