/**
 * Keeps what a command printed within bounds: its head and its tail. It decides
 * nothing about commands and reads no stream itself.
 */

/** How much of one command's output is kept, in bytes. */
export const OUTPUT_MAX_BYTES = 2 * 1024 * 1024;

export interface Output {
  push(chunk: Uint8Array): void;
  /** All that was kept, with one line in between that says how much was not. */
  bytes(): Buffer;
  text(): string;
}

/** @param maxBytes kept in all: one half of it head, the other tail */
export function collectOutput(maxBytes: number = OUTPUT_MAX_BYTES): Output {
  const headMax = Math.floor(maxBytes / 2);
  const tailMax = maxBytes - headMax;
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let tail: Uint8Array[] = [];
  let tailBytes = 0;
  let dropped = 0;

  function keepTail(chunk: Uint8Array): void {
    tail.push(chunk);
    tailBytes += chunk.byteLength;
    // Joined only once twice the bound is held, so that a flood of small chunks stays linear.
    if (tailBytes > tailMax * 2) {
      const joined = Buffer.concat(tail);
      dropped += joined.byteLength - tailMax;
      tail = [joined.subarray(joined.byteLength - tailMax)];
      tailBytes = tailMax;
    }
  }

  function bytes(): Buffer {
    const end = Buffer.concat(tail);
    const kept = end.subarray(Math.max(0, end.byteLength - tailMax));
    const lost = dropped + end.byteLength - kept.byteLength;
    if (lost === 0) return Buffer.concat([...head, kept]);
    return Buffer.concat([...head, Buffer.from(`\n[… ${lost} bytes left out …]\n`), kept]);
  }

  return {
    push(chunk) {
      const room = headMax - headBytes;
      if (room > 0) {
        const first = chunk.subarray(0, room);
        head.push(Uint8Array.from(first));
        headBytes += first.byteLength;
      }
      if (chunk.byteLength > room) keepTail(Uint8Array.from(chunk.subarray(Math.max(0, room))));
    },
    bytes,
    text: () => bytes().toString("utf8"),
  };
}
