/**
 * How long a stored delivery waits until its handler is called, against a bare
 * NOTIFY that reaches its listener: both from the commit on, one at a time.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import pg from "pg";
import { openStore } from "../../../src/store/open-store.ts";

const CALM_MS = 20;

/** @returns milliseconds, one a delivery */
export async function handOver(connectionString: string, count: number): Promise<readonly number[]> {
  const opened = await openStore({ connectionString });
  const heard = new Map<string, () => void>();
  await opened.queue.work({ delivery: async (guid) => heard.get(guid)?.(), run: async () => undefined });
  const waits: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const guid = randomUUID();
    let calledAt = 0;
    const called = new Promise<void>((resolve) => {
      heard.set(guid, () => {
        calledAt = performance.now();
        resolve();
      });
    });
    await opened.store.receiveDelivery({ guid, event: "ping", action: null, repositoryId: null, payload: {} });
    const committedAt = performance.now();
    await called;
    waits.push(Math.max(0, calledAt - committedAt));
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
  }
  await opened.queue.stop(1_000);
  await opened.close();
  return waits;
}

/** @returns milliseconds, one a notification */
export async function bareNotify(connectionString: string, count: number): Promise<readonly number[]> {
  const [ears, mouth] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  await Promise.all([ears.connect(), mouth.connect()]);
  await ears.query("LISTEN bench");
  const waits: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const heard = once(ears, "notification").then(() => performance.now());
    await mouth.query("NOTIFY bench");
    const committedAt = performance.now();
    waits.push(Math.max(0, (await heard) - committedAt));
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
  }
  await Promise.all([ears.end(), mouth.end()]);
  return waits;
}
