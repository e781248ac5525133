/**
 * Builds a commit in a mirror by plumbing: no work tree, no hooks, no filters.
 * The same request gives the same id, so a retry finds its own earlier work.
 */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { OrionError } from "../../domain/errors.ts";
import type { CommitRequest, FileChange } from "../../domain/ports/git-port.ts";
import { parentsOf } from "../export/base-tree.ts";
import { isGitLookAlike, isPlainPath } from "../export/name-rules.ts";
import type { GitProcess } from "../git-process.ts";
import { blobId, commitId, unknownCommit } from "../objects.ts";
import { blobPack } from "./blob-pack.ts";

const GONE = "0".repeat(40);

/**
 * @throws OrionError UNKNOWN_COMMIT when the mirror lacks the parent; BAD_COMMIT when the request cannot be a commit
 */
export async function buildCommit(git: GitProcess, gitDir: string, request: CommitRequest): Promise<string> {
  judgeRequest(request);
  const parent = commitId(request.parent);
  const parents = request.parents?.map(commitId) ?? [parent];
  try {
    const tree = await writeTree(git, gitDir, parent, request.changes);
    const commit = await commitTree(git, gitDir, parents, tree, request);
    await keepCommit(git, gitDir, commit);
    return commit;
  } catch (error) {
    for (const one of new Set([parent, ...parents])) {
      const known = await git.run({ gitDir, args: ["cat-file", "-e", `${one}^{commit}`], accept: [0, 1, 128] });
      if (known.code !== 0) throw unknownCommit(one);
    }
    throw error;
  }
}

/** Without a ref a collection would remove it one day. */
export async function keepCommit(git: GitProcess, gitDir: string, commit: string): Promise<void> {
  await git.run({ gitDir, args: ["update-ref", `refs/orion/${commit}`, commit] });
}

function judgeRequest(request: CommitRequest): void {
  const paths = request.changes.map((change) => change.path);
  const remedy = "build the request anew";
  if (new Set(paths).size !== paths.length) throw badCommit(`a path is changed twice; ${remedy}`);
  // git would drop one of the two without a word
  const written = new Set(request.changes.flatMap((change) => (change.kind === "write" ? [change.path] : [])));
  const clash = [...written].find((name) => parentsOf(name).some((parent) => written.has(parent)));
  if (clash !== undefined) throw badCommit(`${JSON.stringify(clash)} stands below a file; ${remedy}`);
  for (const { kind, path: name } of request.changes) {
    const lookAlike = kind === "write" && name.split("/").some(isGitLookAlike);
    if (lookAlike || !isPlainPath(name)) throw badCommit(`${JSON.stringify(name)} is no path of a file; ${remedy}`);
  }
  if (request.message.trim() === "" || request.message.includes("\0")) throw badCommit("the message is unusable");
  const { name, email } = request.author;
  // git would silently leave these out, and an empty rest is refused by it
  if (/[<>\n\0]/.test(name + email) || name.trim() === "" || email.trim() === "")
    throw badCommit("the author is unusable");
  if (!Number.isFinite(request.at.getTime())) throw badCommit("the date is unusable");
}

function badCommit(why: string): OrionError {
  return new OrionError("BAD_COMMIT", `the commit was not built: ${why}`, {});
}

async function writeTree(
  git: GitProcess,
  gitDir: string,
  parent: string,
  changes: readonly FileChange[],
): Promise<string> {
  const blobs = changes.flatMap((change) => (change.kind === "write" ? [change.bytes] : []));
  if (blobs.length > 0) {
    await git.run({ gitDir, args: ["unpack-objects", "-q", "--strict"], input: await blobPack(blobs) });
  }
  const index = path.join(gitDir, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await git.run({ gitDir, args: ["read-tree", parent], env });
    await git.run({ gitDir, args: ["update-index", "-z", "--index-info"], env, input: indexInfo(changes) });
    const { stdout } = await git.run({ gitDir, args: ["write-tree"], env });
    return commitId(stdout.toString("latin1").trim());
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** Removals first, so that a directory may become a file and a file a directory. */
function indexInfo(changes: readonly FileChange[]): string {
  const removed = changes.filter((change) => change.kind === "delete").map(({ path }) => `0 ${GONE}\t${path}\0`);
  const written = changes.flatMap((change) =>
    change.kind === "write" ? [`${change.mode} ${blobId(change.bytes)}\t${change.path}\0`] : [],
  );
  return [...removed, ...written].join("");
}

/** A commit of a tree that is in the mirror already. */
export async function commitTree(
  git: GitProcess,
  gitDir: string,
  parents: readonly string[],
  tree: string,
  request: Pick<CommitRequest, "message" | "author" | "at">,
): Promise<string> {
  const { name, email } = request.author;
  const date = `@${Math.floor(request.at.getTime() / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
  const input = request.message.endsWith("\n") ? request.message : `${request.message}\n`;
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
  const { stdout } = await git.run({ gitDir, args, env, input });
  return commitId(stdout.toString("latin1").trim());
}
