/** What becomes of words and of `go` where a plan waits for a yes, or is being made. */
import type { Run } from "../../../domain/task.ts";
import type { IntakeDeps } from "../../effects.ts";
import * as replies from "../../replies.ts";
import { type Permitted, reply } from "../permitted.ts";
import { keepWords } from "../take-along.ts";
import { approveRun } from "./approve.ts";
import { onlyPraises, showsPlan } from "./praised.ts";
import * as words from "./words.ts";

/** Words on a plan that waits or is being made reach it as a remark, and it is shown anew. */
export async function planAgain(deps: IntakeDeps, permitted: Permitted, run: Run): Promise<string> {
  // a remark is a comment of the conversation; labels and reviews hold no words that could be one
  const { request, task } = permitted;
  if (showsPlan(run) && onlyPraises(request.text, [run]))
    return reply(deps, permitted, words.sayYes(run.planShown.must), "confused");
  if (request.subject.kind !== "comment") return reply(deps, permitted, words.WAITS, "confused");
  if (!(await deps.store.askApproval(run.id)))
    return reply(deps, permitted, replies.busy(run, task?.pullRequest ?? null), "confused");
  return (await keepWords(deps, permitted, run)) ?? `run ${run.ordinal} plans again`;
}

/**
 * `go`, `fix` or a sentence where work is under way.
 * @returns null when no plan waits for a yes
 */
export async function goOnWaiting(deps: IntakeDeps, permitted: Permitted, run: Run): Promise<string | null> {
  if (!showsPlan(run)) return null;
  if (!permitted.request.bare) return planAgain(deps, permitted, run);
  if (run.planShown.must) return reply(deps, permitted, words.MUST_APPROVE, "confused");
  return approveRun(deps, permitted, run, null);
}
