/**
 * Writing to a bare repository without a work tree: merges, commits, refs. Who
 * may do so is decided elsewhere.
 */

import type { CommitInfo } from "./commit-object.ts";
import { git, tryGit } from "./run.ts";

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** @returns the id of the merged tree, or null when the two conflict */
export async function mergeTrees(dir: string, one: string, other: string): Promise<string | null> {
  const { code, stdout } = await tryGit(dir, ["merge-tree", "--write-tree", "--no-messages", one, other]);
  return code === 0 ? (stdout.split("\n")[0] ?? null) : null;
}

/** @param date ISO 8601; now when missing */
export async function commitTree(
  dir: string,
  commit: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: Author;
    readonly authoredAt?: string;
  },
): Promise<string> {
  const { name, email } = commit.author;
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    ...(commit.authoredAt === undefined ? {} : { GIT_AUTHOR_DATE: commit.authoredAt }),
    GIT_COMMITTER_NAME: "GitHub",
    GIT_COMMITTER_EMAIL: "noreply@github.com",
  };
  const parents = commit.parents.flatMap((parent) => ["-p", parent]);
  const id = await git(dir, ["commit-tree", commit.tree, ...parents], { input: commit.message, env });
  return id.trim();
}

/**
 * Plays commits onto another one, as `git rebase` does without a work tree.
 * @param commits oldest first, none of them a merge
 * @returns the last new commit, or null at the first conflict
 */
export async function replay(dir: string, onto: string, commits: readonly CommitInfo[]): Promise<string | null> {
  let head = onto;
  for (const commit of commits) {
    const tree = await replayOne(dir, head, commit);
    if (tree === null) return null;
    const { message, author } = commit;
    head = await commitTree(dir, { tree, parents: [head], message, author, authoredAt: author.date });
  }
  return head;
}

/** git before 2.40 cannot be told the merge base, so three commits are made whose only base is the right one. */
async function replayOne(dir: string, onto: string, commit: CommitInfo): Promise<string | null> {
  const author = { name: "GitHub", email: "noreply@github.com" };
  const parentTree = `${commit.parents[0] ?? commit.sha}^{tree}`;
  const treeOf = async (name: string): Promise<string> => (await git(dir, ["rev-parse", name])).trim();
  const base = await commitTree(dir, { tree: await treeOf(parentTree), parents: [], message: "base", author });
  const ours = await treeOf(`${onto}^{tree}`);
  const one = await commitTree(dir, { tree: ours, parents: [base], message: "onto", author });
  const other = await commitTree(dir, { tree: commit.tree, parents: [base], message: "commit", author });
  return mergeTrees(dir, one, other);
}

/** @param expected what the ref must be now; null when it must not exist */
export async function updateRef(dir: string, ref: string, to: string, expected: string | null): Promise<boolean> {
  const { code } = await tryGit(dir, ["update-ref", ref, to, expected ?? "0".repeat(40)]);
  return code === 0;
}

/** Sets a ref whatever it is now; for refs only the forge writes. */
export async function setRef(dir: string, ref: string, to: string): Promise<void> {
  await git(dir, ["update-ref", ref, to]);
}

export async function deleteRef(dir: string, ref: string): Promise<void> {
  await git(dir, ["update-ref", "-d", ref]);
}

/** Commits files onto an empty branch. @returns the commit */
export async function commitFiles(
  dir: string,
  branch: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  author: Author,
): Promise<string> {
  const env = { GIT_INDEX_FILE: `${dir}/forge-index` };
  await git(dir, ["read-tree", "--empty"], { env });
  for (const [path, content] of Object.entries(files)) {
    const blob = (await git(dir, ["hash-object", "-w", "--stdin"], { input: content })).trim();
    await git(dir, ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], { env });
  }
  const tree = (await git(dir, ["write-tree"], { env })).trim();
  const commit = await commitTree(dir, { tree, parents: [], message: "Initial commit\n", author });
  await setRef(dir, `refs/heads/${branch}`, commit);
  return commit;
}
