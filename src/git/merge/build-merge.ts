/**
 * Builds the commit that merges two others, by plumbing: no work tree, no merge
 * driver, no hook. Where they conflict the commit holds the markers; whether it
 * may go anywhere is not decided here, and nothing is pushed.
 */
import type { ConflictFile, MergeRequest, MergeResult } from "../../domain/ports/git-port.ts";
import { commitTree, keepCommit } from "../commit/build-commit.ts";
import type { GitProcess } from "../git-process.ts";
import { commitId, unknownCommit } from "../objects.ts";

const MERGE = [
  // a folder that moved must not take files with it that the change never named
  ...["-c", "merge.directoryRenames=false"],
  // whoever resolves a conflict must see what both sides began with
  ...["-c", "merge.conflictStyle=diff3"],
  ...["merge-tree", "--write-tree", "-z", "--no-messages"],
];

/** @throws OrionError UNKNOWN_COMMIT when the mirror lacks a commit; GIT_FAILED when the two share no history */
export async function buildMerge(git: GitProcess, gitDir: string, request: MergeRequest): Promise<MergeResult> {
  const [ours, theirs] = [commitId(request.ours), commitId(request.theirs)];
  const ancestry = ["merge-base", "--is-ancestor", theirs, ours];
  const { code } = await git.run({ gitDir, args: ancestry, accept: [0, 1, 128] });
  if (code === 128) throw unknownCommit(`${ours} or ${theirs}`);
  if (code === 0) return { kind: "nothing" };
  const { clean, tree, files } = await mergeTree(git, gitDir, ours, theirs);
  const commit = await commitTree(git, gitDir, [ours, theirs], tree, request);
  await keepCommit(git, gitDir, commit);
  return clean ? { kind: "merged", commit, tree } : { kind: "conflict", commit, tree, files };
}

/**
 * What a merge of two commits would hold; files are those that conflict.
 * @throws OrionError GIT_FAILED when one is not there, or they share no history
 */
export async function mergeTree(
  git: GitProcess,
  gitDir: string,
  ours: string,
  theirs: string,
): Promise<{ readonly clean: boolean; readonly tree: string; readonly files: readonly ConflictFile[] }> {
  const { code, stdout } = await git.run({ gitDir, args: [...MERGE, ours, theirs], accept: [0, 1] });
  const [tree = "", ...entries] = stdout
    .toString("utf8")
    .split("\0")
    .filter((field) => field !== "");
  return { clean: code === 0, tree: commitId(tree), files: conflictFiles(entries) };
}

/** `<mode> <id> <stage>\t<path>`: stage 1 is the common state, 2 ours, 3 theirs. */
function conflictFiles(entries: readonly string[]): readonly ConflictFile[] {
  const stages = new Map<string, Set<string>>();
  for (const entry of entries) {
    const tab = entry.indexOf("\t");
    const path = entry.slice(tab + 1);
    stages.set(path, (stages.get(path) ?? new Set()).add(entry.slice(tab - 1, tab)));
  }
  return [...stages].map(([path, has]) => ({ path, base: has.has("1"), ours: has.has("2"), theirs: has.has("3") }));
}
