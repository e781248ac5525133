/** The verbs that only say something: `help`, and a word that is no verb. */
import type { Verb } from "../../policy/verbs.ts";
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { type Permitted, reply } from "./permitted.ts";

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
