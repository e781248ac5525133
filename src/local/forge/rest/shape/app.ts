/**
 * The App and its installations as GitHub shows them.
 */

import { nodeId } from "../../state/node-id.ts";
import type { InstallationRecord, Permissions } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { accountById, userById } from "./account.ts";
import { apiUrl, type Schemas } from "./schemas.ts";

export function appShape(world: World): NonNullable<Schemas["integration"]> {
  const { id, slug, permissions, events, createdAt } = world.app;
  return {
    id,
    slug,
    node_id: nodeId("app", id),
    owner: userById(world, world.bot.id),
    name: slug,
    description: null,
    external_url: world.url(),
    html_url: `${world.url()}/apps/${slug}`,
    created_at: createdAt,
    updated_at: createdAt,
    permissions: { ...permissions },
    events: [...events],
  };
}

export function installationShape(world: World, installation: InstallationRecord): Schemas["installation"] {
  const account = accountById(world, installation.accountId);
  return {
    id: installation.id,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.type,
    account: userById(world, account.id),
    single_file_name: null,
    repository_selection: "selected",
    access_tokens_url: apiUrl(world, `/app/installations/${installation.id}/access_tokens`),
    repositories_url: apiUrl(world, "/installation/repositories"),
    html_url: `${world.url()}/settings/installations/${installation.id}`,
    events: [...world.app.events],
    permissions: permissionsOf(world.app.permissions),
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    suspended_by: null,
    suspended_at: null,
  };
}

/** GitHub has one type for each permission; ours are words, checked when the App was described. */
export function permissionsOf(permissions: Permissions): Schemas["app-permissions"] {
  return permissions as Schemas["app-permissions"];
}
