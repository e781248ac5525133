/** Which commit brought each line of a file. It only reads, with every converter off. */
import type { GitProcess } from "../git-process.ts";
import { commitId, unknownCommit } from "../objects.ts";

/** `<id> <line there> <line here> [<lines of the group>]`, then headers, then the line itself behind a tab. */
const HEADER = /^([0-9a-f]{40}) \d+ (\d+)(?: \d+)?$/;

/**
 * @param since commits whose lines, and those of all before them, count as nobody's
 * @returns for each line of the file the commit that brought it; null for lines of `since`; [] when there is no such file
 * @throws OrionError UNKNOWN_COMMIT when the mirror lacks a commit
 */
export async function lineOrigins(
  git: GitProcess,
  gitDir: string,
  { commit, path, since }: { readonly commit: string; readonly path: string; readonly since: readonly string[] },
): Promise<readonly (string | null)[]> {
  for (const one of [commit, ...since]) {
    const known = await git.run({
      gitDir,
      args: ["cat-file", "-e", `${commitId(one)}^{commit}`],
      accept: [0, 1, 128],
    });
    if (known.code !== 0) throw unknownCommit(one);
  }
  const there = await git.run({ gitDir, args: ["cat-file", "-e", `${commit}:${path}`], accept: [0, 1, 128] });
  if (there.code !== 0) return [];
  const args = ["blame", "--line-porcelain", "--root", "--no-progress", commit, ...since.map((one) => `^${one}`)];
  const { stdout } = await git.run({ gitDir, args: [...args, "--", path] });
  return read(stdout.toString("latin1"));
}

function read(text: string): readonly (string | null)[] {
  const origins: (string | null)[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    const header = HEADER.exec(line);
    if (header !== null) {
      at = Number(header[2]) - 1;
      origins[at] = header[1] ?? null;
    } else if (line === "boundary") origins[at] = null;
  }
  return origins;
}
