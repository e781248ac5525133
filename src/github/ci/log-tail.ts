/** The end of a job's log, fetched from where the API says it lies. No token goes there: the address is the permission. */

const KEPT_BYTES = 64 * 1024;
const READ_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

/**
 * @param location as the API gave it
 * @param baseUrl of the API: over TLS its logs are, too
 * @returns at most 64 KiB of text; null when it cannot be had
 */
export async function tailOf(location: string, baseUrl: string): Promise<string | null> {
  if (!URL.canParse(location)) return null;
  const { protocol } = new URL(location);
  if (protocol !== "https:" && protocol !== new URL(baseUrl).protocol) return null;
  try {
    const response = await fetch(location, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
    if (!response.ok || response.body === null) return null;
    return new TextDecoder().decode(await lastBytes(response.body));
  } catch (error) {
    // fetch throws these two for a server that is away; the check's other words are enough
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  }
}

async function lastBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let kept = Buffer.alloc(0);
  let read = 0;
  for await (const chunk of body) {
    read += chunk.byteLength;
    kept = Buffer.concat([kept, chunk]).subarray(-KEPT_BYTES);
    if (read > READ_BYTES) break;
  }
  return kept;
}
