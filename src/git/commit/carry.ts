/**
 * A commit of a mirror as bytes, and back: so that work which was pushed nowhere
 * outlives the disk it was made on.
 */

import type { GitProcess } from "../git-process.ts";
import { commitId } from "../objects.ts";
import { keepCommit } from "./build-commit.ts";

/** @returns what the commit adds to its parents; of no use where those are not */
export async function packCommit(git: GitProcess, gitDir: string, commit: string): Promise<Uint8Array> {
  const id = commitId(commit);
  const args = ["pack-objects", "--quiet", "--revs", "--thin", "--stdout"];
  return (await git.run({ gitDir, args, input: `${id}\n--not\n${id}^@\n` })).stdout;
}

/** @throws OrionError GIT_FAILED when a parent is missing, or the bytes are not that commit's */
export async function unpackCommit(git: GitProcess, gitDir: string, commit: string, pack: Uint8Array): Promise<void> {
  await git.run({ gitDir, args: ["unpack-objects", "-q", "--strict"], input: pack });
  await keepCommit(git, gitDir, commitId(commit));
}
