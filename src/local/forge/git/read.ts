/**
 * Reading a bare repository: refs, commits, trees, differences. Nothing here
 * writes a ref or an object.
 */
import { type CommitInfo, readCommit, utc } from "./commit-object.ts";
import { objectAt } from "./objects.ts";
import { git, tryGit } from "./run.ts";

const FORMAT = `${["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"].join("%x00")}%x1e`;

/** @returns every ref with the object it names, e.g. `refs/heads/main` */
export async function refsOf(dir: string, prefix = "refs/"): Promise<ReadonlyMap<string, string>> {
  const text = await git(dir, ["for-each-ref", "--format=%(objectname) %(refname)", prefix.replace(/\/+$/, "")]);
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
}

/** @returns the commit id, or null when the name means nothing here */
export async function resolveCommit(dir: string, name: string): Promise<string | null> {
  return (await objectAt(dir, `${name}^{commit}`))?.sha ?? null;
}

export function branchHead(dir: string, branch: string): Promise<string | null> {
  return resolveCommit(dir, `refs/heads/${branch}`);
}

/**
 * @param range what `git log` takes: a commit, `a..b`, further options before it
 * @returns newest first
 */
export async function log(dir: string, range: readonly string[]): Promise<readonly CommitInfo[]> {
  const text = await git(dir, ["log", `--format=${FORMAT}`, ...range]);
  return text.split("\x1e").flatMap((chunk) => {
    const [sha, tree, parents, an, ae, ad, cn, ce, cd, message] = chunk.replace(/^\n/, "").split("\0");
    if (sha === undefined || tree === undefined || message === undefined) return [];
    return [
      {
        sha,
        tree,
        parents: (parents ?? "").split(" ").filter((parent) => parent !== ""),
        author: { name: an ?? "", email: ae ?? "", date: utc(ad ?? "") },
        committer: { name: cn ?? "", email: ce ?? "", date: utc(cd ?? "") },
        message: message.replace(/\n+$/, ""),
      },
    ];
  });
}

export async function commitInfo(dir: string, sha: string): Promise<CommitInfo | null> {
  const object = await objectAt(dir, `${sha}^{commit}`);
  return object === null ? null : readCommit(object);
}

export async function mergeBase(dir: string, one: string, other: string): Promise<string | null> {
  const { code, stdout } = await tryGit(dir, ["merge-base", one, other]);
  return code === 0 ? stdout.trim() : null;
}

export async function isAncestor(dir: string, ancestor: string, descendant: string): Promise<boolean> {
  const { code } = await tryGit(dir, ["merge-base", "--is-ancestor", ancestor, descendant]);
  return code === 0;
}

export async function countCommits(dir: string, range: string): Promise<number> {
  return Number((await git(dir, ["rev-list", "--count", range])).trim());
}

export interface TreeItem {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number;
  readonly path: string;
}

/** @returns the items of one folder, `""` being the root; null when there is no such folder */
export async function listFolder(dir: string, commit: string, folder: string): Promise<readonly TreeItem[] | null> {
  const { code, stdout } = await tryGit(dir, ["ls-tree", "-z", "-l", `${commit}:${folder}`]);
  if (code !== 0) return null;
  return stdout.split("\0").flatMap((line) => {
    const match = /^(\d+) (\w+) ([0-9a-f]+) +(-|\d+)\t(.*)$/s.exec(line);
    if (match === null) return [];
    const [, mode = "", type = "", sha = "", size = "", name = ""] = match;
    return [
      { mode, type, sha, size: size === "-" ? 0 : Number(size), path: folder === "" ? name : `${folder}/${name}` },
    ];
  });
}

/** @returns the item at a path, or null */
export async function itemAt(dir: string, commit: string, path: string): Promise<TreeItem | null> {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const items = await listFolder(dir, commit, folder);
  return items?.find((item) => item.path === path) ?? null;
}
