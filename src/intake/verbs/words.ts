/** The verbs that only say something: `help`, and a word that is no verb. */
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { type Permitted, reply } from "./permitted.ts";

export async function unknown(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { word, nearest } = permitted.request.unknown ?? { word: "", nearest: "help" };
  return reply(deps, permitted, replies.unknownVerb(word, nearest), "confused");
}

export function help(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  return reply(deps, permitted, replies.helpTable(deps.tools), "rocket");
}
