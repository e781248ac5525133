/**
 * What is inside a repository: files, folders, commits, comparisons.
 */
import { GithubFault, notFound } from "../../fault.ts";
import { blobBytes } from "../../git/bytes.ts";
import { differences, EMPTY_TREE } from "../../git/diff.ts";
import {
  commitInfo,
  countCommits,
  itemAt,
  listFolder,
  log,
  mergeBase,
  resolveCommit,
  type TreeItem,
} from "../../git/read.ts";
import type { RepositoryRecord } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { needs, pageOf, type Route, repositoryRoute } from "../route.ts";
import { commitShape, fileShape } from "../shape/commit.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "../shape/schemas.ts";

const CONTENTS = needs("contents:read", "read");
const LOG_MAX = 1_000;
/** GitHub gives larger files only in the raw media type. */
const INLINE_MAX = 1024 * 1024;

export const contentRoutes: readonly Route[] = [
  repositoryRoute("repos/get-content", CONTENTS, async ({ world, repository, path, query, accept }) => {
    const commit = await commitAt(repository, query.ref ?? repository.defaultBranch);
    const place = path.path.replace(/^\/+|\/+$/g, "");
    const folder = await listFolder(repository.path, commit, place);
    if (folder !== null) {
      return { status: 200, body: folder.map((item) => folderEntry(world, repository, commit, item)) };
    }
    const item = await itemAt(repository.path, commit, place);
    if (item === null || item.type !== "blob") throw notFound();
    const bytes = await blobBytes(repository.path, item.sha);
    if (/\bvnd\.github\.(v3\.)?raw\b/.test(accept)) {
      const headers = { "content-type": "application/vnd.github.raw; charset=utf-8" };
      return { status: 200, headers, body: bytes as unknown as Schemas["content-file"] };
    }
    return { status: 200, body: fileContent(world, repository, commit, item, bytes) };
  }),
  repositoryRoute("repos/list-commits", CONTENTS, async (call) => {
    const { world, repository, query } = call;
    const start = await commitAt(repository, query.sha ?? repository.defaultBranch);
    const filters = [
      ...(query.since === undefined ? [] : [`--since=${query.since}`]),
      ...(query.until === undefined ? [] : [`--until=${query.until}`]),
      ...(query.author === undefined ? [] : [`--author=${query.author}`]),
    ];
    const paths = query.path === undefined ? [] : ["--", query.path];
    const commits = await log(repository.path, [`--max-count=${LOG_MAX}`, ...filters, start, ...paths]);
    return pageOf(call, commits, (one) => commitShape(world, repository, one));
  }),
  repositoryRoute("repos/get-commit", CONTENTS, async ({ world, repository, path }) => {
    const sha = await commitAt(repository, path.ref);
    const commit = await commitInfo(repository.path, sha);
    if (commit === null) throw notFound();
    const changed = await differences(repository.path, commit.parents[0] ?? EMPTY_TREE, sha);
    const files = changed.map((one) => fileShape(world, repository, sha, one));
    const sum = (of: "additions" | "deletions"): number => changed.reduce((total, one) => total + one[of], 0);
    const stats = {
      additions: sum("additions"),
      deletions: sum("deletions"),
      total: sum("additions") + sum("deletions"),
    };
    return { status: 200, body: { ...commitShape(world, repository, commit), stats, files } };
  }),
  repositoryRoute("repos/compare-commits-with-basehead", CONTENTS, async ({ world, repository, path }) => {
    const [base, head] = path.basehead.split("...");
    if (base === undefined || head === undefined) throw notFound();
    const from = await commitAt(repository, base);
    const to = await commitAt(repository, head);
    return { status: 200, body: await comparison(world, repository, from, to) };
  }),
];

/** @throws GithubFault 404 as GitHub says it of a ref it does not know */
async function commitAt(repository: RepositoryRecord, ref: string): Promise<string> {
  const name = ref.replace(/^refs\/heads\//, "");
  const branch = await resolveCommit(repository.path, `refs/heads/${name}`);
  const sha = branch ?? (await resolveCommit(repository.path, ref));
  if (sha === null) throw new GithubFault(404, `No commit found for the ref ${ref}`);
  return sha;
}

async function comparison(
  world: World,
  repository: RepositoryRecord,
  from: string,
  to: string,
): Promise<Schemas["commit-comparison"]> {
  const base = await mergeBase(repository.path, from, to);
  if (base === null) throw new GithubFault(404, "No common ancestor between the two.");
  const [ahead, behind, baseCommit, mergeBaseCommit, commits, files] = await Promise.all([
    countCommits(repository.path, `${from}..${to}`),
    countCommits(repository.path, `${to}..${from}`),
    commitInfo(repository.path, from),
    commitInfo(repository.path, base),
    log(repository.path, ["--reverse", "--max-count=250", `${from}..${to}`]),
    differences(repository.path, base, to),
  ]);
  if (baseCommit === null || mergeBaseCommit === null) throw notFound();
  const page = repositoryUrl(world, repository, `/compare/${from}...${to}`);
  return {
    url: repositoryApiUrl(world, repository, `/compare/${from}...${to}`),
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: commitShape(world, repository, baseCommit),
    merge_base_commit: commitShape(world, repository, mergeBaseCommit),
    status: statusOf(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((one) => commitShape(world, repository, one)),
    files: files.map((one) => fileShape(world, repository, to, one)),
  };
}

function statusOf(ahead: number, behind: number): Schemas["commit-comparison"]["status"] {
  if (ahead > 0 && behind > 0) return "diverged";
  if (ahead > 0) return "ahead";
  return behind > 0 ? "behind" : "identical";
}

function addresses(world: World, repository: RepositoryRecord, commit: string, item: TreeItem) {
  const path = item.path.split("/").map(encodeURIComponent).join("/");
  const kind = item.type === "tree" ? "trees" : "blobs";
  const url = repositoryApiUrl(world, repository, `/contents/${path}?ref=${commit}`);
  const git = repositoryApiUrl(world, repository, `/git/${kind}/${item.sha}`);
  const page = repositoryUrl(world, repository, `/${item.type === "tree" ? "tree" : "blob"}/${commit}/${path}`);
  const download = item.type === "blob" ? repositoryUrl(world, repository, `/raw/${commit}/${path}`) : null;
  return { url, git_url: git, html_url: page, download_url: download, _links: { self: url, git, html: page } };
}

function nameOf(item: TreeItem): string {
  return item.path.slice(item.path.lastIndexOf("/") + 1);
}

function folderEntry(
  world: World,
  repository: RepositoryRecord,
  commit: string,
  item: TreeItem,
): Schemas["content-directory"][number] {
  const types = { tree: "dir", commit: "submodule" } as const;
  const type = item.type === "tree" || item.type === "commit" ? types[item.type] : "file";
  const { sha, size, path } = item;
  return { type, name: nameOf(item), path, sha, size, ...addresses(world, repository, commit, item) };
}

function fileContent(
  world: World,
  repository: RepositoryRecord,
  commit: string,
  item: TreeItem,
  bytes: Buffer,
): Schemas["content-file"] {
  const inline = bytes.length <= INLINE_MAX;
  return {
    type: "file",
    encoding: inline ? "base64" : "none",
    content: inline ? `${bytes.toString("base64").replace(/(.{60})/g, "$1\n")}\n` : "",
    name: nameOf(item),
    path: item.path,
    sha: item.sha,
    size: item.size,
    ...addresses(world, repository, commit, item),
  };
}
