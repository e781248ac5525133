/**
 * Pull requests, as they are opened, listed, read and changed.
 */
import { reaches, roleOf } from "../../auth/permissions.ts";
import { GithubFault, invalid, notFound } from "../../fault.ts";
import { differences } from "../../git/diff.ts";
import { branchHead, countCommits, log } from "../../git/read.ts";
import { git } from "../../git/run.ts";
import { setRef } from "../../git/write.ts";
import type { PullRecord, RepositoryRecord } from "../../state/records.ts";
import { now } from "../../world.ts";
import { isPull, issueAt, nextNumber, pullAt, pullsOf } from "../find.ts";
import { changesOf } from "../issues/changes.ts";
import { actorOf, needs, pageOf, type RepositoryCall, type Route, repositoryRoute } from "../route.ts";
import { commitShape, fileShape } from "../shape/commit.ts";
import { pullSimpleShape } from "../shape/pull.ts";
import type { Schemas } from "../shape/schemas.ts";
import { range } from "./range.ts";
import { fullPull, tellPull } from "./tell-pull.ts";

const READ = needs("pull_requests:read", "read");

export const pullRoutes: readonly Route[] = [
  repositoryRoute("pulls/list", READ, (call) =>
    pageOf(call, listed(call), (one) => pullSimpleShape(call.world, call.repository, one)),
  ),
  repositoryRoute("pulls/create", needs("pull_requests:write", "read"), async (call) => {
    const { world, repository } = call;
    const pull = await world.exclusively(repository.id, () => createPull(call));
    return { status: 201, body: await fullPull(world, repository, pull) };
  }),
  repositoryRoute("pulls/get", READ, async ({ world, repository, path, accept }) => {
    const pull = pullAt(world, repository, path.pull_number);
    if (/\bvnd\.github\.(v3\.)?diff\b/.test(accept)) {
      const headers = { "content-type": "application/vnd.github.diff; charset=utf-8" };
      const { from, to } = await range(repository, pull);
      return {
        status: 200,
        headers,
        body: (await git(repository.path, ["diff", from, to])) as unknown as Schemas["pull-request"],
      };
    }
    return { status: 200, body: await fullPull(world, repository, pull) };
  }),
  repositoryRoute("pulls/update", needs("pull_requests:write", "read"), async (call) => {
    const { world, repository } = call;
    return { status: 200, body: await fullPull(world, repository, await updatePull(call)) };
  }),
  repositoryRoute("pulls/list-files", READ, async (call) => {
    const { world, repository, path } = call;
    const { from, to } = await range(repository, pullAt(world, repository, path.pull_number));
    return pageOf(call, await differences(repository.path, from, to), (one) => fileShape(world, repository, to, one));
  }),
  repositoryRoute("pulls/list-commits", READ, async (call) => {
    const { world, repository, path } = call;
    const { from, to } = await range(repository, pullAt(world, repository, path.pull_number));
    const commits = await log(repository.path, ["--reverse", "--max-count=250", `${from}..${to}`]);
    return pageOf(call, commits, (one) => commitShape(world, repository, one));
  }),
  repositoryRoute("pulls/check-if-merged", READ, ({ world, repository, path }) => {
    if (pullAt(world, repository, path.pull_number).pull.mergedAt === null) throw notFound();
    return { status: 204, body: null };
  }),
];

function listed(call: RepositoryCall<"pulls/list">): readonly PullRecord[] {
  const { world, repository, query } = call;
  const { state = "open", head, base, sort = "created" } = query;
  const direction = query.direction ?? (sort === "created" ? "desc" : "asc");
  const headRef = head?.includes(":") === true ? head.slice(head.indexOf(":") + 1) : head;
  const headOwner = head?.includes(":") === true ? head.slice(0, head.indexOf(":")) : repository.owner;
  const found = pullsOf(world, repository).filter(
    (one) =>
      (state === "all" || one.state === state) &&
      (base === undefined || one.pull.baseRef === base) &&
      (headRef === undefined ||
        (one.pull.headRef === headRef && headOwner.toLowerCase() === repository.owner.toLowerCase())),
  );
  const key = (one: PullRecord): string | number => (sort === "updated" ? one.updatedAt : one.number);
  const sign = direction === "asc" ? 1 : -1;
  return found.toSorted((one, other) => (key(one) < key(other) ? -sign : key(one) > key(other) ? sign : 0));
}

async function createPull(call: RepositoryCall<"pulls/create">): Promise<PullRecord> {
  const { world, repository, body } = call;
  const actor = actorOf(call);
  const headRef = localBranch(repository, body.head);
  const headSha = await branchHead(repository.path, headRef);
  const baseSha = await branchHead(repository.path, body.base);
  if (headSha === null) throw fieldInvalid("head");
  if (baseSha === null) throw fieldInvalid("base");
  refuseDoubles(call, headRef);
  if ((await countCommits(repository.path, `${baseSha}..${headSha}`)) === 0) {
    throw custom(`No commits between ${body.base} and ${headRef}`);
  }
  const source = body.issue === undefined ? undefined : issueAt(world, repository, Number(body.issue));
  const title = body.title ?? source?.title;
  if (title === undefined || title.trim() === "") {
    throw new GithubFault(422, "Validation Failed", [
      { resource: "PullRequest", field: "title", code: "missing_field" },
    ]);
  }
  const issue = newPull(call, title, { headRef, headSha, baseSha });
  world.state.issues.put(issue);
  await setRef(repository.path, `refs/pull/${issue.number}/head`, headSha);
  await tellPull(world, repository, actor, issue, "opened");
  return issue;
}

function newPull(
  call: RepositoryCall<"pulls/create">,
  title: string,
  ends: Pick<PullRecord["pull"], "headRef" | "headSha" | "baseSha">,
): PullRecord {
  const { world, repository, body } = call;
  const at = now();
  return {
    id: world.state.nextId(),
    repositoryId: repository.id,
    number: nextNumber(world, repository),
    title,
    body: body.body ?? null,
    state: "open" as const,
    stateReason: null,
    userId: actorOf(call).id,
    byApp: call.principal.kind === "installation",
    labelIds: [],
    assigneeIds: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedById: null,
    locked: false,
    pull: {
      id: world.state.nextId(),
      ...ends,
      baseRef: body.base,
      draft: body.draft === true,
      mergedAt: null,
      mergedById: null,
      mergeCommitSha: null,
      reviewerIds: [],
    },
  };
}

/** `owner:branch` names a branch of this repository; the forge has no forks. */
function localBranch(repository: RepositoryRecord, head: string): string {
  const colon = head.indexOf(":");
  if (colon === -1) return head;
  if (head.slice(0, colon).toLowerCase() !== repository.owner.toLowerCase()) throw fieldInvalid("head");
  return head.slice(colon + 1);
}

function fieldInvalid(field: "head" | "base"): GithubFault {
  return new GithubFault(422, "Validation Failed", [{ resource: "PullRequest", field, code: "invalid" }]);
}

function custom(message: string): GithubFault {
  return invalid("PullRequest", "base", message);
}

function refuseDoubles(call: RepositoryCall<"pulls/create">, headRef: string): void {
  const { world, repository, body } = call;
  const same = pullsOf(world, repository).find(
    (one) => one.state === "open" && one.pull.headRef === headRef && one.pull.baseRef === body.base,
  );
  if (same !== undefined) throw custom(`A pull request already exists for ${repository.owner}:${headRef}.`);
}

async function updatePull(call: RepositoryCall<"pulls/update">): Promise<PullRecord> {
  const { world, repository, path, body, principal } = call;
  const actor = actorOf(call);
  const issue = pullAt(world, repository, path.pull_number);
  const own = actor.id === issue.userId || principal.kind === "installation";
  if (!own && !reaches(roleOf(repository, actor.login), "write")) {
    throw new GithubFault(403, "Must have admin rights to Repository.");
  }
  const state = body?.state ?? issue.state;
  if (state === "open" && issue.state === "closed") await refuseReopening(repository, issue);
  const baseRef = body?.base ?? issue.pull.baseRef;
  const baseSha = await branchHead(repository.path, baseRef);
  if (body?.base !== undefined && baseSha === null) throw fieldInvalid("base");
  const closes = state === "closed" && issue.state === "open";
  const reopens = state === "open" && issue.state === "closed";
  const moved = body?.base === undefined || baseSha === null ? issue.pull : { ...issue.pull, baseRef, baseSha };
  const updated = world.state.issues.put({
    ...issue,
    title: body?.title ?? issue.title,
    body: body?.body === undefined ? issue.body : body.body,
    state,
    closedAt: closes ? now() : reopens ? null : issue.closedAt,
    closedById: closes ? actor.id : reopens ? null : issue.closedById,
    updatedAt: now(),
    pull: moved,
  });
  if (!isPull(updated)) throw notFound();
  const base = baseRef === issue.pull.baseRef ? {} : { base: { ref: { from: issue.pull.baseRef } } };
  const changes = { ...changesOf(issue, updated), ...base };
  if (Object.keys(changes).length > 0) await tellPull(world, repository, actor, updated, "edited", { changes });
  if (closes) await tellPull(world, repository, actor, updated, "closed");
  if (reopens) await tellPull(world, repository, actor, updated, "reopened");
  return updated;
}

async function refuseReopening(repository: RepositoryRecord, issue: PullRecord): Promise<void> {
  const gone = (await branchHead(repository.path, issue.pull.headRef)) === null;
  if (issue.pull.mergedAt !== null || gone) {
    throw invalid(
      "PullRequest",
      "state",
      gone ? "state cannot be changed. The branch was deleted." : "state cannot be changed.",
    );
  }
}
