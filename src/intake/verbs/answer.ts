/**
 * Which verb does what, once it is permitted and acknowledged. One table; a verb
 * that stands in `policy/verbs.ts` and not here answers that it is not in yet.
 */
import type { Verb } from "../../policy/verbs.ts";
import type { IntakeDeps } from "../effects.ts";
import { approveMigration } from "./approve-migration.ts";
import { ask } from "./ask.ts";
import { forget, memory, remember } from "./memory.ts";
import type { Permitted } from "./permitted.ts";
import { rebase } from "./rebase.ts";
import { revert } from "./revert.ts";
import { pause, resume, stop } from "./switch.ts";
import { help, notInYet, status, unknown } from "./words.ts";
import { fix, go, retry } from "./work.ts";

type Handler = (deps: IntakeDeps, permitted: Permitted) => Promise<string>;

const HANDLERS: Partial<Record<Verb, Handler>> = {
  ask,
  go,
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
  help: (deps, permitted) => help(deps, permitted, working()),
};

/** @returns one line for the delivery's record */
export function answer(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { verb } = permitted.request;
  if (verb === "unknown") return unknown(deps, permitted);
  if (verb === "work") return go(deps, permitted);
  const handler = HANDLERS[verb];
  return handler === undefined ? notInYet(deps, permitted, verb, working()) : handler(deps, permitted);
}

function working(): readonly Verb[] {
  return Object.keys(HANDLERS) as Verb[];
}
