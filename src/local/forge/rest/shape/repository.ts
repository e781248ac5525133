/**
 * Repositories as GitHub shows them, in its three sizes.
 */
import { reaches, roleOf } from "../../auth/permissions.ts";
import { nodeId } from "../../state/node-id.ts";
import type { RepositoryRecord, Role } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { accountById, userShape } from "./account.ts";
import { repositoryApiUrl, repositoryUrl, type Schemas } from "./schemas.ts";

const TEMPLATES = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
  url: "",
} as const;

type Addresses = Record<keyof typeof TEMPLATES, string>;

function templates(world: World, repository: RepositoryRecord): Addresses {
  const pairs = Object.entries(TEMPLATES).map(([key, path]) => [key, repositoryApiUrl(world, repository, path)]);
  return Object.fromEntries(pairs) as Addresses;
}

/** What is the same of every repository here. */
const PLAIN = {
  description: null,
  homepage: null,
  language: null,
  license: null,
  mirror_url: null,
  fork: false,
  archived: false,
  disabled: false,
  has_issues: true,
  has_projects: false,
  has_downloads: false,
  has_wiki: false,
  has_pages: false,
  has_discussions: false,
  forks: 0,
  forks_count: 0,
  stargazers_count: 0,
  watchers: 0,
  watchers_count: 0,
  size: 0,
  allow_merge_commit: true,
  allow_squash_merge: true,
  allow_rebase_merge: true,
  allow_auto_merge: false,
  allow_update_branch: false,
  delete_branch_on_merge: false,
} as const;

/** As GitHub embeds a repository in pull requests, installations and webhooks. */
export function repositoryShape(world: World, repository: RepositoryRecord): Schemas["repository"] {
  const open = world.state.issues.where((one) => one.repositoryId === repository.id && one.state === "open").length;
  return {
    ...templates(world, repository),
    id: repository.id,
    node_id: nodeId("repository", repository.id),
    name: repository.name,
    full_name: `${repository.owner}/${repository.name}`,
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    owner: userShape(world, accountById(world, repository.ownerId)),
    html_url: repositoryUrl(world, repository, ""),
    clone_url: repositoryUrl(world, repository, ".git"),
    git_url: repositoryUrl(world, repository, ".git"),
    ssh_url: repositoryUrl(world, repository, ".git"),
    svn_url: repositoryUrl(world, repository, ""),
    ...PLAIN,
    default_branch: repository.defaultBranch,
    open_issues: open,
    open_issues_count: open,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
  };
}

export function fullRepositoryShape(
  world: World,
  repository: RepositoryRecord,
  role: Role,
): Schemas["full-repository"] {
  const { license: _license, ...shape } = repositoryShape(world, repository);
  return {
    ...shape,
    license: null,
    has_pages: false,
    has_discussions: false,
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    network_count: 0,
    subscribers_count: 0,
    permissions: permissionsShape(role),
  };
}

export function permissionsShape(role: Role): {
  admin: boolean;
  maintain: boolean;
  push: boolean;
  triage: boolean;
  pull: boolean;
} {
  return {
    admin: reaches(role, "admin"),
    maintain: reaches(role, "maintain"),
    push: reaches(role, "write"),
    triage: reaches(role, "triage"),
    pull: reaches(role, "read"),
  };
}

export function minimalRepositoryShape(world: World, repository: RepositoryRecord): Schemas["minimal-repository"] {
  const { license: _license, ...shape } = repositoryShape(world, repository);
  return shape;
}

/** How GitHub relates the author of a text to the repository. */
export function associationOf(
  world: World,
  repository: RepositoryRecord,
  userId: number,
): Schemas["author-association"] {
  const account = accountById(world, userId);
  if (account.id === repository.ownerId) return "OWNER";
  if (Object.hasOwn(repository.collaborators, account.login)) {
    return reaches(roleOf(repository, account.login), "triage") ? "COLLABORATOR" : "NONE";
  }
  return "NONE";
}
