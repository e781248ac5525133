/**
 * What happens to a pull request that its scope depends on: new commits, and
 * on Orion's reviews by administrators. No request; nothing is said.
 */
import { z } from "zod";
import type { Delivery } from "../domain/ports/store-port.ts";
import type { Repository } from "../domain/task.ts";
import type { IntakeDeps } from "./effects.ts";

const user = z.object({ id: z.number(), login: z.string(), type: z.string() });
const pull = z.object({ number: z.number(), user: user.nullish() });
const pullEvent = z.object({ action: z.string(), pull_request: pull, sender: user });
const reviewEvent = z.object({
  action: z.string(),
  pull_request: pull,
  review: z.object({ state: z.string(), commit_id: z.string().nullish(), user: user.nullish() }),
});

const MOVES = ["opened", "reopened", "synchronize"];

/**
 * @param slug the App's
 * @returns one line for the delivery's record; null when the event is about nothing of this
 */
export async function followScope(
  deps: IntakeDeps,
  delivery: Delivery,
  repository: Repository,
  slug: string,
): Promise<string | null> {
  if (delivery.event === "pull_request") {
    const { action, pull_request, sender } = pullEvent.parse(delivery.payload);
    // what Orion itself pushes it has judged already
    if (!MOVES.includes(action) || sender.login === `${slug}[bot]`) return null;
    return deps.scope.judge({ repository, pullRequest: pull_request.number });
  }
  return delivery.event === "pull_request_review" ? followReview(deps, delivery, repository, slug) : null;
}

async function followReview(
  deps: IntakeDeps,
  delivery: Delivery,
  repository: Repository,
  slug: string,
): Promise<string | null> {
  const { action, pull_request, review } = reviewEvent.parse(delivery.payload);
  const { user: person, commit_id: commit } = review;
  if (!isMine(pull_request, slug) || person?.type !== "User" || !commit) return null;
  const reviewed = {
    repository,
    pullRequest: pull_request.number,
    commit,
    person: { id: person.id, login: person.login },
  };
  if (action === "dismissed") return deps.scope.withdraw(reviewed);
  if (action !== "submitted" || review.state.toLowerCase() !== "approved") return null;
  // asked live: the payload says who reviewed, not what they may
  if ((await deps.github.role(repository, person.login)) !== "admin") return null;
  return deps.scope.approve(reviewed);
}

function isMine(pullRequest: z.infer<typeof pull>, slug: string): boolean {
  return pullRequest.user?.login === `${slug}[bot]`;
}
