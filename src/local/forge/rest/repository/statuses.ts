/**
 * Commit statuses, the older and simpler kin of check runs.
 */
import { GithubFault } from "../../fault.ts";
import { commitInfo, refsOf, resolveCommit } from "../../git/read.ts";
import { nodeId } from "../../state/node-id.ts";
import type { AccountRecord, RepositoryRecord, StatusRecord } from "../../state/records.ts";
import { now, type World } from "../../world.ts";
import { actorOf, needs, pageOf, type Route, repositoryRoute } from "../route.ts";
import { userById } from "../shape/account.ts";
import { minimalRepositoryShape } from "../shape/repository.ts";
import { repositoryApiUrl, type Schemas } from "../shape/schemas.ts";

const READ = needs("statuses:read", "read");

export const statusRoutes: readonly Route[] = [
  repositoryRoute("repos/create-commit-status", needs("statuses:write", "write"), async (call) => {
    const { world, repository, path, body } = call;
    const status = world.state.statuses.put({
      id: world.state.nextId(),
      repositoryId: repository.id,
      sha: await shaAt(repository, path.sha),
      state: body.state,
      context: body.context ?? "default",
      description: body.description ?? null,
      targetUrl: body.target_url ?? null,
      userId: actorOf(call).id,
      createdAt: now(),
    });
    await tellStatus(world, repository, actorOf(call), status);
    return { status: 201, body: statusShape(world, repository, status) };
  }),
  repositoryRoute("repos/list-commit-statuses-for-ref", READ, async (call) => {
    const found = await statusesOf(call.world, call.repository, call.path.ref);
    return pageOf(call, found.toReversed(), (one) => statusShape(call.world, call.repository, one));
  }),
  repositoryRoute("repos/get-combined-status-for-ref", READ, async ({ world, repository, path }) => {
    const sha = await shaAt(repository, path.ref);
    const latest = new Map((await statusesOf(world, repository, path.ref)).map((one) => [one.context, one]));
    const statuses: Schemas["simple-commit-status"][] = [...latest.values()].map((one) => ({
      ...statusShape(world, repository, one),
      // null here, as GitHub has it, where the longer form has an empty word
      target_url: one.targetUrl,
    }));
    const url = repositoryApiUrl(world, repository, `/commits/${sha}`);
    const body = {
      state: combined([...latest.values()]),
      statuses,
      sha,
      total_count: statuses.length,
      repository: minimalRepositoryShape(world, repository),
      commit_url: url,
      url: `${url}/status`,
    };
    return { status: 200, body };
  }),
];

async function tellStatus(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  status: StatusRecord,
): Promise<void> {
  const { id, sha, context, state, createdAt } = status;
  const heads = [...(await refsOf(repository.path, "refs/heads/"))].filter(([, head]) => head === sha);
  const branches = heads.map(([ref]) => {
    const commit = { sha, url: repositoryApiUrl(world, repository, `/commits/${sha}`) };
    return { name: ref.slice("refs/heads/".length), commit, protected: false };
  });
  const parts = {
    ...{ id, sha, context, state, branches },
    ...{
      name: `${repository.owner}/${repository.name}`,
      description: status.description,
      target_url: status.targetUrl,
    },
    ...{ commit: await commitInfo(repository.path, sha), created_at: createdAt, updated_at: createdAt },
  };
  world.tell({ event: "status", action: null, repository, sender, parts });
}

async function shaAt(repository: RepositoryRecord, ref: string): Promise<string> {
  const sha =
    (await resolveCommit(repository.path, `refs/heads/${ref}`)) ?? (await resolveCommit(repository.path, ref));
  if (sha === null) throw new GithubFault(422, `No commit found for SHA: ${ref}`);
  return sha;
}

async function statusesOf(world: World, repository: RepositoryRecord, ref: string): Promise<readonly StatusRecord[]> {
  const sha = await shaAt(repository, ref);
  return world.state.statuses.where((one) => one.repositoryId === repository.id && one.sha === sha);
}

function combined(statuses: readonly StatusRecord[]): string {
  if (statuses.some((one) => one.state === "error" || one.state === "failure")) return "failure";
  return statuses.length === 0 || statuses.some((one) => one.state === "pending") ? "pending" : "success";
}

function statusShape(
  world: World,
  repository: RepositoryRecord,
  status: StatusRecord,
): Schemas["status"] & Schemas["simple-commit-status"] {
  return {
    id: status.id,
    node_id: nodeId("status", status.id),
    url: repositoryApiUrl(world, repository, `/statuses/${status.sha}`),
    avatar_url: null,
    state: status.state,
    description: status.description ?? "",
    target_url: status.targetUrl ?? "",
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: userById(world, status.userId),
  };
}
