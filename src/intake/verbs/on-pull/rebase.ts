/** `rebase`: brings the default branch into a pull request of Orion's. How, and what it shows, is the runs' own. */
import type { IntakeDeps } from "../../effects.ts";
import * as replies from "../../replies.ts";
import { type Permitted, reply, start } from "../permitted.ts";
import { whyOver } from "../work.ts";

export async function rebase(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { request, task } = permitted;
  if (task === null) {
    const words = replies.noTask(request);
    return reply(deps, permitted, words, "confused");
  }
  const over = await whyOver(deps, permitted, task);
  if (over !== null) return reply(deps, permitted, over, "confused");
  if (task.pullRequest === null) return reply(deps, permitted, replies.NOTHING_TO_REBASE, "confused");
  return start(deps, permitted, task, "rebase", request.text);
}
