/** Looks at boot, and every five minutes, for webhooks that did not arrive. */
import { setTimeout as delay } from "node:timers/promises";
import { describeError } from "../../domain/errors.ts";
import { askAgain, type MissedDeps } from "../../intake/missed/ask-again.ts";

const EVERY_MS = 5 * 60_000;
const STOP_MS = 1_000;

/** @returns what ends it; a look that is under way is waited for a second */
export function watchWebhooks(deps: MissedDeps, onLine: (line: string) => void): () => Promise<void> {
  let stopped = false;
  const look = async (): Promise<void> => {
    try {
      const asked = await askAgain(deps);
      if (asked !== null && asked > 0) onLine(`${asked} webhooks had not arrived; GitHub sends them again`);
    } catch (error) {
      if (!stopped) onLine(`missed webhooks: ${describeError(error)}`);
    }
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = look();
  }, EVERY_MS);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await Promise.race([looking, delay(STOP_MS, undefined, { ref: false })]);
  };
}
