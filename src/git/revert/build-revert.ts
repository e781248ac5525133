/**
 * Builds the commit that undoes what came in between two states of a branch, on
 * top of its present head, also when others built on it since. By plumbing; it
 * decides nothing about what is to be undone, and pushes nothing.
 */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { OrionError } from "../../domain/errors.ts";
import type { RevertRequest, RevertResult, TreeEntry } from "../../domain/ports/git-port.ts";
import { commitTree, keepCommit } from "../commit/build-commit.ts";
import type { GitProcess } from "../git-process.ts";
import { mergeTree } from "../merge/build-merge.ts";
import { commitId, listTree } from "../objects.ts";

const GONE = "0".repeat(40);

/**
 * @throws OrionError UNKNOWN_COMMIT when the mirror lacks a commit
 * @throws OrionError NOT_MERGED when `onto` does not hold `after`
 */
export async function buildRevert(git: GitProcess, gitDir: string, request: RevertRequest): Promise<RevertResult> {
  const onto = commitId(request.onto);
  const after = commitId(request.after);
  const entries = { before: await listTree(git, gitDir, request.before), after: await listTree(git, gitDir, after) };
  await judgeMerged(git, gitDir, after, onto);
  const wanted = await writeWanted(git, gitDir, request, entries);
  // git before 2.40 cannot be told the merge base, so a commit is made whose only parent is the right one
  const undone = await commitTree(git, gitDir, [after], wanted, request);
  const { clean, tree, files } = await mergeTree(git, gitDir, onto, undone);
  if (!clean) return { kind: "conflict", files: files.map((file) => file.path) };
  if (tree === (await treeOf(git, gitDir, onto))) return { kind: "nothing" };
  const commit = await commitTree(git, gitDir, [onto], tree, request);
  await keepCommit(git, gitDir, commit);
  return { kind: "built", commit };
}

async function judgeMerged(git: GitProcess, gitDir: string, after: string, onto: string): Promise<void> {
  const args = ["merge-base", "--is-ancestor", after, onto];
  if ((await git.run({ gitDir, args, accept: [0, 1] })).code === 0) return;
  throw new OrionError("NOT_MERGED", `${onto} does not hold ${after}; name a commit that was merged`, { onto, after });
}

/** The tree of before, with everything in a kept folder as it was after: so that nothing of it is taken back. */
async function writeWanted(
  git: GitProcess,
  gitDir: string,
  { before, keep }: RevertRequest,
  entries: { readonly before: readonly TreeEntry[]; readonly after: readonly TreeEntry[] },
): Promise<string> {
  const kept = (all: readonly TreeEntry[]) => all.filter((entry) => keep.some((folder) => liesIn(entry.path, folder)));
  const removed = kept(entries.before).map((entry) => `0 ${GONE}\t${entry.path}\0`);
  const written = kept(entries.after).map((entry) => `${entry.mode} ${entry.sha}\t${entry.path}\0`);
  const index = path.join(gitDir, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await git.run({ gitDir, args: ["read-tree", commitId(before)], env });
    const input = [...removed, ...written].join("");
    await git.run({ gitDir, args: ["update-index", "-z", "--index-info"], env, input });
    const { stdout } = await git.run({ gitDir, args: ["write-tree"], env });
    return commitId(stdout.toString("latin1").trim());
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** At any depth: a repository may hold several projects. */
function liesIn(file: string, folder: string): boolean {
  return file.startsWith(`${folder}/`) || file.includes(`/${folder}/`);
}

async function treeOf(git: GitProcess, gitDir: string, commit: string): Promise<string> {
  const { stdout } = await git.run({ gitDir, args: ["rev-parse", "--verify", `${commit}^{tree}`] });
  return commitId(stdout.toString("latin1").trim());
}
