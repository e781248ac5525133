/**
 * The repository itself, its people, branches and the rules on them.
 */
import { reaches, roleOf } from "../../auth/permissions.ts";
import { GithubFault, notFound } from "../../fault.ts";
import { branchHead, commitInfo, refsOf } from "../../git/read.ts";
import { deleteRef } from "../../git/write.ts";
import { nodeId } from "../../state/node-id.ts";
import type { RepositoryRecord, Role } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { refsChanged } from "../pulls/after-push.ts";
import { actorOf, needs, pageOf, type Route, repositoryRoute } from "../route.ts";
import { accountByLogin, userShape } from "../shape/account.ts";
import { commitShape } from "../shape/commit.ts";
import { fullRepositoryShape, permissionsShape } from "../shape/repository.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "../shape/schemas.ts";

const CONTENTS = needs("contents:read", "read");
const METADATA = needs("metadata:read", "read");
/** GitHub answers with the old four words; the true role is in `role_name`. */
const OLD_WORD: Readonly<Record<Role, string>> = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
  none: "none",
};

export const repositoryRoutes: readonly Route[] = [
  repositoryRoute("repos/get", METADATA, ({ world, repository, principal }) => {
    const role = principal.kind === "user" ? roleOf(repository, principal.account.login) : "read";
    return { status: 200, body: fullRepositoryShape(world, repository, role) };
  }),
  repositoryRoute("repos/get-collaborator-permission-level", METADATA, ({ world, repository, path }) => {
    const account = accountByLogin(world, path.username);
    if (account === undefined) throw new GithubFault(404, `${path.username} is not a user`);
    const role = roleOf(repository, account.login);
    const user = { ...userShape(world, account), permissions: permissionsShape(role), role_name: role };
    return { status: 200, body: { permission: OLD_WORD[role], role_name: role, user } };
  }),
  repositoryRoute("repos/list-collaborators", METADATA, (call) => {
    const { world, repository } = call;
    const people = world.state.accounts.where((one) => {
      const known = one.id === repository.ownerId || Object.hasOwn(repository.collaborators, one.login);
      return known && reaches(roleOf(repository, one.login), "read");
    });
    return pageOf(call, people, (one) => {
      const role = roleOf(repository, one.login);
      return { ...userShape(world, one), permissions: permissionsShape(role), role_name: role };
    });
  }),
  repositoryRoute("repos/list-branches", CONTENTS, async (call) => {
    const { world, repository } = call;
    const refs = [...(await refsOf(repository.path, "refs/heads/"))];
    const shaped = refs.map(([ref, sha]) => shortBranch(world, repository, ref.slice("refs/heads/".length), sha));
    const asked = call.query.protected;
    const kept = asked === undefined ? shaped : shaped.filter((one) => one.protected === asked);
    return pageOf(call, kept, (one) => one);
  }),
  repositoryRoute("repos/get-branch", CONTENTS, async ({ world, repository, path }) => {
    const sha = await branchHead(repository.path, path.branch);
    const commit = sha === null ? null : await commitInfo(repository.path, sha);
    if (commit === null) throw new GithubFault(404, "Branch not found");
    return { status: 200, body: branchShape(world, repository, path.branch, commitShape(world, repository, commit)) };
  }),
  repositoryRoute("repos/get-branch-rules", METADATA, (call) => {
    const { repository, path } = call;
    return pageOf(call, isProtected(repository, path.branch) ? rulesShape(repository) : [], (rule) => rule);
  }),
  repositoryRoute("repos/get-repo-rulesets", METADATA, (call) =>
    pageOf(call, call.repository.protected ? [call.repository] : [], (one) => {
      const {
        rules: _rules,
        conditions: _conditions,
        bypass_actors: _actors,
        ...short
      } = rulesetShape(call.world, one);
      return short;
    }),
  ),
  repositoryRoute("repos/get-repo-ruleset", METADATA, ({ world, repository, path }) => {
    if (!repository.protected || path.ruleset_id !== repository.rulesetId) throw notFound();
    return { status: 200, body: rulesetShape(world, repository) };
  }),
  repositoryRoute("git/get-ref", CONTENTS, async ({ world, repository, path }) => {
    const refs = await refsOf(repository.path);
    const sha = refs.get(`refs/${path.ref}`);
    if (sha === undefined) throw notFound();
    return { status: 200, body: refShape(world, repository, `refs/${path.ref}`, sha) };
  }),
  repositoryRoute("git/list-matching-refs", CONTENTS, async (call) => {
    const refs = [...(await refsOf(call.repository.path))].filter(([ref]) => ref.startsWith(`refs/${call.path.ref}`));
    const body = refs.map(([ref, sha]) => refShape(call.world, call.repository, ref, sha));
    return { status: 200, body };
  }),
  repositoryRoute("git/delete-ref", needs("contents:write", "write"), async (call) => {
    const { world, repository, path } = call;
    const actor = actorOf(call);
    const ref = `refs/${path.ref}`;
    await world.exclusively(repository.id, async () => {
      const before = await refsOf(repository.path, "refs/heads/");
      if (!before.has(ref)) throw new GithubFault(422, "Reference does not exist");
      if (ref === `refs/heads/${repository.defaultBranch}`) {
        throw new GithubFault(422, "Repository rule violations found: cannot delete this protected branch");
      }
      await deleteRef(repository.path, ref);
      await refsChanged(world, repository.id, actor, before);
    });
    return { status: 204, body: null };
  }),
];

function isProtected(repository: RepositoryRecord, branch: string): boolean {
  return repository.protected && branch === repository.defaultBranch;
}

function shortBranch(world: World, repository: RepositoryRecord, name: string, sha: string): Schemas["short-branch"] {
  const commit = { sha, url: repositoryApiUrl(world, repository, `/commits/${sha}`) };
  return { name, commit, protected: isProtected(repository, name) };
}

function branchShape(
  world: World,
  repository: RepositoryRecord,
  name: string,
  commit: Schemas["commit"],
): Schemas["branch-with-protection"] {
  const self = repositoryApiUrl(world, repository, `/branches/${name}`);
  return {
    name,
    commit,
    _links: { self, html: repositoryUrl(world, repository, `/tree/${name}`) },
    protected: isProtected(repository, name),
    protection: { enabled: isProtected(repository, name) },
    protection_url: `${self}/protection`,
  };
}

function rulesShape(repository: RepositoryRecord): Schemas["repository-rule-detailed"][] {
  const origin = {
    ruleset_source_type: "Repository" as const,
    ruleset_source: `${repository.owner}/${repository.name}`,
    ruleset_id: repository.rulesetId,
  };
  return [
    { type: "deletion", ...origin },
    { type: "non_fast_forward", ...origin },
    { type: "pull_request", parameters: PULL_RULE, ...origin },
  ];
}

const PULL_RULE = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 0,
  required_review_thread_resolution: false,
};

/** Repository admins may bypass it; the App never. */
function rulesetShape(world: World, repository: RepositoryRecord): Schemas["repository-ruleset"] {
  return {
    id: repository.rulesetId,
    node_id: nodeId("ruleset", repository.rulesetId),
    name: "default branch",
    target: "branch",
    source_type: "Repository",
    source: `${repository.owner}/${repository.name}`,
    enforcement: "active",
    current_user_can_bypass: "never",
    bypass_actors: [{ actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" }],
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [{ type: "deletion" }, { type: "non_fast_forward" }, { type: "pull_request", parameters: PULL_RULE }],
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    _links: {
      self: { href: repositoryApiUrl(world, repository, `/rulesets/${repository.rulesetId}`) },
      html: { href: repositoryUrl(world, repository, `/rules/${repository.rulesetId}`) },
    },
  };
}

function refShape(world: World, repository: RepositoryRecord, ref: string, sha: string): Schemas["git-ref"] {
  return {
    ref,
    node_id: `REF_${Buffer.from(`${repository.id}:${ref}`).toString("base64url")}`,
    url: repositoryApiUrl(world, repository, `/git/${ref}`),
    object: { type: "commit", sha, url: repositoryApiUrl(world, repository, `/git/commits/${sha}`) },
  };
}
