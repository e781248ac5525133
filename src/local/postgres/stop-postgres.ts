/**
 * Ends the server `ensurePostgres` started, whoever started it. The data stays.
 */
import { setTimeout as delay } from "node:timers/promises";
import { OrionError } from "../../domain/errors.ts";
import { clusterIn } from "./cluster.ts";
import { knownHome } from "./home.ts";
import { isPostgres, livingPostmaster } from "./postmaster.ts";

const FAST_MS = 10_000;
const IMMEDIATE_MS = 5_000;
const POLL_MS = 20;

/**
 * @returns true when a server ran and is gone now, false when none ran
 * @throws OrionError POSTGRES_STOP_FAILED when it outlived both kinds of shutdown
 * @source signals: PostgreSQL manual, "Shutting Down the Server"
 */
export async function stopPostgres({ dataDir }: { readonly dataDir: string }): Promise<boolean> {
  const postmaster = await livingPostmaster(clusterIn(await knownHome(dataDir)));
  if (postmaster === null) return false;
  const { pid } = postmaster;
  if ((await signalled(pid, "SIGINT", FAST_MS)) || (await signalled(pid, "SIGQUIT", IMMEDIATE_MS))) return true;
  throw new OrionError("POSTGRES_STOP_FAILED", `PostgreSQL, process ${pid}, does not end; end it by hand`, { pid });
}

async function signalled(pid: number, signal: "SIGINT" | "SIGQUIT", waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  if (await isPostgres(pid)) process.kill(pid, signal);
  while (await isPostgres(pid)) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
