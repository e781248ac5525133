/**
 * Git for the rest of the house: the port of the domain over one directory of
 * mirrors. It wires; the deciding and doing stand in the files beside it.
 */
import path from "node:path";
import type { FileChange, FileDiff, Git, TreeEntry } from "../domain/ports/git-port.ts";
import { archiveCommit } from "./archive.ts";
import { buildCommit } from "./commit/build-commit.ts";
import { packCommit, unpackCommit } from "./commit/carry.ts";
import { diffCommits } from "./diff.ts";
import { baseTree } from "./export/base-tree.ts";
import { ignoredPaths, ignoreFiles } from "./export/ignored-paths.ts";
import { EXPORT_LIMITS, type ExportLimits } from "./export/refuse.ts";
import { workspaceChanges } from "./export/workspace-changes.ts";
import { fetcher, fetchPull, remoteRefs } from "./fetch.ts";
import { type GitProcess, gitProcess } from "./git-process.ts";
import { held } from "./held.ts";
import { lineOrigins } from "./lines/line-origins.ts";
import { buildMerge, mergeTree } from "./merge/build-merge.ts";
import { mirrors } from "./mirrors.ts";
import { commitId, listTree, readFileOf, readObjects, unknownCommit } from "./objects.ts";
import { pushFeature } from "./push.ts";
import { remember } from "./remember.ts";
import { remoteAccess } from "./remote-access.ts";
import { buildRevert } from "./revert/build-revert.ts";
import { history } from "./revert/history.ts";

export interface GitOptions {
  /** holds the mirrors; made when it is not there; belongs to the host alone */
  readonly dir: string;
  /** true lets http reach this machine: for the local forge, never in production */
  readonly allowHttpLoopback: boolean;
  readonly limits?: Partial<ExportLimits>;
  /** the process's environment: PATH and the variables that name CA files are taken from it, nothing else */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Large repositories have trees of megabytes; a run looks at a handful of commits again and again. */
const TREES = 8;
const DIFFS = 16;
const FILES = 128;
const FILE_BYTES = 128 * 1024;
const MERGE_BASES = 64;

/** Touches nothing until it is asked; every file it makes lies under `dir`. */
export function openGit(options: GitOptions): Git {
  const dir = path.resolve(options.dir);
  const limits = { ...EXPORT_LIMITS, ...options.limits };
  const git = gitProcess(options.environment ?? {});
  const open = mirrors(dir, git);
  const openRemote = remoteAccess(dir, options.allowHttpLoopback);
  const trees = remember<readonly TreeEntry[]>(TREES);
  const diffs = remember<readonly FileDiff[]>(DIFFS);
  const files = remember<Uint8Array | null>(FILES, (bytes) => (bytes?.byteLength ?? 0) <= FILE_BYTES);
  const bases = remember<string | null>(MERGE_BASES);
  const tree: Git["tree"] = (repositoryId, commit) =>
    trees(`${repositoryId} ${commit}`, async () => listTree(git, await open.open(repositoryId), commit));
  return {
    fetch: fetcher(git, open, openRemote),
    has: held(git, open),
    remoteHead: async (remote, branch) => {
      const gitDir = await open.open(remote.repositoryId);
      const refs = await remoteRefs(git, gitDir, await openRemote(remote), [branch]);
      return refs.heads.get(`refs/heads/${branch}`) ?? null;
    },
    fetchPull: (remote, pullRequest) => fetchPull(git, open, openRemote, remote, pullRequest),
    tree,
    file: (repositoryId, commit, file) =>
      files(`${repositoryId} ${commit} ${file}`, async () =>
        readFileOf(git, await open.open(repositoryId), commit, file),
      ),
    archive: (repositoryId, commit) => archiveLater(git, () => open.open(repositoryId), commit),
    changes: async (repositoryId, commit, workspace) => {
      const entries = await tree(repositoryId, commit);
      return readChanges(git, await open.open(repositoryId), entries, workspace, limits);
    },
    commit: (request) => open.write(request.repositoryId, (gitDir) => buildCommit(git, gitDir, request)),
    diff: (repositoryId, base, head) =>
      diffs(`${repositoryId} ${base} ${head}`, async () => diffCommits(git, await open.open(repositoryId), base, head)),
    lineOrigins: async (repositoryId, file) => lineOrigins(git, await open.open(repositoryId), file),
    pack: async (repositoryId, commit) => packCommit(git, await open.open(repositoryId), commit),
    unpack: (repositoryId, commit, pack) =>
      open.write(repositoryId, (gitDir) => unpackCommit(git, gitDir, commit, pack)),
    push: (remote, request) => pushFeature(git, open, openRemote, remote, request),
    history: async (repositoryId, commit, last) => history(git, await open.open(repositoryId), commit, last),
    revert: (request) => open.write(request.repositoryId, (gitDir) => buildRevert(git, gitDir, request)),
    merge: (request) => open.write(request.repositoryId, (gitDir) => buildMerge(git, gitDir, request)),
    conflicts: async (repositoryId, ours, theirs) =>
      (await mergeTree(git, await open.open(repositoryId), ours, theirs)).files,
    mergeBase: (repositoryId, one, other) => {
      const make = async (): Promise<string | null> => mergeBase(git, await open.open(repositoryId), one, other);
      // of a commit with itself: whether the mirror holds it, which is so only now
      return one === other ? make() : bases(`${repositoryId} ${one} ${other}`, make);
    },
  };
}

async function* archiveLater(git: GitProcess, gitDir: () => Promise<string>, commit: string) {
  yield* archiveCommit(git, await gitDir(), commit);
}

async function readChanges(
  git: GitProcess,
  gitDir: string,
  entries: readonly TreeEntry[],
  workspace: AsyncIterable<Uint8Array>,
  limits: ExportLimits,
): Promise<readonly FileChange[]> {
  const files = ignoreFiles(entries);
  const texts: string[] = [];
  const shas = files.map((file) => file.sha);
  for await (const batch of readObjects(git, gitDir, shas)) {
    texts.push(...batch.map((object) => object.bytes.toString("utf8")));
  }
  const rules = files.map((file, index) => ({ path: file.path, text: texts[index] ?? "" }));
  return workspaceChanges(baseTree(entries, ignoredPaths(rules)), workspace, limits);
}

async function mergeBase(git: GitProcess, gitDir: string, one: string, other: string): Promise<string | null> {
  const args = ["merge-base", commitId(one), commitId(other)];
  const { code, stdout } = await git.run({ gitDir, args, accept: [0, 1, 128] });
  if (code === 128) throw unknownCommit(`${one} or ${other}`);
  return code === 1 ? null : commitId(stdout.toString("latin1").trim());
}
