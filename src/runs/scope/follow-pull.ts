/**
 * Keeps `orion/scope` true on every pull request: a new commit is judged anew,
 * and on Orion's an administrator's approval counts for the commit it was
 * given to.
 */
import type { Person, Repository } from "../../domain/task.ts";
import { branchTip, pullTip } from "../mirror/bring.ts";
import { approvalOf, putScope, type ScopeDeps, scopeBase, scopeOf } from "./scope-check.ts";

export interface ReviewedCommit {
  readonly repository: Repository;
  readonly pullRequest: number;
  /** the commit the review was given to */
  readonly commit: string;
  /** who is an administrator: asked of GitHub a moment ago */
  readonly person: Person;
}

/** Judges the pull request's head as it is now. @returns one line for the delivery's record */
export async function judgePull(
  deps: ScopeDeps,
  { repository, pullRequest }: { readonly repository: Repository; readonly pullRequest: number },
): Promise<string> {
  const pull = await deps.github.pull(repository, pullRequest);
  if (pull.state === "closed") return "closed, so its scope is no matter";
  const into = await branchTip(deps, repository, pull.baseRef);
  if (into === null) return `${pull.baseRef} is gone, so its scope is no matter`;
  const head = await pullTip(deps, repository, pull);
  const base = await scopeBase(deps, repository, into, head);
  const mine = pull.author === `${await deps.github.appSlug()}[bot]`;
  const verdict = await scopeOf(deps, repository, { base, head, mine });
  await putScope(deps, repository, verdict, head);
  return `scope of ${head.slice(0, 7)}: ${verdict.kind}`;
}

/** Keeps an administrator's yes to a commit. @returns one line for the delivery's record */
export async function approveScope(deps: ScopeDeps, { person, ...reviewed }: ReviewedCommit): Promise<string> {
  await deps.store.saveApproval(approvalOf(reviewed.repository, reviewed.commit), person);
  return judgePull(deps, reviewed);
}

/** Takes it back, when the review was dismissed. @returns one line for the delivery's record */
export async function withdrawScope(deps: ScopeDeps, { person, ...reviewed }: ReviewedCommit): Promise<string> {
  await deps.store.withdrawApproval(approvalOf(reviewed.repository, reviewed.commit), person);
  return judgePull(deps, reviewed);
}
