/**
 * `plan`: plans and stops for approval. On a plan that waits, words change it; a
 * bare `plan` begins again with the issue as it reads now.
 */
import type { Task } from "../../../domain/task.ts";
import type { IntakeDeps } from "../../effects.ts";
import * as replies from "../../replies.ts";
import { isSame, type Permitted, reply, start, workOf } from "../permitted.ts";
import { LIVING, OVER, openTask } from "../work.ts";
import { planAgain } from "./waiting.ts";
import * as words from "./words.ts";

export async function plan(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { request, task: known } = permitted;
  if (request.text === "") return reply(deps, permitted, words.PLAN_WHAT, "confused");
  if (request.onPullRequest && known === null) return reply(deps, permitted, replies.NOT_MINE, "confused");
  if (known !== null) {
    if (OVER.includes(known.status)) return reply(deps, permitted, replies.closed(known), "confused");
    // what the issue says stands in the pull request already
    if (known.pullRequest !== null && request.bare) return reply(deps, permitted, words.PLAN_WHAT, "confused");
    const runs = workOf(await deps.store.runsOf(known.id));
    if (runs.some((run) => isSame(run, request, request.text))) return `already started for task ${known.id}`;
    const living = runs.find((run) => LIVING.includes(run.status));
    if (living !== undefined && !request.bare) return planAgain(deps, permitted, living);
    if (living !== undefined && living.stage !== "plan")
      return reply(deps, permitted, replies.busy(living, known.pullRequest), "confused");
    if (living !== undefined) await deps.store.requestStop(known.id, request.author);
  }
  const task = await taskToPlan(deps, permitted);
  return start(deps, permitted, task, task.pullRequest === null ? "first" : "fix", request.text, { approval: "asked" });
}

/** Adopted words are the task's from then on, whoever's it began with. */
async function taskToPlan(deps: IntakeDeps, permitted: Permitted): Promise<Task> {
  const task = await openTask(deps, permitted);
  if (!permitted.adopts || task.adopted) return task;
  const { title, text, author } = permitted.request;
  return deps.store.updateTask(task.id, { adopted: true, title, request: text, requester: author });
}
