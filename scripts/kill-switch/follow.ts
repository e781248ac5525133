/** Waits until what was pushed runs: asks the deploy host, or the server itself. It starts nothing. */
import { setTimeout as delay } from "node:timers/promises";
import type { DeployHost, HostStatus } from "../../src/domain/ports/deploy-port.ts";

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
    const { status, now } = await stateOf(host, commit);
    if (now !== said) onLine(`deploy: ${now}`);
    said = now;
    if (status === "live" || status === "replaced") return true;
    if (status === "failed" || status === "canceled") return false;
  }
  onLine("deploy: time is over; look at the host's own page");
  return false;
}

interface State {
  /** null while there is nothing to say */
  readonly status: HostStatus | null;
  readonly now: string;
}

/** A host that does not answer has been pushed to all the same; a newer push takes the place of ours and holds it. */
async function stateOf(host: Pick<DeployHost, "deploys">, commit: string): Promise<State> {
  try {
    const deploys = await host.deploys(20);
    const index = deploys.findIndex((deploy) => deploy.commit === commit);
    const ours = deploys[index];
    if (ours === undefined) return { status: null, now: "waiting for the host to see the push" };
    if (ours.status !== "canceled") return { status: ours.status, now: ours.hostStatus };
    const newer = deploys.slice(0, index).filter((one) => one.trigger !== "rollback" && one.status !== "canceled");
    const heir = newer.at(-1);
    if (heir === undefined) return { status: "canceled", now: ours.hostStatus };
    return { status: heir.status, now: `a newer push took its place: ${heir.hostStatus}` };
  } catch (error) {
    return { status: null, now: error instanceof Error ? error.message : String(error) };
  }
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
