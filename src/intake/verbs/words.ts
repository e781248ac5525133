/** The verbs that only say something: `status`, `help`, and a word that is no verb. */
import { doctorLines, KEPT_AS } from "../../policy/doctor/kept.ts";
import type { Verb } from "../../policy/verbs.ts";
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { type Permitted, reply, workOf } from "./permitted.ts";

export async function status(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task } = permitted;
  const { store, settings } = deps;
  const ill = doctorLines(await store.setting(KEPT_AS), permitted.repository.id, Date.now());
  const doctor = ill.map((line) => `\n\n${line}`).join("");
  if (task === null) return reply(deps, permitted, `${replies.NO_TASK}${doctor}`, "rocket");
  const [runs, spent, pause] = await Promise.all([
    store.runsOf(task.id),
    store.spent(task.id),
    store.pauseOf(permitted.repository.id),
  ]);
  const held = settings.paused || pause !== null ? `\n\n${replies.held(pause?.by ?? null)}` : "";
  return reply(deps, permitted, `${replies.statusOf(task, workOf(runs), spent.usd)}${held}${doctor}`, "rocket");
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
