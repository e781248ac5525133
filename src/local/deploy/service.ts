/**
 * The process of one release: started on a port of its own, asked until it is
 * healthy, started again when it dies by itself, ended with grace.
 */
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { OrionError } from "../../domain/errors.ts";
import { type CommandPlace, killGroup, type RunningCommand, startCommand } from "./command.ts";

const HEALTH_POLL_MS = 100;
const HEALTH_ANSWER_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

export interface ServicePlan extends CommandPlace {
  readonly argv: readonly string[];
  /** path that answers 2xx or 3xx once it is ready */
  readonly healthPath: string;
  readonly healthTimeoutMs: number;
  /** from SIGTERM to SIGKILL */
  readonly graceMs: number;
}

export interface Service {
  /** where it listens now */
  port(): number;
  pid(): number;
  /** From now on it is started again whenever it dies. @param moved told the port of every start */
  keepAlive(moved: (port: number) => void): void;
  /** SIGTERM, then SIGKILL once the grace is over. @returns its exit code or the signal's name */
  stop(): Promise<number | string>;
}

interface Started {
  readonly port: number;
  readonly command: RunningCommand;
}

/**
 * @throws OrionError SERVICE_UNHEALTHY when it ended or was not ready in time; it is gone then
 * @throws the signal's reason when it aborts; it is gone then
 */
export async function bootService(plan: ServicePlan, signal: AbortSignal): Promise<Service> {
  let now = await start(plan);
  let stopping = false;
  try {
    await becomeHealthy(plan, now, signal);
  } catch (error) {
    killGroup(now.command.pid, "SIGKILL");
    await now.command.ended;
    throw error;
  }
  return {
    port: () => now.port,
    pid: () => now.command.pid,
    keepAlive(moved) {
      const watch = async (): Promise<void> => {
        for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
          const outcome = await now.command.ended;
          if (stopping) return;
          plan.onLine(`the service ended by itself (${outcome}); starting it again`);
          await delay(pauseMs);
          if (stopping) return;
          now = await start(plan);
          // told to stop while it started: what takes its place is live already
          if (stopping) return killGroup(now.command.pid, "SIGKILL");
          moved(now.port);
        }
      };
      watch().catch((error: unknown) => plan.onLine(`the service cannot be started again: ${String(error)}`));
    },
    async stop() {
      stopping = true;
      killGroup(now.command.pid, "SIGTERM");
      const grace = setTimeout(() => killGroup(now.command.pid, "SIGKILL"), plan.graceMs);
      const outcome = await now.command.ended;
      clearTimeout(grace);
      // what it left behind in its group goes too
      killGroup(now.command.pid, "SIGKILL");
      return outcome;
    },
  };
}

async function start(plan: ServicePlan): Promise<Started> {
  const port = await freePort();
  const command = await startCommand(plan.argv, { ...plan, env: { ...plan.env, PORT: String(port) } });
  return { port, command };
}

async function becomeHealthy(plan: ServicePlan, { port, command }: Started, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + plan.healthTimeoutMs;
  let last = "it never answered";
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    const ended = command.outcome();
    if (ended !== null)
      throw new OrionError("SERVICE_UNHEALTHY", `it ended with ${ended} before it was ready; its output says why`, {
        ended,
      });
    const answer = await ask(`http://127.0.0.1:${port}${plan.healthPath}`);
    if (answer.ok) return;
    last = answer.told ?? last;
    await delay(HEALTH_POLL_MS);
  }
  throw new OrionError("SERVICE_UNHEALTHY", `it was not ready within ${plan.healthTimeoutMs} ms: ${last}`, { last });
}

async function ask(url: string): Promise<{ readonly ok: boolean; readonly told: string | null }> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(HEALTH_ANSWER_MS) });
    const text = await response.text();
    return { ok: response.status >= 200 && response.status < 400, told: `${response.status} ${text.trim()}` };
  } catch {
    return { ok: false, told: null }; // not listening yet is an answer too
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
