/**
 * What follows when refs have moved, however they did: webhooks for the push,
 * new heads of open pull requests, merges that happened by pushing.
 */
import { differences } from "../../git/diff.ts";
import { branchHead, commitInfo, isAncestor, log, refsOf } from "../../git/read.ts";
import { setRef } from "../../git/write.ts";
import type { AccountRecord, PullRecord, RepositoryRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { isPull, pullsOf } from "../find.ts";
import { emailOf, simpleCommitShape } from "../shape/commit.ts";
import { repositoryShape } from "../shape/repository.ts";
import { repositoryUrl } from "../shape/schemas.ts";
import { closeLinkedIssues } from "./closing.ts";
import { followLines } from "./review-lines.ts";
import { tellPull } from "./tell-pull.ts";

const ZERO = "0".repeat(40);
/** GitHub lists at most this many commits in a push. */
const COMMITS_MAX = 2_048;

interface RefChange {
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A merge under way: its base will not hold the head when it squashes or rebases. */
interface Merging {
  readonly pullId: number;
  readonly mergeCommit: string;
}

/** @param before the refs as they were; the present ones are read here */
export async function refsChanged(
  world: World,
  repositoryId: number,
  actor: AccountRecord,
  before: ReadonlyMap<string, string>,
  merging: Merging | null = null,
): Promise<void> {
  const known = world.state.repositories.get(repositoryId);
  if (known === undefined) return;
  const after = await refsOf(known.path);
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((ref) => /^refs\/(heads|tags)\//.test(ref));
  const changes = names
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
    .filter((change) => change.before !== change.after);
  if (changes.length === 0) return;
  const repository = world.state.repositories.put({ ...known, pushedAt: now() });
  for (const change of changes) {
    await tellPush(world, repository, actor, change);
    if (change.ref.startsWith("refs/heads/")) await movePulls(world, repository, actor, change, merging);
  }
}

async function tellPush(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  change: RefChange,
): Promise<void> {
  const { ref, before, after } = change;
  const refType = ref.startsWith("refs/tags/") ? "tag" : "branch";
  const short = ref.replace(/^refs\/(heads|tags)\//, "");
  const common = { ref_type: refType, ref: short, pusher_type: "user" };
  const created = { ...common, master_branch: repository.defaultBranch, description: null };
  if (before === null) world.tell({ event: "create", action: null, repository, sender, parts: created });
  if (after === null) world.tell({ event: "delete", action: null, repository, sender, parts: common });
  const parts = await pushParts(world, repository, sender, change);
  world.tell({ event: "push", action: null, repository, sender, parts });
}

async function pushParts(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  change: RefChange,
): Promise<Readonly<Record<string, unknown>>> {
  const { ref, before, after } = change;
  const commits = after === null ? [] : await newCommits(world, repository, change, after);
  const head = after === null ? null : await commitInfo(repository.path, after);
  const forced = before !== null && after !== null && !(await isAncestor(repository.path, before, after));
  const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);
  const shaped = repositoryShape(world, repository);
  return {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    base_ref: null,
    created: before === null,
    deleted: after === null,
    forced,
    compare: repositoryUrl(world, repository, `/compare/${before ?? repository.defaultBranch}...${after ?? before}`),
    commits,
    head_commit: head === null ? null : (commits.at(-1) ?? simpleCommitShape(head)),
    pusher: { name: sender.login, email: emailOf(sender) },
    repository: {
      ...shaped,
      created_at: seconds(repository.createdAt),
      pushed_at: seconds(repository.pushedAt),
      owner: { ...shaped.owner, name: repository.owner, email: null },
      master_branch: repository.defaultBranch,
    },
  };
}

async function newCommits(
  world: World,
  repository: RepositoryRecord,
  change: RefChange,
  after: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const isDefault = change.ref === `refs/heads/${repository.defaultBranch}`;
  const since = change.before ?? (isDefault ? null : await branchHead(repository.path, repository.defaultBranch));
  if (since === null) return [];
  const commits = await log(repository.path, ["--reverse", `--max-count=${COMMITS_MAX}`, `${since}..${after}`]);
  const described = commits.map(async (commit) => {
    const files = await differences(repository.path, commit.parents[0] ?? since, commit.sha);
    const named = (status: readonly string[]): readonly string[] =>
      files.filter((file) => status.includes(file.status)).map((file) => file.path);
    return {
      ...simpleCommitShape(commit),
      url: repositoryUrl(world, repository, `/commit/${commit.sha}`),
      distinct: true,
      added: named(["added", "copied", "renamed"]),
      removed: named(["removed"]),
      modified: named(["modified", "changed"]),
    };
  });
  return Promise.all(described);
}

async function movePulls(
  world: World,
  repository: RepositoryRecord,
  actor: AccountRecord,
  change: RefChange,
  merging: Merging | null,
): Promise<void> {
  const branch = change.ref.slice("refs/heads/".length);
  const open = pullsOf(world, repository).filter((one) => one.state === "open");
  for (const issue of open.filter((one) => one.pull.headRef === branch)) {
    if (change.after === null) await close(world, repository, actor, issue, null);
    else await synchronize(world, repository, actor, issue, change.after);
  }
  for (const issue of open.filter((one) => one.pull.baseRef === branch)) {
    const { after } = change;
    if (after === null) continue;
    const mine = merging?.pullId === issue.id ? merging.mergeCommit : null;
    const holds = mine !== null || (await isAncestor(repository.path, issue.pull.headSha, after));
    // from then on the base is where the branch stood before the merge, as GitHub tells it
    const stood = { ...issue, pull: { ...issue.pull, baseSha: change.before ?? issue.pull.baseSha } };
    if (holds) await close(world, repository, actor, stood, mine ?? after);
  }
}

async function synchronize(
  world: World,
  repository: RepositoryRecord,
  actor: AccountRecord,
  issue: PullRecord,
  headSha: string,
): Promise<void> {
  await setRef(repository.path, `refs/pull/${issue.number}/head`, headSha);
  const updated = { ...issue, updatedAt: now(), pull: { ...issue.pull, headSha } };
  world.state.issues.put(updated);
  await followLines(world, repository, updated);
  const more = { before: issue.pull.headSha, after: headSha };
  await tellPull(world, repository, actor, updated, "synchronize", more);
}

/** @param mergeCommit set when the base now holds the head: then it counts as merged */
async function close(
  world: World,
  repository: RepositoryRecord,
  actor: AccountRecord,
  issue: PullRecord,
  mergeCommit: string | null,
): Promise<void> {
  const at = now();
  const merged = { mergedAt: at, mergedById: actor.id, mergeCommitSha: mergeCommit };
  const updated = world.state.issues.put({
    ...issue,
    state: "closed",
    closedAt: at,
    closedById: actor.id,
    updatedAt: at,
    pull: mergeCommit === null ? issue.pull : { ...issue.pull, ...merged },
  });
  if (!isPull(updated)) return;
  await tellPull(world, repository, actor, updated, "closed");
  if (mergeCommit !== null) closeLinkedIssues(world, repository, actor, updated);
}
