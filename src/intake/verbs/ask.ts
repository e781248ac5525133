/** `ask`, and a sentence addressed to Orion that asks for no change: a run of its own that only answers. */
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { type Permitted, reply, start } from "./permitted.ts";

export async function ask(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { request, repository } = permitted;
  if (request.text === "") return reply(deps, permitted, replies.ASK_WHAT, "confused");
  const task =
    permitted.task ??
    (await deps.store.openTask({
      repositoryId: repository.id,
      issueNumber: request.issueNumber,
      title: request.title,
      request: request.text,
      requester: request.author,
      budgetUsd: deps.settings.budgetUsd,
    }));
  return start(deps, permitted, task, "ask", request.text);
}
