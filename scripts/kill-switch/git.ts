/**
 * A person's own git in a person's own clone: their credentials, their name,
 * their settings. Only node's own modules, so that it works where nothing is
 * installed.
 */
import { spawnSync } from "node:child_process";

/** Something a person can mend; the text says how. */
export class Refusal extends Error {}

export interface GitResult {
  readonly code: number;
  readonly out: string;
  /** what git said, for a person */
  readonly words: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** Git in one folder. */
export interface PersonsGit {
  /** @throws Refusal with git's words */
  run(...argv: readonly string[]): string;
  /** As `run`, with the exit code to be looked at. */
  attempt(...argv: readonly string[]): GitResult;
  /** The same in another folder. */
  in(folder: string): PersonsGit;
}

/** Hooks of the clone would run a whole test suite on code that is known to be broken. */
const NO_HOOKS = ["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"];
/** Set where git itself starts this, as an alias or a hook does; the worktree must not take them for its own. */
const NOT_OURS = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"];
const MAX_OUTPUT = 256 * 1024 * 1024;

export function personsGit(folder: string, env: Env): PersonsGit {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_OURS.includes(name)));
  const attempt = (...argv: readonly string[]): GitResult => {
    const { status, stdout, stderr, error } = spawnSync("git", [...NO_HOOKS, ...argv], {
      cwd: folder,
      env: { ...own, LC_ALL: "C", GIT_LFS_SKIP_SMUDGE: "1" },
      encoding: "utf8",
      maxBuffer: MAX_OUTPUT,
      // a password is asked for at the terminal, by git itself
      stdio: ["inherit", "pipe", "pipe"],
    });
    if (error !== undefined)
      throw new Refusal(`git could not be started (${error.message}); install it, then try again`);
    return { code: status ?? 1, out: stdout.trimEnd(), words: `${stderr}\n${stdout}`.trim() };
  };
  return {
    attempt,
    run: (...argv) => {
      const { code, out, words } = attempt(...argv);
      if (code !== 0) throw new Refusal(`git ${argv[0]} said: ${words}`);
      return out;
    },
    in: (other) => personsGit(other, env),
  };
}
