/**
 * Filling a forge: accounts and repositories, made once; asked for again, they
 * are given as they are, so that a start-up script can run every time.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OrionError } from "../../domain/errors.ts";
import { git } from "./git/run.ts";
import { commitFiles } from "./git/write.ts";
import { installFor } from "./rest/app.ts";
import { findRepository } from "./rest/route.ts";
import { accountByLogin, userById } from "./rest/shape/account.ts";
import { installationShape } from "./rest/shape/app.ts";
import { nodeId } from "./state/node-id.ts";
import type { AccountRecord, RepositoryRecord, Role } from "./state/records.ts";
import { now, type World } from "./world.ts";

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  /** `main` when missing */
  readonly defaultBranch?: string;
  readonly private?: boolean;
  /** by login; the owner is admin without being named */
  readonly collaborators?: Readonly<Record<string, Role>>;
  /** false: the App is not installed on it */
  readonly installed?: boolean;
  /** false: no ruleset on the default branch */
  readonly protected?: boolean;
  /** first commit on the default branch; without it the repository is empty */
  readonly files?: Readonly<Record<string, string>>;
}

/** @param type a person unless said otherwise */
export function addAccount(world: World, login: string, type: AccountRecord["type"] = "User"): AccountRecord {
  const known = accountByLogin(world, login);
  if (known !== undefined) return known;
  const token = `${type === "User" ? "ghp" : "ghb"}_${randomBytes(27).toString("base64url").replace(/[-_]/g, "0")}`;
  return world.state.accounts.put({ id: world.state.nextId(), login, type, token, createdAt: now() });
}

/** Makes the record and an empty bare repository; an existing one gets new collaborators and is else left alone. */
export async function addRepository(world: World, given: NewRepository): Promise<RepositoryRecord> {
  const collaborators = given.collaborators ?? {};
  for (const login of Object.keys(collaborators)) addAccount(world, login);
  const known = findRepository(world, given.owner, given.name);
  if (known !== undefined) return world.state.repositories.put({ ...known, collaborators });
  const owner = addAccount(world, given.owner);
  const id = world.state.nextId();
  const defaultBranch = given.defaultBranch ?? "main";
  const path = join(world.projectRoot, `${id}.git`);
  mkdirSync(path, { recursive: true });
  await git(path, ["init", "--quiet", "--bare", "--template=", `--initial-branch=${defaultBranch}`]);
  const author = { name: owner.login, email: `${owner.id}+${owner.login}@users.noreply.github.com` };
  if (given.files !== undefined) await commitFiles(path, defaultBranch, given.files, author);
  const at = now();
  const repository = world.state.repositories.put({
    id,
    ownerId: owner.id,
    owner: owner.login,
    name: given.name,
    private: given.private ?? false,
    defaultBranch,
    path,
    collaborators,
    installed: given.installed ?? true,
    protected: given.protected ?? true,
    rulesetId: world.state.nextId(),
    createdAt: at,
    pushedAt: at,
  });
  if (repository.installed) tellInstalled(world, repository, owner);
  return repository;
}

function tellInstalled(world: World, repository: RepositoryRecord, owner: AccountRecord): void {
  const isFirst = world.state.installations.find((one) => one.accountId === owner.id) === undefined;
  const installation = installationShape(world, installFor(world, owner.id));
  const short = {
    id: repository.id,
    node_id: nodeId("repository", repository.id),
    name: repository.name,
    full_name: `${repository.owner}/${repository.name}`,
    private: repository.private,
  };
  const named = isFirst
    ? { event: "installation", action: "created", parts: { installation, repositories: [short], requester: null } }
    : {
        event: "installation_repositories",
        action: "added",
        parts: {
          installation,
          repository_selection: "selected",
          repositories_added: [short],
          repositories_removed: [],
          requester: null,
        },
      };
  world.tell({ ...named, repository, sender: owner, parts: { ...named.parts, repository: undefined } });
}

/**
 * Fetches the history of one commit-ish into the default branch of a new repository.
 * @param source path or URL git can fetch from
 * @throws OrionError FORGE_IMPORT when it cannot be fetched
 */
export async function importInto(
  world: World,
  repository: RepositoryRecord,
  source: string,
  ref: string,
): Promise<void> {
  const target = `refs/heads/${repository.defaultBranch}`;
  const fetched = "refs/forge/import";
  // The source's side of a local fetch forgets configuration given through the environment, but reads this file.
  const config = join(world.projectRoot, "import.gitconfig");
  writeFileSync(config, "[safe]\n\tdirectory = *\n");
  const options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--update-shallow"];
  try {
    await git(repository.path, ["fetch", ...options, source, `+${ref}:${fetched}`], {
      env: { GIT_CONFIG_GLOBAL: config },
    });
    await git(repository.path, ["update-ref", target, `${fetched}^{commit}`]);
    await git(repository.path, ["update-ref", "-d", fetched]);
  } catch (cause) {
    throw new OrionError(
      "FORGE_IMPORT",
      `${ref} of ${source} could not be fetched; name a repository and a branch or commit it has`,
      { ref },
      cause,
    );
  }
}

/** What a deploy host tells GitHub, and GitHub the App. */
export function tellDeployment(
  world: World,
  repository: RepositoryRecord,
  sender: AccountRecord,
  told: {
    readonly sha: string;
    readonly state: "pending" | "in_progress" | "success" | "failure" | "error" | "inactive";
    readonly environment: string;
    readonly description?: string;
    readonly targetUrl?: string;
  },
): void {
  const at = now();
  const creator = userById(world, sender.id);
  const common = {
    description: told.description ?? "",
    environment: told.environment,
    creator,
    created_at: at,
    updated_at: at,
  };
  const deployment = { id: world.state.nextId(), sha: told.sha, ref: told.sha, task: "deploy", payload: {}, ...common };
  const status = {
    id: world.state.nextId(),
    state: told.state,
    target_url: told.targetUrl ?? "",
    log_url: "",
    ...common,
  };
  const parts = { deployment: { ...deployment, performed_via_github_app: null }, deployment_status: status };
  world.tell({ event: "deployment_status", action: "created", repository, sender, parts });
}

/** Where the forge keeps what it must not show: readable by its owner only. */
export function prepareDir(dir: string): { readonly projectRoot: string } {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const projectRoot = join(dir, "repositories");
  mkdirSync(projectRoot, { recursive: true, mode: 0o700 });
  const probe = join(dir, ".writable");
  writeFileSync(probe, "");
  rmSync(probe);
  return { projectRoot };
}
