/**
 * What there is to undo: where the default branch stands on the remote, and
 * which of its commits came in last, as one thing. It changes nothing but what
 * a fetch brings.
 */
import { type PersonsGit, Refusal } from "./git.ts";

export interface Place {
  readonly remote: string;
  readonly url: string;
  /** the default branch's name */
  readonly branch: string;
  /** the commit it is at on the remote */
  readonly head: string;
}

export interface Undo {
  /** for a person, e.g. `a merge commit` */
  readonly how: string;
  /** newest first */
  readonly commits: readonly { readonly sha: string; readonly subject: string; readonly isMerge: boolean }[];
}

export interface Wishes {
  readonly remote: string | undefined;
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  readonly count: number | undefined;
}

/** @throws Refusal when there is no such remote, or it cannot be reached */
export function findPlace(git: PersonsGit, wishes: Wishes): Place {
  const remote = wishes.remote ?? chooseRemote(git);
  const url = git.attempt("remote", "get-url", "--push", remote);
  if (url.code !== 0) throw new Refusal(`there is no remote ${remote}; git remote -v lists them`);
  const asked = git.attempt("ls-remote", "--symref", remote, "HEAD");
  if (asked.code !== 0) throw new Refusal(unreachable(remote, asked.words));
  const branch = wishes.branch ?? /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(asked.out)?.[1];
  if (branch === undefined)
    throw new Refusal(`${remote} does not say which branch is its default one; name it with --branch`);
  const depth = git.run("rev-parse", "--is-shallow-repository") === "true" ? ["--deepen=100"] : [];
  const fetched = git.attempt("fetch", "--quiet", "--no-tags", ...depth, remote, `refs/heads/${branch}`);
  if (fetched.code !== 0) throw new Refusal(unreachable(remote, fetched.words));
  return { remote, url: withoutPassword(url.out), branch, head: git.run("rev-parse", "FETCH_HEAD") };
}

function chooseRemote(git: PersonsGit): string {
  const remotes = git.run("remote").split("\n").filter(Boolean);
  const [only] = remotes;
  if (only === undefined) throw new Refusal("this clone has no remote; add one with git remote add");
  if (remotes.length === 1) return only;
  if (remotes.includes("origin")) return "origin";
  throw new Refusal(`there are several remotes (${remotes.join(", ")}); name one with --remote`);
}

function unreachable(remote: string, words: string): string {
  return [
    `${remote} cannot be reached, so nothing was done. Git said: ${words}`,
    "Look at the network and at your access. Without this machine: press Revert on the pull request's page, or roll back at your host.",
  ].join("\n");
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}

/** @throws Refusal when the commit is not on the branch, or already takes something back */
export function chooseUndo(git: PersonsGit, place: Place, wishes: Wishes): Undo {
  const last = wishes.commit === undefined ? place.head : onBranch(git, place, wishes.commit);
  if (wishes.commit === undefined) refuseRevert(git, place);
  const count = wishes.count ?? countOf(git, last);
  const lines = git.run("log", "--first-parent", `--max-count=${count}`, "--format=%H %P%x09%s", last).split("\n");
  const commits = lines.map((line) => {
    const [ids = "", subject = ""] = line.split("\t");
    const [sha = "", ...parents] = ids.split(" ");
    if (parents.length === 0) throw new Refusal(`${sha.slice(0, 7)} is the first commit; nothing was there before it`);
    return { sha, subject, isMerge: parents.length > 1 };
  });
  return { how: describe(commits), commits };
}

function onBranch(git: PersonsGit, { branch, head, remote }: Place, wanted: string): string {
  const found = git.attempt("rev-parse", "--verify", "--quiet", `${wanted}^{commit}`);
  if (found.code !== 0) throw new Refusal(`there is no commit ${wanted}; git log ${remote}/${branch} lists them`);
  if (git.attempt("merge-base", "--is-ancestor", found.out, head).code === 0) return found.out;
  throw new Refusal(`${wanted} is not on ${branch}, so there is nothing to undo`);
}

/** Pressed twice, the switch must not bring back what it took away. */
function refuseRevert(git: PersonsGit, { branch, head }: Place): void {
  const messages = git.run(
    "log",
    "--no-walk",
    "--format=%B",
    head,
    ...git.run("log", "-1", "--format=%P", head).split(" ").slice(1),
  );
  if (!/^This reverts (commit|\d+ commits)/m.test(messages)) return;
  const short = head.slice(0, 7);
  throw new Refusal(
    `the last change of ${branch} (${short}) already takes something back, so nothing was done.\nTo take back an older one: --commit <sha>. To land again what it took back: --commit ${short}`,
  );
}

/** Commits of one task of Orion's in a row came in together. */
function countOf(git: PersonsGit, last: string): number {
  const format = "--format=%P%x09%(trailers:key=Orion-Task,valueonly,separator=%x2C)";
  const lines = git.run("log", "--first-parent", "--max-count=50", format, last).split("\n");
  const tasks = lines.map((line) => line.split("\t") as [string, string?]);
  const [[parents, task] = ["", ""]] = tasks;
  if (task === undefined || task === "" || parents.includes(" ")) return 1;
  const other = tasks.findIndex(([, one]) => one !== task);
  return other === -1 ? tasks.length : other;
}

function describe(commits: Undo["commits"]): string {
  const [first] = commits;
  if (commits.length > 1) return `${commits.length} commits in a row (a fast-forward or a rebase)`;
  if (first?.isMerge === true) return "a merge commit";
  const pull = /\(#(\d+)\)$/.exec(first?.subject ?? "")?.[1];
  return pull === undefined ? "one commit (a squash, or a fast-forward of one)" : `a squash of pull request #${pull}`;
}
