/**
 * Tells of a pull request with what only git knows about it filled in.
 */
import { differences } from "../../git/diff.ts";
import { countCommits, mergeBase, resolveCommit } from "../../git/read.ts";
import { mergeTrees } from "../../git/write.ts";
import type { AccountRecord, PullRecord, RepositoryRecord } from "../../state/records.ts";
import type { PullFacts, World } from "../../world.ts";
import { pullShape } from "../shape/pull.ts";
import type { Schemas } from "../shape/schemas.ts";

/** Asks git: does it merge, how many commits, how many lines. */
export async function pullFacts(world: World, repository: RepositoryRecord, issue: PullRecord): Promise<PullFacts> {
  const { path } = repository;
  const { headSha, baseSha, baseRef } = issue.pull;
  const open = issue.state === "open";
  const base = open ? ((await resolveCommit(path, `refs/heads/${baseRef}`)) ?? baseSha) : baseSha;
  return world.pulls(`${path} ${open} ${base} ${headSha}`, () => between(path, { open, base, headSha }));
}

async function between(
  path: string,
  { open, base, headSha }: { readonly open: boolean; readonly base: string; readonly headSha: string },
): Promise<PullFacts> {
  const from = (await mergeBase(path, base, headSha)) ?? base;
  const [commits, files, merged] = await Promise.all([
    countCommits(path, `${base}..${headSha}`),
    differences(path, from, headSha),
    open ? mergeTrees(path, base, headSha) : null,
  ]);
  return {
    mergeable: open ? merged !== null : null,
    commits,
    additions: files.reduce((total, file) => total + file.additions, 0),
    deletions: files.reduce((total, file) => total + file.deletions, 0),
    changedFiles: files.length,
  };
}

export async function fullPull(
  world: World,
  repository: RepositoryRecord,
  issue: PullRecord,
): Promise<Schemas["pull-request"]> {
  return pullShape(world, repository, issue, await pullFacts(world, repository, issue));
}

export async function tellPull(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  issue: PullRecord,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const pull = await fullPull(world, repository, issue);
  const parts = { number: issue.number, pull_request: pull, ...more };
  world.tell({ event: "pull_request", action, repository, sender, parts });
}
