/**
 * GitHub's own types for what it answers, and the addresses in them.
 */
import type { components } from "@octokit/openapi-types";
import type { RepositoryRecord } from "../../state/records.ts";
import type { World } from "../../world.ts";

export type Schemas = components["schemas"];

/** @param path from the API's root, e.g. `/user` */
export function apiUrl(world: World, path: string): string {
  return `${world.url()}/api/v3${path}`;
}

/** @param path below the repository, e.g. `/issues/1`; "" for the repository itself */
export function repositoryApiUrl(world: World, repository: RepositoryRecord, path: string): string {
  return apiUrl(world, `/repos/${repository.owner}/${repository.name}${path}`);
}

/** @param path below the repository's web page */
export function repositoryUrl(world: World, repository: RepositoryRecord, path: string): string {
  return `${world.url()}/${repository.owner}/${repository.name}${path}`;
}
