/** Whether one commit of a repository was built on another, as its mirror knows. */
import { hasCode } from "../domain/errors.ts";
import type { Git } from "../domain/ports/git-port.ts";
import type { GitHub } from "../domain/ports/github-port.ts";
import type { Repository } from "../domain/task.ts";

const SHA = /^[0-9a-f]{40}$/;
const MOST_KEPT = 10_000;

/** @returns asks the mirror, and the remote once when the mirror lacks one of the two; false when both do not know it */
export function openHolds(
  github: Pick<GitHub, "remote">,
  git: Pick<Git, "fetch" | "mergeBase">,
): (repository: Repository, commit: string, within: string) => Promise<boolean> {
  // what a commit is built on never changes
  const known = new Map<string, boolean>();
  return async (repository, commit, within) => {
    if (commit === within) return true;
    if (!SHA.test(commit) || !SHA.test(within)) return false;
    const key = `${repository.id} ${commit} ${within}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const first = await isBase(git, repository, commit, within);
    if (first === null) await git.fetch(await github.remote(repository, "read"));
    const answer = first ?? (await isBase(git, repository, commit, within));
    if (known.size > MOST_KEPT) known.clear();
    if (answer !== null) known.set(key, answer);
    return answer ?? false;
  };
}

/** @returns null when the mirror knows not both */
async function isBase(
  git: Pick<Git, "mergeBase">,
  { id }: Repository,
  commit: string,
  within: string,
): Promise<boolean | null> {
  try {
    return (await git.mergeBase(id, commit, within)) === commit;
  } catch (error) {
    if (hasCode(error, "UNKNOWN_COMMIT")) return null;
    throw error;
  }
}
