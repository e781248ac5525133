/**
 * Commits and differing files as GitHub shows them.
 */

import type { CommitInfo } from "../../git/commit-object.ts";
import type { FileDifference } from "../../git/diff.ts";
import type { AccountRecord, RepositoryRecord } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { accountByLogin, userShape } from "./account.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "./schemas.ts";

export function commitShape(world: World, repository: RepositoryRecord, commit: CommitInfo): Schemas["commit"] {
  const api = (path: string): string => repositoryApiUrl(world, repository, path);
  const url = api(`/commits/${commit.sha}`);
  return {
    url,
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    html_url: repositoryUrl(world, repository, `/commit/${commit.sha}`),
    comments_url: `${url}/comments`,
    commit: {
      url: api(`/git/commits/${commit.sha}`),
      author: { ...commit.author },
      committer: { ...commit.committer },
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: api(`/git/trees/${commit.tree}`) },
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
    },
    author: accountOfEmail(world, commit.author.email),
    committer: accountOfEmail(world, commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: api(`/commits/${sha}`),
      html_url: repositoryUrl(world, repository, `/commit/${sha}`),
    })),
  };
}

/** The address GitHub gives those who hide theirs. */
export function emailOf(account: AccountRecord): string {
  return `${account.id}+${account.login}@users.noreply.github.com`;
}

function accountOfEmail(world: World, email: string): Schemas["simple-user"] | null {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  const account = login === undefined ? undefined : accountByLogin(world, login);
  return account === undefined ? null : userShape(world, account);
}

export function fileShape(
  world: World,
  repository: RepositoryRecord,
  head: string,
  file: FileDifference,
): Schemas["diff-entry"] {
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: repositoryUrl(world, repository, `/blob/${head}/${path}`),
    raw_url: repositoryUrl(world, repository, `/raw/${head}/${path}`),
    contents_url: repositoryApiUrl(world, repository, `/contents/${path}?ref=${head}`),
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** As GitHub writes a commit into a check suite and into `push` payloads. */
export function simpleCommitShape(commit: CommitInfo): Schemas["simple-commit"] {
  const { name, email } = commit.author;
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name, email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}
