/** Waits until what was pushed runs: asks the deploy host, or the server itself. It starts nothing. */
import { setTimeout as delay } from "node:timers/promises";
import type { DeployHost } from "../../src/domain/ports/deploy-port.ts";

export interface Patience {
  readonly everyMs: number;
  readonly deadlineMs: number;
  readonly onLine: (line: string) => void;
}

/** @returns true once the host says that the commit is live; false when its deploy failed or time is over */
export async function followDeploy(
  host: Pick<DeployHost, "deploys">,
  commit: string,
  { everyMs, deadlineMs, onLine }: Patience,
): Promise<boolean> {
  const deadline = Date.now() + deadlineMs;
  for (let said = ""; Date.now() < deadline; await delay(everyMs)) {
    const found = (await host.deploys(20)).find((deploy) => deploy.commit === commit);
    const now = found?.hostStatus ?? "waiting for the host to see the push";
    if (now !== said) onLine(`deploy: ${now}`);
    said = now;
    if (found?.status === "live" || found?.status === "replaced") return true;
    if (found?.status === "failed" || found?.status === "canceled") return false;
  }
  onLine("deploy: time is over; look at the host's own page");
  return false;
}

/**
 * @param url of the server, without path
 * @returns true once `/readyz` answers well and names the commit, or names none at all
 */
export async function followReadyz(url: string, commit: string, patience: Patience): Promise<boolean> {
  const { everyMs, deadlineMs, onLine } = patience;
  const deadline = Date.now() + deadlineMs;
  for (let said = ""; Date.now() < deadline; await delay(everyMs)) {
    const { ok, now } = await askReadyz(url, commit);
    if (now !== said) onLine(`${url}: ${now}`);
    said = now;
    if (ok) return true;
  }
  onLine(`${url}: time is over; look at your host's own page`);
  return false;
}

const ASK_MS = 10_000;

async function askReadyz(url: string, commit: string): Promise<{ readonly ok: boolean; readonly now: string }> {
  try {
    const answer = await fetch(new URL("/readyz", url), { signal: AbortSignal.timeout(ASK_MS) });
    const runs = /\b[0-9a-f]{40}\b/.exec(await answer.text())?.[0];
    if (!answer.ok) return { ok: false, now: `not ready (${answer.status})` };
    if (runs === undefined) return { ok: true, now: "ready; it does not say which commit it runs" };
    return runs === commit
      ? { ok: true, now: `ready, runs ${runs}` }
      : { ok: false, now: `still runs ${runs.slice(0, 7)}` };
  } catch (error) {
    return { ok: false, now: `does not answer (${error instanceof Error ? error.message : String(error)})` };
  }
}
