/**
 * The gate before git over HTTP: who is it, may they read or write here, and
 * what follows from their push.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { hasPermission, inScope, maySee, reaches, roleOf } from "../auth/permissions.ts";
import { type Principal, principalOf } from "../auth/principal.ts";
import { GithubFault } from "../fault.ts";
import { refsChanged } from "../rest/pulls/after-push.ts";
import { findRepository } from "../rest/route.ts";
import type { AccountRecord, RepositoryRecord } from "../state/records.ts";
import type { World } from "../world.ts";
import { pusherEnvironment } from "./hooks.ts";
import { serveGit } from "./http-backend.ts";
import { refsOf } from "./read.ts";

export interface GitServer {
  readonly backend: string;
  readonly hooksPath: string;
}

const PLACE = /^\/([^/]+)\/([^/]+?)\.git(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

export function isGitPath(path: string): boolean {
  return PLACE.test(path);
}

/** Answers one request of a git client. */
export async function answerGit(
  world: World,
  server: GitServer,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const [, owner = "", name = "", rest = ""] = PLACE.exec(url.pathname) ?? [];
  const writes = rest === "/git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  try {
    const principal = principalOf(world, request.headers.authorization);
    const repository = findRepository(world, decodeURIComponent(owner), decodeURIComponent(name));
    const place = admit(principal, repository, writes);
    const actor = principal.kind === "user" || principal.kind === "installation" ? principal.account : null;
    const given = {
      projectRoot: world.projectRoot,
      pathInfo: `/${place.id}.git${rest}`,
      queryString: url.search.slice(1),
      remoteUser: actor?.login ?? "",
      hooksPath: server.hooksPath,
      environment: hookEnvironment(principal, place),
    };
    const serve = () => serveGit(server.backend, request, response, given);
    if (rest === "/git-receive-pack" && actor !== null) await push(world, place, actor, serve);
    else await serve();
    response.end();
  } catch (error) {
    if (!(error instanceof GithubFault)) throw error;
    refuse(response, error);
  }
}

/** @throws GithubFault 401 asks the client for credentials; 404 hides; 403 says why */
function admit(principal: Principal, repository: RepositoryRecord | undefined, writes: boolean): RepositoryRecord {
  const unknown = principal.kind === "anonymous" ? new GithubFault(401, "Authentication required") : null;
  if (repository === undefined || !maySee(principal, repository))
    throw unknown ?? new GithubFault(404, "Repository not found.");
  if (writes && unknown !== null) throw unknown;
  const may = writes ? mayPush(principal, repository) : mayFetch(principal, repository);
  if (!may) throw new GithubFault(403, `Permission to ${repository.owner}/${repository.name}.git denied.`);
  return repository;
}

function mayFetch(principal: Principal, repository: RepositoryRecord): boolean {
  if (principal.kind !== "installation" || !inScope(principal, repository)) return true;
  return hasPermission(principal, "contents", "read");
}

function mayPush(principal: Principal, repository: RepositoryRecord): boolean {
  if (principal.kind === "installation") {
    return inScope(principal, repository) && hasPermission(principal, "contents", "write");
  }
  return principal.kind === "user" && reaches(roleOf(repository, principal.account.login), "write");
}

function hookEnvironment(principal: Principal, repository: RepositoryRecord): Record<string, string> {
  return pusherEnvironment({
    kind: principal.kind === "user" ? "person" : "app",
    role: principal.kind === "user" ? roleOf(repository, principal.account.login) : "none",
    workflows: principal.kind === "user" || hasPermission(principal, "workflows", "write"),
    defaultBranch: repository.defaultBranch,
    protected: repository.protected,
  });
}

/** One push at a time; the client has its answer when what moved is recorded. */
function push(
  world: World,
  repository: RepositoryRecord,
  actor: AccountRecord,
  serve: () => Promise<void>,
): Promise<void> {
  return world.exclusively(repository.id, async () => {
    const before = await refsOf(repository.path);
    await serve();
    await refsChanged(world, repository.id, actor, before);
  });
}

function refuse(response: ServerResponse, fault: GithubFault): void {
  const challenge = fault.status === 401 ? { "www-authenticate": 'Basic realm="forge"' } : {};
  response.writeHead(fault.status, { "content-type": "text/plain", ...challenge }).end(`${fault.message}\n`);
}
