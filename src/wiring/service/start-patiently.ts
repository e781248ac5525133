/**
 * A worker whose engine is away must not keep the web from starting: webhooks
 * are stored meanwhile, and a rollback becomes ready. It tries again until the
 * engine answers; whatever else is wrong still ends the start.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describeError, hasCode } from "../../domain/errors.ts";
import type { Worker } from "../start-worker.ts";

const AGAIN_MS = 15_000;

export interface Patience {
  /** false where nothing else is of use: then the error ends the start */
  readonly mayWait: boolean;
  /** told when the engine is away, and when the worker has started after all */
  readonly onLine: (line: string) => void;
  readonly onStart: (worker: Worker) => void;
  readonly againMs?: number;
}

/**
 * @param start called again while it throws DOCKER_UNREACHABLE
 * @returns once the worker has started or is known to wait; `stop` ends either
 * @throws what the first `start` throws, save DOCKER_UNREACHABLE where it may wait
 */
export async function startPatiently(
  start: () => Promise<Worker>,
  { mayWait, onLine, onStart, againMs = AGAIN_MS }: Patience,
): Promise<Pick<Worker, "stop">> {
  const stopping = new AbortController();
  let worker: Worker | null = null;

  async function attempt(): Promise<boolean> {
    try {
      worker = await start();
      onStart(worker);
      return true;
    } catch (error) {
      if (!mayWait || !hasCode(error, "DOCKER_UNREACHABLE")) throw error;
      return false;
    }
  }

  async function goOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(againMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      // what is wrong now was not at the first try: it may pass as well
      const started = await attempt().catch((error: unknown) => {
        onLine(`the worker does not start: ${describeError(error)}`);
        return false;
      });
      if (started) return onLine("the engine answers: the worker works");
    }
  }

  const started = await attempt();
  if (!started) onLine("no Docker engine answers: webhooks are stored, and work begins once one does");
  const waiting = started ? Promise.resolve() : goOn();
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await waiting;
      await worker?.stop();
    },
  };
}
