/** `revert`: asks for the pull request that undoes a merged one. How it is built is the runs' own. */
import type { IntakeDeps } from "../../effects.ts";
import * as replies from "../../replies.ts";
import { type Permitted, reply } from "../permitted.ts";

export async function revert(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { repository, request, task } = permitted;
  const pullRequest = request.onPullRequest ? request.issueNumber : (task?.pullRequest ?? null);
  if (pullRequest === null) return reply(deps, permitted, replies.NOTHING_TO_REVERT, "confused");
  const because = `Asked for by ${request.author.login}${request.text === "" ? "." : `: ${request.text}`}`;
  const answer = await deps.openRevert({ repository, pullRequest, because });
  if ("refused" in answer) return reply(deps, permitted, answer.refused, "confused");
  return reply(deps, permitted, replies.revertOpened(pullRequest, answer.number), "rocket");
}
