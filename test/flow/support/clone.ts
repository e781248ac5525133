/** Plain git and node, as anybody uses them on a checkout of their own. */
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Never synchronous: the forge that answers lives in this very process. */
export async function git(folder: string | null, argv: readonly string[]): Promise<string> {
  const at = folder === null ? [] : ["-C", folder];
  const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  const { stdout } = await run("git", [...at, ...argv], { encoding: "utf8", env });
  return stdout.trimEnd();
}

/** @returns the folder; the caller removes it */
export async function clone(url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "orion-flow-clone-"));
  await git(null, ["clone", "--quiet", url, folder]);
  return folder;
}

/** `node --test` where it was checked out. */
export async function nodeTest(folder: string): Promise<{ readonly passes: boolean; readonly output: string }> {
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`, HOME: folder };
  try {
    const { stdout } = await run("node", ["--test"], { cwd: folder, encoding: "utf8", env });
    return { passes: true, output: stdout };
  } catch (error) {
    if (error instanceof Error && "stdout" in error) return { passes: false, output: String(error.stdout) };
    throw error;
  }
}

/** A person's commit on a branch, pushed. @returns its id */
export async function pushCommit(
  folder: string,
  branch: string,
  files: Readonly<Record<string, string>>,
  subject: string,
): Promise<string> {
  await git(folder, ["fetch", "--quiet", "origin"]);
  await git(folder, ["checkout", "--quiet", "-B", branch, `origin/${branch}`]);
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  await git(folder, ["add", "--all"]);
  await git(folder, ["-c", "user.name=Maya", "-c", "user.email=maya@example.org", "commit", "--quiet", "-m", subject]);
  await git(folder, ["push", "--quiet", "origin", branch]);
  return git(folder, ["rev-parse", "HEAD"]);
}
