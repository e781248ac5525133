/**
 * Whether a mirror holds commits with all that belongs to them. Only what a ref
 * leads to counts: a fetch that died half-way may leave a commit without its
 * files, and it sets no ref.
 */
import type { GitProcess } from "./git-process.ts";
import type { Mirrors } from "./mirrors.ts";
import { commitId } from "./objects.ts";

const MOST_KEPT = 10_000;

/** @returns asks the mirror; what it was once seen to hold is not asked for again */
export function held(
  git: GitProcess,
  mirrors: Pick<Mirrors, "open">,
): (repositoryId: number, commits: readonly string[]) => Promise<boolean> {
  const known = new Set<string>();
  return async (repositoryId, commits) => {
    const open = commits.map(commitId).filter((commit) => !known.has(`${repositoryId} ${commit}`));
    if (open.length === 0) return true;
    const gitDir = await mirrors.open(repositoryId);
    const args = ["rev-list", "--max-count=1", ...open, "--not", "--all", "--"];
    const { code, stdout } = await git.run({ gitDir, args, accept: [0, 128] });
    if (code !== 0 || stdout.length > 0) return false;
    if (known.size > MOST_KEPT) known.clear();
    for (const commit of open) known.add(`${repositoryId} ${commit}`);
    return true;
  };
}
