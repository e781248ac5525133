/**
 * `retry`: a run that takes over from the last one, which failed or was stopped.
 * It keeps what that one stored; where it begins, the runs themselves find out.
 */
import type { Run, Task } from "../../domain/task.ts";
import { judgePermission } from "../../policy/permission.ts";
import type { IntakeDeps } from "../effects.ts";
import * as replies from "../replies.ts";
import { isSame, type Permitted, reply, startRun, workOf } from "./permitted.ts";

const OVER: readonly Task["status"][] = ["merged", "closed"];

export async function retry(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task } = permitted;
  if (task === null) return reply(deps, permitted, replies.noTask(permitted.request), "confused");
  const [last] = workOf(await deps.store.runsOf(task.id)).slice(-1);
  // handled again after a crash: this very comment started it
  if (last !== undefined && isSame(last, permitted.request, last.text)) return `already started for task ${task.id}`;
  if (last === undefined || (last.status !== "failed" && last.status !== "stopped")) {
    return reply(deps, permitted, replies.NOTHING_TO_RETRY, "confused");
  }
  if (OVER.includes(task.status)) return reply(deps, permitted, replies.closed(task), "confused");
  const refused = await refusedWords(deps, permitted, last);
  if (refused !== null) return reply(deps, permitted, refused, "confused");
  return startOnce(deps, permitted, last);
}

/** One run takes over from another, however many ask: what is taken over is the cause. */
async function startOnce(deps: IntakeDeps, permitted: Permitted, last: Run): Promise<string> {
  const author = last.textBy ?? last.requestedBy;
  const textBy = author.id === permitted.request.author.id ? {} : { textBy: author };
  const { taskId, kind, text, points, approval } = last;
  const asked = approval === null ? {} : { approval };
  const facts = { taskId, kind, text, points, continues: last.id, cause: `retry:${last.id}`, ...textBy, ...asked };
  const told = await startRun(deps, permitted, facts);
  const runs = await deps.store.runsOf(taskId);
  const next = runs.find((run) => run.continues === last.id);
  if (next === undefined || isSame(next, permitted.request, text)) return told;
  return reply(deps, permitted, replies.busy(next, permitted.task?.pullRequest ?? null), "confused");
}

/** The words are asked for, not only who says them again. @returns what to answer; null when their author may write */
async function refusedWords(deps: IntakeDeps, permitted: Permitted, last: Run): Promise<string | null> {
  const { repository, request } = permitted;
  const author = last.textBy ?? last.requestedBy;
  // adopted words begin with a plan that somebody who may has to approve
  const adopted = last.kind === "first" && permitted.task?.adopted === true;
  if (author.id === request.author.id || adopted) return null;
  const textAuthor = await deps.github.role(repository, author.login);
  const verdict = judgePermission({ verb: "retry", actor: "write", textAuthor });
  return verdict.kind === "allow" ? null : replies.wordsOf(author.login, last.kind === "fix" ? "fix" : "go");
}
