/**
 * A review as a record and as news: what reviews and single line comments share.
 */
import { reaches, roleOf } from "../../auth/permissions.ts";
import type { AccountRecord, PullRecord, RepositoryRecord, ReviewRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { pullSimpleShape } from "../shape/pull.ts";
import { reviewShape } from "../shape/review.ts";

/** A review nobody submitted in words: GitHub makes one around each single line comment. */
export function reviewAround(
  world: World,
  repository: RepositoryRecord,
  pull: PullRecord,
  actor: AccountRecord,
): ReviewRecord {
  const review = world.state.reviews.put({
    id: world.state.nextId(),
    repositoryId: repository.id,
    issueId: pull.id,
    userId: actor.id,
    body: "",
    state: "COMMENTED",
    commitId: pull.pull.headSha,
    submittedAt: now(),
  });
  tellReview(world, repository, actor, pull, review);
  return review;
}

export function tellReview(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  pull: PullRecord,
  review: ReviewRecord,
): void {
  const shaped = reviewShape(world, repository, pull, review);
  // Webhooks write the state in small letters, REST in capitals.
  const parts = {
    review: { ...shaped, state: review.state.toLowerCase(), body: review.body === "" ? null : review.body },
    pull_request: pullSimpleShape(world, repository, pull),
  };
  world.tell({ event: "pull_request_review", action: "submitted", repository, sender, parts });
}

export function mayWrite(repository: RepositoryRecord, actor: AccountRecord): boolean {
  return reaches(roleOf(repository, actor.login), "write");
}
