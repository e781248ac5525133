/**
 * Makes the revert commit in a worktree of its own: what lies in the person's
 * own working tree, and what they have staged, is neither read nor touched.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place, Undo } from "./choose.ts";
import { type PersonsGit, Refusal } from "./git.ts";

/** Code is reverted, not the schema: what was applied to a database stays written down. */
const KEPT = ":(glob)**/prisma/migrations/**";
const isKept = (path: string): boolean => /(^|\/)prisma\/migrations\//.test(path);

/** @returns the commit, on top of the branch's head; nothing was pushed */
export function buildRevert(git: PersonsGit, place: Place, undo: Undo): string {
  const folder = mkdtempSync(join(tmpdir(), "kill-switch-"));
  const tree = join(folder, "tree");
  const leave = (): void => {
    git.attempt("worktree", "remove", "--force", tree);
    rmSync(folder, { recursive: true, force: true });
    git.attempt("worktree", "prune");
  };
  // Ctrl-C ends the git that runs, and what it leaves is cleared up here
  const heed = (): void => undefined;
  process.once("SIGINT", heed);
  try {
    git.run("worktree", "add", "--quiet", "--detach", tree, place.head);
    return commitIn(git.in(tree), place, undo);
  } finally {
    leave();
    process.off("SIGINT", heed);
  }
}

function commitIn(git: PersonsGit, place: Place, undo: Undo): string {
  const keeps = git.run("ls-tree", "-r", "--name-only", "-z", place.head).split("\0").some(isKept);
  for (const { sha, isMerge } of undo.commits) {
    const done = git.attempt("revert", "--no-commit", ...(isMerge ? ["-m", "1"] : []), sha);
    git.run("rm", "-r", "-f", "--quiet", "--ignore-unmatch", "--", KEPT);
    if (keeps) git.run("checkout", "--quiet", place.head, "--", KEPT);
    const unmerged = git.run("diff", "--name-only", "--diff-filter=U");
    if (unmerged !== "") throw new Refusal(conflict(sha, unmerged.split("\n"), place));
    // git calls a conflict an error even where it was in a kept folder alone
    if (done.code !== 0 && !/could not revert|CONFLICT/.test(done.words)) throw new Refusal(`git said: ${done.words}`);
  }
  if (git.attempt("diff", "--cached", "--quiet", place.head).code === 0)
    throw new Refusal("nothing of it is left to undo; the branch is as it was before");
  const made = git.attempt("commit", "--quiet", "--no-verify", "-m", message(undo));
  if (made.code !== 0)
    throw new Refusal(
      `git made no commit: ${made.words}\nIf it does not know you: git config --global user.name and user.email`,
    );
  return git.run("rev-parse", "HEAD");
}

function conflict(sha: string, files: readonly string[], { branch }: Place): string {
  return [
    `${sha.slice(0, 7)} cannot be undone by itself: what came later changed the same lines in`,
    ...files.map((file) => `  ${file}`),
    `Nothing was pushed. Undo what came later first (--commit), or go further back at once: --count <n> takes back the last n commits of ${branch}.`,
  ].join("\n");
}

function message({ commits }: Undo): string {
  const [newest] = commits;
  const shas = commits.map(({ sha }) => sha);
  const what = commits.length === 1 ? `commit ${shas[0]}` : `${commits.length} commits: ${shas.join(", ")}`;
  return [
    `Revert "${newest?.subject ?? ""}"`,
    "",
    `This reverts ${what}.`,
    "prisma/migrations stays as it is. To land it again: git revert <this commit>.",
  ].join("\n");
}
