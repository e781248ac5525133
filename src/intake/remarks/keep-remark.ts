/**
 * An ordinary comment on a task: no command, kept for whoever works on it. A
 * plan that waits is made again with it. Nothing is answered here: 👀 comes when
 * it is taken in. One that is deleted before that was never said, and one that
 * asks for no change is none; where a plan waits, it shows that a yes is meant.
 */
import type { Delivery } from "../../domain/ports/store-port.ts";
import type { Repository, Task } from "../../domain/task.ts";
import { addressOfComment } from "../../policy/addressing.ts";
import { reachesRole } from "../../policy/permission.ts";
import type { IntakeDeps } from "../effects.ts";
import { issueCommentEvent, type User } from "../payloads.ts";
import { workOf } from "../verbs/permitted.ts";
import { onlyPraises, showsPlan, tellHowToApprove } from "../verbs/plan/praised.ts";
import { OVER } from "../verbs/work.ts";
import { remarkText } from "./remark-text.ts";

/**
 * @param slug the App's
 * @returns one line for the delivery's record; null when the event is no remark on a task
 */
export async function keepRemark(
  deps: IntakeDeps,
  delivery: Delivery,
  repository: Repository,
  slug: string,
): Promise<string | null> {
  // what is written into an old comment is not new, and a person may not see that it changed
  if (delivery.event !== "issue_comment" || !["created", "deleted"].includes(delivery.action ?? "")) return null;
  const { issue, comment, sender } = issueCommentEvent.parse(delivery.payload);
  if (delivery.action === "deleted") {
    const known = await taskOf(deps, repository, issue.number, Boolean(issue.pull_request));
    return known !== null && (await deps.store.dropRemark(known.id, comment.id)) ? "remark withdrawn" : null;
  }
  if (sender.id !== comment.user?.id || isBot(sender) || addressOfComment(comment.body, slug).kind !== "none")
    return null;
  const task = await taskOf(deps, repository, issue.number, Boolean(issue.pull_request));
  if (task === null || OVER.includes(task.status)) return null;
  const runs = workOf(await deps.store.runsOf(task.id));
  if (runs.length === 0) return null;
  const text = remarkText(comment.body);
  if (text === "") return null;
  const role = await deps.github.role(repository, sender.login);
  if (!reachesRole(role, "write")) return `no remark: ${sender.login} has the role ${role}`;
  if (onlyPraises(text, runs)) {
    const shown = runs.findLast(showsPlan);
    if (shown !== undefined) await tellHowToApprove(deps, `delivery:${delivery.guid}`, repository, issue.number, shown);
    return "no remark: it asks for no change";
  }
  const person = { id: sender.id, login: sender.login };
  return `remark ${await deps.store.addRemark(task.id, { comment: comment.id, person, text })}`;
}

async function taskOf(
  { store }: IntakeDeps,
  repository: Repository,
  number: number,
  onPullRequest: boolean,
): Promise<Task | null> {
  return onPullRequest ? store.taskByPullRequest(repository.id, number) : store.taskByIssue(repository.id, number);
}

function isBot({ type, login }: User): boolean {
  return type !== "User" || login.endsWith("[bot]");
}
