/**
 * Issues and pull requests that end, and what hosts tell of deployments: facts
 * that move a task, no requests. What follows from them is handed in.
 */
import { z } from "zod";
import { openLedger } from "../domain/ledger.ts";
import type { Delivery } from "../domain/ports/store-port.ts";
import type { Repository } from "../domain/task.ts";
import { reachesRole } from "../policy/permission.ts";
import type { IntakeDeps } from "./effects.ts";

const closedEvent = z.object({
  action: z.string(),
  pull_request: z.object({
    number: z.number(),
    merged: z.boolean().nullish(),
    merge_commit_sha: z.string().nullish(),
    head: z.object({ sha: z.string() }),
    user: z.object({ login: z.string() }).nullish(),
  }),
});
const issueClosedEvent = z.object({
  issue: z.object({ number: z.number() }),
  sender: z.object({ id: z.number(), login: z.string(), type: z.string() }),
});
const deploymentEvent = z.object({
  deployment_status: z.object({ state: z.string() }),
  deployment: z.object({ sha: z.string() }),
});

/** @returns one line for the delivery's record; null when the event is about nothing of this */
export async function followEnd(
  deps: IntakeDeps,
  delivery: Delivery,
  repository: Repository,
  slug: string,
): Promise<string | null> {
  if (delivery.event === "deployment_status") {
    const { deployment, deployment_status: status } = deploymentEvent.parse(delivery.payload);
    return deps.afterwards.deployed({ repository, commit: deployment.sha, state: status.state });
  }
  if (delivery.event === "issues") return followIssue(deps, delivery, repository);
  if (delivery.event !== "pull_request" || delivery.action !== "closed") return null;
  const { pull_request: pull } = closedEvent.parse(delivery.payload);
  const task = await deps.store.taskByPullRequest(repository.id, pull.number);
  // what undoes a merge is Orion's, and belongs to no task
  if (task === null && pull.user?.login !== `${slug}[bot]`) return null;
  // by a fast-forward the head itself is what came in
  const mergeCommit = pull.merged === true ? (pull.merge_commit_sha ?? pull.head.sha) : null;
  return deps.afterwards.closed(task, { repository, pullRequest: pull.number, mergeCommit, headSha: pull.head.sha });
}

const GONE = ["closed", "deleted", "transferred"];

/** Nobody wants to pay for what somebody called off. Once there is a pull request, its end is what counts. */
async function followIssue(deps: IntakeDeps, delivery: Delivery, repository: Repository): Promise<string | null> {
  if (!GONE.includes(delivery.action ?? "")) return null;
  const { issue, sender } = issueClosedEvent.parse(delivery.payload);
  const task = await deps.store.taskByIssue(repository.id, issue.number);
  if (task === null || task.pullRequest !== null || sender.type !== "User") return null;
  const role = await deps.github.role(repository, sender.login);
  if (!reachesRole(role, "write")) return null;
  const { id, login } = sender;
  const end = () => deps.store.requestStop(task.id, { id, login });
  const runs = await openLedger(deps.store, null, `delivery:${delivery.guid}`).once("issue-closed", end);
  return runs.length === 0 ? null : `the issue is gone: ${runs.map(({ ordinal }) => `run ${ordinal}`).join(", ")} ends`;
}
