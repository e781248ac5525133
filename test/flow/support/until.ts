/** Waiting for a condition, never for a time. */
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 50;

/**
 * @param look asked again until it answers something else than null
 * @param tell what to say when it never does
 * @throws Error with `tell`'s words once deadlineMs are over
 */
export async function until<T>(
  look: () => Promise<T | null> | T | null,
  tell: () => Promise<string> | string,
  deadlineMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`waited ${deadlineMs} ms for ${await tell()}`);
    await delay(POLL_MS);
  }
}
