/**
 * Pull requests that end, and what hosts tell of deployments: facts that move a
 * task, no requests. What follows from them is handed in.
 */
import { z } from "zod";
import type { Delivery } from "../domain/ports/store-port.ts";
import type { Repository } from "../domain/task.ts";
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
  if (delivery.event !== "pull_request" || delivery.action !== "closed") return null;
  const { pull_request: pull } = closedEvent.parse(delivery.payload);
  const task = await deps.store.taskByPullRequest(repository.id, pull.number);
  // what undoes a merge is Orion's, and belongs to no task
  if (task === null && pull.user?.login !== `${slug}[bot]`) return null;
  // by a fast-forward the head itself is what came in
  const mergeCommit = pull.merged === true ? (pull.merge_commit_sha ?? pull.head.sha) : null;
  return deps.afterwards.closed(task, { repository, pullRequest: pull.number, mergeCommit, headSha: pull.head.sha });
}
