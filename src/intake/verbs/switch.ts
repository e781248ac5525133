/**
 * The verbs that hold work back: `pause` and `resume` a repository, `stop` one
 * task. They set the switch; the runs look at it before each of their steps.
 */
import { openLedger } from "../../domain/ledger.ts";
import type { RunStatus } from "../../domain/task.ts";
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { type Permitted, reply } from "./permitted.ts";

const LIVING: readonly RunStatus[] = ["queued", "running", "waiting"];

export async function pause(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { by } = await deps.store.pauseRepository(permitted.repository.id, permitted.request.author);
  return reply(deps, permitted, replies.paused(by), "rocket");
}

export async function resume(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { store, settings } = deps;
  const ledger = openLedger(store, null, permitted.scope);
  const runs = await ledger.once("resume", () => store.resumeRepository(permitted.repository.id));
  return reply(deps, permitted, replies.resumed(runs, settings.paused), "rocket");
}

export async function stop(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task, request } = permitted;
  if (task === null) return reply(deps, permitted, replies.noTask(request), "confused");
  const asked = () => deps.store.requestStop(task.id, request.author);
  const runs = await openLedger(deps.store, null, permitted.scope).once("stop", asked);
  if (runs.length === 0) {
    const ending = (await deps.store.runsOf(task.id)).some((run) => LIVING.includes(run.status) && run.stopBy !== null);
    return reply(deps, permitted, ending ? replies.STOPPING_ALREADY : replies.NOTHING_TO_STOP, "confused");
  }
  return reply(deps, permitted, replies.stopping(runs), "rocket");
}
