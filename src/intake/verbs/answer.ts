/** Which verb does what, once it is permitted and acknowledged. One table. */
import type { Verb } from "../../policy/verbs.ts";
import { type IntakeDeps, react } from "../effects.ts";
import { status } from "../status/status.ts";
import { approveMigration } from "./approve-migration.ts";
import { ask } from "./ask.ts";
import { budget } from "./budget.ts";
import { forget, memory, remember } from "./memory.ts";
import { rebase } from "./on-pull/rebase.ts";
import { revert } from "./on-pull/revert.ts";
import type { Permitted } from "./permitted.ts";
import { approve } from "./plan/approve.ts";
import { plan } from "./plan/plan.ts";
import { onlyPraises, showsPlan } from "./plan/praised.ts";
import { retry } from "./retry.ts";
import { pause, resume, stop } from "./switch.ts";
import { help, unknown } from "./words.ts";
import { fix, go } from "./work.ts";

type Handler = (deps: IntakeDeps, permitted: Permitted) => Promise<string>;

const HANDLERS: Readonly<Record<Verb, Handler>> = {
  ask,
  budget,
  go,
  plan,
  approve,
  fix,
  retry,
  stop,
  rebase,
  revert,
  pause,
  resume,
  status,
  remember,
  forget,
  memory,
  "approve-migration": approveMigration,
  help,
};

/** @returns one line for the delivery's record */
export async function answer(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { verb } = permitted.request;
  if (verb === "unknown") return unknown(deps, permitted);
  const pleased = await thanked(deps, permitted);
  if (pleased !== null) return pleased;
  if (verb === "work") return go(deps, permitted);
  return HANDLERS[verb](deps, permitted);
}

/**
 * "Orion, thanks!" is neither a question nor a wish.
 * @returns null where there is something to do or to say, as there is while a plan waits for its yes
 */
async function thanked(deps: IntakeDeps, { scope, repository, request, task }: Permitted): Promise<string | null> {
  if (request.verb !== "work" && request.verb !== "ask") return null;
  const runs = task === null ? [] : await deps.store.runsOf(task.id);
  if (!onlyPraises(request.text, runs) || (request.verb === "work" && runs.some(showsPlan))) return null;
  await react(deps, { scope, key: "end" }, repository, request.subject, "rocket");
  return "nothing asked: the words ask for no change";
}
