/** The verbs that only say something: `status`, `help`, and a word that is no verb. */
import type { Verb } from "../../policy/verbs.ts";
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { type Permitted, reply, workOf } from "./permitted.ts";

export async function status(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task } = permitted;
  if (task === null) return reply(deps, permitted, replies.NO_TASK, "rocket");
  const [runs, spent] = await Promise.all([deps.store.runsOf(task.id), deps.store.spent(task.id)]);
  return reply(deps, permitted, replies.statusOf(task, workOf(runs), spent.usd), "rocket");
}

export async function unknown(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { word, nearest } = permitted.request.unknown ?? { word: "", nearest: "help" };
  return reply(deps, permitted, replies.unknownVerb(word, nearest), "confused");
}

/** @param working verbs that do what the table says */
export function help(deps: IntakeDeps, permitted: Permitted, working: readonly Verb[]): Promise<string> {
  return reply(deps, permitted, replies.helpTable(working, deps.tools), "rocket");
}

export function notInYet(
  deps: IntakeDeps,
  permitted: Permitted,
  verb: Verb,
  working: readonly Verb[],
): Promise<string> {
  return reply(deps, permitted, replies.notInYet(verb, working), "confused");
}
