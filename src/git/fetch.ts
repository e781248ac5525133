/**
 * Brings a mirror up to date and asks a remote where its branches are. It only
 * ever reads from the remote; writing to one is the pushing module's alone.
 */
import type { Remote } from "../domain/ports/git-port.ts";
import type { GitProcess } from "./git-process.ts";
import type { Mirrors } from "./mirrors.ts";
import type { OpenRemote, RemoteAccess } from "./remote-access.ts";

const FETCH_DEADLINE_MS = 600_000;

export interface RemoteRefs {
  /** the branch HEAD names now; null when the remote does not say */
  readonly defaultBranch: string | null;
  /** full ref → id */
  readonly heads: ReadonlyMap<string, string>;
}

/** One fetch a repository runs; all who ask meanwhile share the next, so each sees at least what was there when it asked. */
export function fetcher(git: GitProcess, mirrors: Mirrors, openRemote: OpenRemote) {
  const running = new Map<number, Promise<void>>();
  const waiting = new Map<number, Promise<void>>();

  function start(remote: Remote): Promise<void> {
    const fetching = fetchBranches(git, mirrors, openRemote, remote).finally(() => {
      if (running.get(remote.repositoryId) === fetching) running.delete(remote.repositoryId);
    });
    running.set(remote.repositoryId, fetching);
    return fetching;
  }

  return (remote: Remote): Promise<void> => {
    const id = remote.repositoryId;
    const current = running.get(id);
    if (current === undefined) return start(remote);
    const next = waiting.get(id);
    if (next !== undefined) return next;
    const begin = () => {
      waiting.delete(id);
      return start(remote);
    };
    const queued = current.then(begin, begin);
    waiting.set(id, queued);
    return queued;
  };
}

async function fetchBranches(git: GitProcess, mirrors: Mirrors, openRemote: OpenRemote, remote: Remote): Promise<void> {
  const { url, env, secret } = await openRemote(remote);
  const flags = ["--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
  await mirrors.write(remote.repositoryId, (gitDir) =>
    git.run({
      gitDir,
      args: ["fetch", ...flags, "--", url, "+refs/heads/*:refs/remotes/origin/*"],
      env,
      secret,
      deadlineMs: FETCH_DEADLINE_MS,
      failure: "REMOTE_FAILED",
    }),
  );
}

/** @returns the pull request's head, now in the mirror; null when the remote has none */
export async function fetchPull(
  git: GitProcess,
  mirrors: Mirrors,
  openRemote: OpenRemote,
  remote: Remote,
  pullRequest: number,
): Promise<string | null> {
  const ref = `refs/pull/${pullRequest}/head`;
  const { url, env, secret } = await openRemote(remote);
  const flags = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
  return mirrors.write(remote.repositoryId, async (gitDir) => {
    const call = { gitDir, env, secret, deadlineMs: FETCH_DEADLINE_MS, failure: "REMOTE_FAILED" } as const;
    const { stdout } = await git.run({ ...call, args: ["ls-remote", "--quiet", "--", url, ref] });
    const head = stdout.toString("utf8").split("\t")[0] ?? "";
    if (head === "") return null;
    await git.run({ ...call, args: ["fetch", ...flags, "--", url, `+${ref}:refs/pull/${pullRequest}/head`] });
    return head;
  });
}

/** What the remote says now about HEAD and the named branches. */
export async function remoteRefs(
  git: GitProcess,
  gitDir: string,
  access: RemoteAccess,
  branches: readonly string[],
): Promise<RemoteRefs> {
  const refs = branches.map((branch) => `refs/heads/${branch}`);
  const { stdout } = await git.run({
    gitDir,
    args: ["ls-remote", "--quiet", "--symref", "--", access.url, "HEAD", ...refs],
    env: access.env,
    secret: access.secret,
    failure: "REMOTE_FAILED",
  });
  const heads = new Map<string, string>();
  let defaultBranch: string | null = null;
  for (const line of stdout.toString("utf8").split("\n")) {
    const [value = "", ref = ""] = line.split("\t");
    if (ref === "HEAD" && value.startsWith("ref: refs/heads/")) defaultBranch = value.slice("ref: refs/heads/".length);
    // git matches the end of a ref; only the whole one counts
    else if (refs.includes(ref)) heads.set(ref, value);
  }
  return { defaultBranch, heads };
}
