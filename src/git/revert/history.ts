/** The commits a branch was made of, newest first, along first parents: what was merged, one by one. It only reads. */
import type { CommitFacts } from "../../domain/ports/git-port.ts";
import type { GitProcess } from "../git-process.ts";
import { commitId, unknownCommit } from "../objects.ts";

const FORMAT = "--format=%H%n%P%n%at%n%B";

/** @throws OrionError UNKNOWN_COMMIT when the mirror does not hold it */
export async function history(
  git: GitProcess,
  gitDir: string,
  commit: string,
  last: number,
): Promise<readonly CommitFacts[]> {
  const args = ["log", "-z", "--no-show-signature", "--first-parent", FORMAT, `--max-count=${last}`, commitId(commit)];
  const { code, stdout } = await git.run({ gitDir, args, accept: [0, 128] });
  if (code !== 0) throw unknownCommit(commit);
  return stdout
    .toString("utf8")
    .split("\0")
    .filter((record) => record !== "")
    .map(commitFacts);
}

function commitFacts(record: string): CommitFacts {
  const [sha = "", parents = "", seconds = "", ...message] = record.split("\n");
  return {
    sha,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    authoredAt: new Date(Number(seconds) * 1_000),
    message: message.join("\n").trim(),
  };
}
