/**
 * The only place of the house that writes to a remote: one commit to one
 * feature branch, under a lease of what the branch was seen at. There is no
 * other push, no merge, no tag, and no spelling for the default branch.
 */
import { OrionError } from "../domain/errors.ts";
import { featureRef } from "../domain/feature-ref.ts";
import type { Git, PushResult, Remote } from "../domain/ports/git-port.ts";
import { remoteRefs } from "./fetch.ts";
import type { GitProcess } from "./git-process.ts";
import type { Mirrors } from "./mirrors.ts";
import { commitId, unknownCommit } from "./objects.ts";
import type { OpenRemote, RemoteAccess } from "./remote-access.ts";

type PushRequest = Parameters<Git["push"]>[1];

interface PushCall {
  readonly gitDir: string;
  readonly access: RemoteAccess;
  readonly ref: string;
  readonly commit: string;
  readonly expected: string | null;
}

/**
 * @throws OrionError NOT_A_FEATURE_REF, DEFAULT_BRANCH, NOT_A_DESCENDANT, UNKNOWN_COMMIT before the remote is written to
 * @throws OrionError PUSH_DENIED with the server's words; REMOTE_FAILED when it cannot be reached
 */
export async function pushFeature(
  git: GitProcess,
  mirrors: Mirrors,
  openRemote: OpenRemote,
  remote: Remote,
  request: PushRequest,
): Promise<PushResult> {
  // a cast gets past the type, not past this
  const branch = featureRef(String(request.ref));
  refuseDefault(branch, request.defaultBranch);
  const call: PushCall = {
    gitDir: await mirrors.open(remote.repositoryId),
    access: await openRemote(remote),
    ref: `refs/heads/${branch}`,
    commit: commitId(request.commit),
    expected: request.expected === null ? null : commitId(request.expected),
  };
  const live = await remoteRefs(git, call.gitDir, call.access, [branch]);
  if (live.defaultBranch !== null) refuseDefault(branch, live.defaultBranch);
  const actual = live.heads.get(call.ref) ?? null;
  if (actual === call.commit) return { kind: "already" };
  if (actual !== call.expected) return { kind: "stale", actual };
  await judgeDescent(git, call);
  return send(git, branch, call);
}

/** @throws OrionError DEFAULT_BRANCH when both are one branch, however they are spelled */
export function refuseDefault(branch: string, defaultBranch: string): void {
  if (foldBranch(branch) !== foldBranch(defaultBranch)) return;
  throw new OrionError(
    "DEFAULT_BRANCH",
    `${branch} is the default branch; nothing is ever pushed to it: pick another`,
    {
      branch,
      defaultBranch,
    },
  );
}

function foldBranch(name: string): string {
  const bare = name.trim().replace(/^(refs\/)?(heads\/)?/i, "");
  return bare
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, "")
    .normalize("NFKC")
    .toUpperCase()
    .toLowerCase();
}

/** A lease lets git overwrite; only a descendant keeps everything that was there. */
async function judgeDescent(git: GitProcess, call: PushCall): Promise<void> {
  const { gitDir, commit, expected } = call;
  const known = await git.run({ gitDir, args: ["cat-file", "-e", `${commit}^{commit}`], accept: [0, 1, 128] });
  if (known.code !== 0) throw unknownCommit(commit);
  if (expected === null) return;
  const ancestry = ["merge-base", "--is-ancestor", expected, commit];
  if ((await git.run({ gitDir, args: ancestry, accept: [0, 1, 128] })).code === 0) return;
  throw new OrionError(
    "NOT_A_DESCENDANT",
    `${commit} does not build on ${expected}, which the branch points at; fetch and build the commit on top of it`,
    { commit, expected },
  );
}

async function send(git: GitProcess, branch: string, call: PushCall): Promise<PushResult> {
  const { gitDir, access, ref, commit, expected } = call;
  const flags = ["--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no"];
  const lease = `--force-with-lease=${ref}:${expected ?? ""}`;
  const { code, stdout, stderr } = await git.run({
    gitDir,
    args: ["push", ...flags, lease, "--", access.url, `${commit}:${ref}`],
    env: access.env,
    secret: access.secret,
    accept: [0, 1, 128],
  });
  if (code === 0) return { kind: "pushed" };
  return judgeFailure(git, branch, call, `${stdout.toString("utf8")}\n${stderr}`);
}

/** Where the branch is now tells what happened; git's words only tell a person why. */
async function judgeFailure(git: GitProcess, branch: string, call: PushCall, words: string): Promise<PushResult> {
  const live = await remoteRefs(git, call.gitDir, call.access, [branch]);
  const actual = live.heads.get(call.ref) ?? null;
  if (actual === call.commit) return { kind: "pushed" };
  if (actual !== call.expected) return { kind: "stale", actual };
  throw pushError(call, words);
}

/** `!` begins the porcelain line of a ref the server answered about; 401, 403 and 404 are its answers before that. */
const ANSWERED = /^!\t|returned error: 40[134]|Authentication failed|not found$/m;

function pushError(call: PushCall, words: string): OrionError {
  const { ref, commit } = call;
  const said = words
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("To "))
    .join("\n")
    .slice(0, 2_000);
  if (ANSWERED.test(words)) {
    const text = `the server did not take ${ref}: ${said}; change what it names, or its rules, and try again`;
    return new OrionError("PUSH_DENIED", text, { ref, commit });
  }
  return new OrionError("REMOTE_FAILED", `${ref} was not pushed: ${said}; check the network and try again`, {
    ref,
    commit,
  });
}
