/**
 * Reviews of a pull request: a verdict, and the line comments given with it.
 */
import { GithubFault } from "../../fault.ts";
import type { PullRecord, ReviewRecord } from "../../state/records.ts";
import { now } from "../../world.ts";
import { ownedBy, pullAt } from "../find.ts";
import { requireUnlocked } from "../issues/lock.ts";
import { actorOf, needs, pageOf, type RepositoryCall, type Route, repositoryRoute } from "../route.ts";
import { legacyReviewCommentShape, reviewShape } from "../shape/review.ts";
import { tellReview } from "./review-around.ts";
import { addReviewComment } from "./review-comments.ts";

const READ = needs("pull_requests:read", "read");
const STATES = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;

export const reviewRoutes: readonly Route[] = [
  repositoryRoute("pulls/list-reviews", READ, (call) => {
    const { world, repository, path } = call;
    const pull = pullAt(world, repository, path.pull_number);
    const found = world.state.reviews.where((one) => one.issueId === pull.id);
    return pageOf(call, found, (one) => reviewShape(world, repository, pull, one));
  }),
  repositoryRoute("pulls/create-review", needs("pull_requests:write", "read"), async (call) => {
    const { world, repository, path } = call;
    const pull = pullAt(world, repository, path.pull_number);
    requireUnlocked(call.principal, repository, pull);
    const review = await createReview(call, pull);
    return { status: 200, body: reviewShape(world, repository, pull, review) };
  }),
  repositoryRoute("pulls/get-review", READ, ({ world, repository, path }) => {
    const pull = pullAt(world, repository, path.pull_number);
    const review = ownedBy(repository, world.state.reviews.get(path.review_id));
    return { status: 200, body: reviewShape(world, repository, pull, review) };
  }),
  repositoryRoute("pulls/list-comments-for-review", READ, (call) => {
    const { world, repository, path } = call;
    const review = ownedBy(repository, world.state.reviews.get(path.review_id));
    const found = world.state.reviewComments.where((one) => one.reviewId === review.id);
    return pageOf(call, found, (one) => legacyReviewCommentShape(world, repository, one));
  }),
];

async function createReview(call: RepositoryCall<"pulls/create-review">, pull: PullRecord): Promise<ReviewRecord> {
  const { world, repository, body } = call;
  const actor = actorOf(call);
  const event = body?.event;
  if (event === undefined)
    throw new GithubFault(422, "Unprocessable Entity: the forge keeps no pending reviews; give an event");
  const text = body?.body ?? "";
  const comments = body?.comments ?? [];
  if (actor.id === pull.userId && event !== "COMMENT") {
    const what = event === "APPROVE" ? "approve" : "request changes on";
    throw new GithubFault(422, `Unprocessable Entity: Can not ${what} your own pull request`);
  }
  if (text.trim() === "" && event !== "APPROVE" && comments.length === 0) {
    throw new GithubFault(422, "Unprocessable Entity: a review needs a body or comments");
  }
  const commitId = body?.commit_id ?? pull.pull.headSha;
  const id = world.state.nextId();
  const placed = [];
  for (const { path, line, side, start_line: startLine, body: words } of comments) {
    placed.push(
      await addReviewComment(world, repository, pull, {
        reviewId: id,
        userId: actor.id,
        body: words,
        path,
        line: line ?? null,
        startLine: startLine ?? null,
        side: side === "LEFT" ? "LEFT" : "RIGHT",
        commitId,
      }),
    );
  }
  const base = { id, repositoryId: repository.id, issueId: pull.id, userId: actor.id, commitId };
  const review = world.state.reviews.put({ ...base, body: text, state: STATES[event], submittedAt: now() });
  tellReview(world, repository, actor, pull, review);
  for (const tell of placed) tell.tell(actor);
  return review;
}
