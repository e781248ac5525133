/**
 * Looks things up by what a path names; what is not there is a 404.
 */
import { notFound } from "../fault.ts";
import type { IssueRecord, LabelRecord, PullRecord, RepositoryRecord } from "../state/records.ts";
import type { World } from "../world.ts";

export function isPull(issue: IssueRecord): issue is PullRecord {
  return issue.pull !== null;
}

/** @throws GithubFault 404 */
export function issueAt(world: World, repository: RepositoryRecord, number: number): IssueRecord {
  const issue = world.state.issues.find((one) => one.repositoryId === repository.id && one.number === number);
  if (issue === undefined) throw notFound();
  return issue;
}

/** @throws GithubFault 404, also for an issue that is no pull request */
export function pullAt(world: World, repository: RepositoryRecord, number: number): PullRecord {
  const issue = issueAt(world, repository, number);
  if (!isPull(issue)) throw notFound();
  return issue;
}

/** @throws GithubFault 404 when nothing of this id belongs to the repository */
export function ownedBy<T extends { readonly repositoryId: number }>(
  repository: RepositoryRecord,
  record: T | undefined,
): T {
  if (record === undefined || record.repositoryId !== repository.id) throw notFound();
  return record;
}

export function pullsOf(world: World, repository: RepositoryRecord): readonly PullRecord[] {
  return world.state.issues.where((one) => one.repositoryId === repository.id).filter(isPull);
}

export function labelNamed(world: World, repository: RepositoryRecord, name: string): LabelRecord | undefined {
  const wanted = name.toLowerCase();
  return world.state.labels.find((one) => one.repositoryId === repository.id && one.name.toLowerCase() === wanted);
}

/** The next number issues and pull requests share. */
export function nextNumber(world: World, repository: RepositoryRecord): number {
  const numbers = world.state.issues.where((one) => one.repositoryId === repository.id).map((one) => one.number);
  return Math.max(0, ...numbers) + 1;
}
