/**
 * Pure answers to "may this principal do that here?", as GitHub gives them:
 * an App needs scope and permission, a person needs a role.
 */
import { forbiddenForApps, GithubFault, notFound } from "../fault.ts";
import { type Level, type RepositoryRecord, ROLES, type Role } from "../state/records.ts";
import type { Principal } from "./principal.ts";

/** What an operation on a repository asks for. */
export interface Need {
  /** an App's permission, e.g. `issues` */
  readonly permission: string;
  readonly level: Level;
  /** the least role of a person */
  readonly role: Role;
}

/** The role a login has, seen from nowhere in particular: public repositories can be read by everybody. */
export function roleOf(repository: RepositoryRecord, login: string): Role {
  if (login.toLowerCase() === repository.owner.toLowerCase()) return "admin";
  const given = Object.entries(repository.collaborators).find(([name]) => name.toLowerCase() === login.toLowerCase());
  return given?.[1] ?? (repository.private ? "none" : "read");
}

export function reaches(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** True when the installation token was minted for this repository. */
export function inScope(principal: Principal, repository: RepositoryRecord): boolean {
  if (principal.kind !== "installation") return false;
  if (!repository.installed || repository.ownerId !== principal.ownerId) return false;
  return principal.repositoryIds === null || principal.repositoryIds.includes(repository.id);
}

export function maySee(principal: Principal, repository: RepositoryRecord): boolean {
  if (!repository.private) return true;
  if (principal.kind === "installation") return inScope(principal, repository);
  if (principal.kind === "user") return reaches(roleOf(repository, principal.account.login), "read");
  return false;
}

/** True when the token carries the permission; everything is readable metadata. */
export function hasPermission(principal: Principal, permission: string, level: Level): boolean {
  if (principal.kind !== "installation") return false;
  const granted = permission === "metadata" ? "read" : principal.permissions[permission];
  return granted === "write" || (granted === "read" && level === "read");
}

/**
 * @param alternatives any one of them is enough
 * @throws GithubFault 401, 403 or 404 as GitHub would answer
 */
export function requireNeed(principal: Principal, repository: RepositoryRecord, alternatives: readonly Need[]): void {
  if (!maySee(principal, repository)) throw notFound();
  const readsOnly = alternatives.every((need) => need.level === "read" && need.role === "read");
  switch (principal.kind) {
    case "anonymous":
      if (readsOnly) return;
      throw new GithubFault(401, "Requires authentication");
    case "app":
      throw new GithubFault(401, "A JSON web token could not be used here; use an installation access token");
    case "user": {
      const role = roleOf(repository, principal.account.login);
      if (alternatives.some((need) => reaches(role, need.role))) return;
      throw new GithubFault(403, "Must have write access to this repository.");
    }
    case "installation": {
      if (!inScope(principal, repository)) {
        if (readsOnly) return;
        throw forbiddenForApps();
      }
      if (alternatives.some((need) => hasPermission(principal, need.permission, need.level))) return;
      throw forbiddenForApps();
    }
  }
}
