/** Which verb does what, once it is permitted and acknowledged. One table. */
import type { Verb } from "../../policy/verbs.ts";
import type { IntakeDeps } from "../effects.ts";
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
export function answer(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { verb } = permitted.request;
  if (verb === "unknown") return unknown(deps, permitted);
  if (verb === "work") return go(deps, permitted);
  return HANDLERS[verb](deps, permitted);
}
