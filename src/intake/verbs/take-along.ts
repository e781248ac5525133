/**
 * Words for Orion while it is at work: as long as somebody writes, they are kept
 * as a remark and reach whoever it is. Later nobody would read them, and it says so.
 */
import type { Run } from "../../domain/task.ts";
import type { IntakeDeps } from "../effects.ts";
import { remarkOf } from "../remarks/remark-text.ts";
import * as replies from "../replies.ts";
import { type Permitted, reply } from "./permitted.ts";
import * as words from "./plan/words.ts";

/** Whose words these stages take. */
const WRITING: readonly Run["stage"][] = ["plan", "red", "green"];

/**
 * `go` and sentences where a run lives that waits for nobody's yes.
 * @param run of this task, living
 */
export async function takeAlong(deps: IntakeDeps, permitted: Permitted, run: Run): Promise<string> {
  const { request, task } = permitted;
  const writes = run.kind !== "rebase" && WRITING.includes(run.stage);
  // what the issue says is known already; labels and reviews hold no words that could be a remark
  const said = request.subject.kind === "comment" && !request.bare;
  if (!writes || !said) return reply(deps, permitted, replies.busy(run, task?.pullRequest ?? null), "confused");
  return (await keepWords(deps, permitted, run)) ?? `run ${run.ordinal} takes the remark along`;
}

/** @returns what was answered instead; null when the words are kept, now or by an earlier delivery of them */
export async function keepWords(deps: IntakeDeps, permitted: Permitted, run: Run): Promise<string | null> {
  const { subject, author } = permitted.request;
  const remark = { comment: subject.id, person: author, text: remarkOf(permitted.request) };
  const kept = await deps.store.addRemark(run.taskId, remark);
  if (kept === "full") return reply(deps, permitted, words.REMARKS_FULL, "confused");
  if (kept === "kept") return null;
  const before = (await deps.store.remarks(run.taskId)).find(({ comment }) => comment === subject.id);
  // an ordinary comment that was edited into a sentence for Orion: an agent may have been given it as it was
  const same = before === undefined || before.text === remark.text;
  return same ? null : reply(deps, permitted, words.KEPT_BEFORE, "confused");
}
