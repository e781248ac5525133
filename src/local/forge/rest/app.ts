/**
 * The App speaking of itself: installations, tokens, its webhook and deliveries.
 */
import { randomBytes } from "node:crypto";
import { sha256 } from "../auth/principal.ts";
import { GithubFault, notFound } from "../fault.ts";
import type { DeliveryRecord, InstallationRecord, Permissions, RepositoryRecord } from "../state/records.ts";
import { now, type World } from "../world.ts";
import { type Answer, findRepository, pageOf, type Route, route } from "./route.ts";
import { appShape, installationShape, permissionsOf } from "./shape/app.ts";
import { repositoryShape } from "./shape/repository.ts";
import type { Schemas } from "./shape/schemas.ts";

type ListedInstallation = Answer<"apps/list-installations">["body"][number];

const TOKEN_LIFE_MS = 3_600_000;

export const appRoutes: readonly Route[] = [
  route("apps/get-authenticated", "app", ({ world }) => ({ status: 200, body: appShape(world) })),
  route("apps/get-by-slug", "anyone", ({ world, path }) => {
    if (path.app_slug !== world.app.slug) throw notFound();
    return { status: 200, body: appShape(world) };
  }),
  route("apps/create-from-manifest", "anyone", ({ world, path }) => {
    const { app, hookUrl, pem, clientId, clientSecret } = world.registrations.handOver(path.code);
    world.adopt(app);
    world.webhook.setUrl(hookUrl);
    const secrets = { client_id: clientId, client_secret: clientSecret, webhook_secret: app.webhookSecret, pem };
    return { status: 201, body: { ...appShape(world), ...secrets } };
  }),
  route("apps/list-installations", "app", (call) => {
    // GitHub's types give this list an account that is a user and an enterprise at once; the contract checks the answer.
    const shape = (one: InstallationRecord) => installationShape(call.world, one) as unknown as ListedInstallation;
    return pageOf(call, call.world.state.installations.all(), shape);
  }),
  route("apps/get-installation", "app", ({ world, path }) => ({
    status: 200,
    body: installationShape(world, installationAt(world, path.installation_id)),
  })),
  route("apps/get-repo-installation", "app", ({ world, path }) => {
    const repository = findRepository(world, path.owner, path.repo);
    const installation = world.state.installations.find((one) => one.accountId === repository?.ownerId);
    if (repository?.installed !== true || installation === undefined) throw notFound();
    return { status: 200, body: installationShape(world, installation) };
  }),
  route("apps/create-installation-access-token", "app", ({ world, path, body }) => {
    const installation = installationAt(world, path.installation_id);
    const chosen = chosenRepositories(world, installation, body?.repository_ids, body?.repositories);
    const permissions = narrowed(world.app.permissions, body?.permissions);
    return { status: 201, body: mint(world, installation, chosen, permissions) };
  }),
  route("apps/list-repos-accessible-to-installation", "installation", (call) => {
    const { world, principal } = call;
    if (principal.kind !== "installation") throw notFound();
    const all = covered(world, principal.ownerId).filter(
      (one) => principal.repositoryIds === null || principal.repositoryIds.includes(one.id),
    );
    const page = pageOf(call, all, (one) => repositoryShape(world, one));
    return { ...page, body: { total_count: all.length, repositories: page.body, repository_selection: "selected" } };
  }),
  route("apps/get-webhook-config-for-app", "app", ({ world }) => ({ status: 200, body: hookConfig(world) })),
  route("apps/update-webhook-config-for-app", "app", ({ world, body }) => {
    if (body.url !== undefined) world.webhook.setUrl(body.url);
    return { status: 200, body: hookConfig(world) };
  }),
  route("apps/list-webhook-deliveries", "app", (call) => {
    const done = call.world.state.deliveries.where((one) => one.outcome !== null).toReversed();
    const cursor = call.query.cursor === undefined ? Number.POSITIVE_INFINITY : Number(call.query.cursor);
    const rest = done.filter((one) => one.id <= cursor);
    const next = rest[call.page.size];
    const body = rest.slice(0, call.page.size).map(deliveryItem);
    return { status: 200, body, ...(next === undefined ? {} : { nextCursor: next.id }) };
  }),
  route("apps/get-webhook-delivery", "app", ({ world, path }) => ({
    status: 200,
    body: deliveryShape(deliveryAt(world, Number(path.delivery_id))),
  })),
  route("apps/redeliver-webhook-delivery", "app", ({ world, path }) => {
    world.webhook.attempt(deliveryAt(world, Number(path.delivery_id)).id);
    return { status: 202, body: {} };
  }),
];

function installationAt(world: World, id: number): InstallationRecord {
  const installation = world.state.installations.get(id);
  if (installation === undefined) throw notFound();
  return installation;
}

function covered(world: World, ownerId: number): readonly RepositoryRecord[] {
  return world.state.repositories.where((one) => one.installed && one.ownerId === ownerId);
}

function chosenRepositories(
  world: World,
  installation: InstallationRecord,
  ids: readonly number[] | undefined,
  names: readonly string[] | undefined,
): readonly RepositoryRecord[] | null {
  if (ids === undefined && names === undefined) return null;
  const all = covered(world, installation.accountId);
  const chosen = all.filter((one) => ids?.includes(one.id) === true || names?.includes(one.name) === true);
  if (chosen.length < Math.max(ids?.length ?? 0, names?.length ?? 0)) {
    throw new GithubFault(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  }
  return chosen;
}

function narrowed(granted: Permissions, asked: Readonly<Record<string, unknown>> | undefined): Permissions {
  if (asked === undefined) return granted;
  const pairs = Object.entries(asked).flatMap(([name, level]) =>
    level === "read" || level === "write" ? [[name, level] as const] : [],
  );
  for (const [name, level] of pairs) {
    const has = name === "metadata" ? "read" : granted[name];
    if (has === undefined || (level === "write" && has === "read")) {
      throw new GithubFault(422, "The permissions requested are not granted to this installation.");
    }
  }
  return { metadata: "read", ...Object.fromEntries(pairs) };
}

/** Long and with dots, as GitHub's have been since April 2026: what looks for 40 characters misses it. */
function tokenText(appId: number): string {
  const part = (bytes: number): string => randomBytes(bytes).toString("base64url");
  return `ghs_${appId}_${part(48)}.${part(180)}.${part(256)}`;
}

function mint(
  world: World,
  installation: InstallationRecord,
  chosen: readonly RepositoryRecord[] | null,
  permissions: Permissions,
): Schemas["installation-token"] {
  for (const old of world.state.tokens.where((one) => Date.parse(one.expiresAt) < Date.now())) {
    world.state.tokens.remove(old.id);
  }
  const token = tokenText(world.app.id);
  const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS).toISOString().replace(/\.\d+Z$/, "Z");
  world.state.tokens.put({
    id: world.state.nextId(),
    sha256: sha256(token),
    installationId: installation.id,
    repositoryIds: chosen?.map((one) => one.id) ?? null,
    permissions,
    expiresAt,
  });
  return {
    token,
    expires_at: expiresAt,
    permissions: permissionsOf(permissions),
    repository_selection: "selected",
    ...(chosen === null ? {} : { repositories: chosen.map((one) => repositoryShape(world, one)) }),
  };
}

function hookConfig(world: World): Schemas["webhook-config"] {
  const url = world.webhook.url();
  return { ...(url === null ? {} : { url }), content_type: "json", insecure_ssl: "0", secret: "********" };
}

function deliveryAt(world: World, id: number): DeliveryRecord {
  const delivery = world.state.deliveries.get(id);
  if (delivery === undefined) throw notFound();
  return delivery;
}

function deliveryItem(delivery: DeliveryRecord): Schemas["hook-delivery-item"] {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.createdAt,
    redelivery: delivery.redelivery,
    duration: (delivery.outcome?.durationMs ?? 0) / 1000,
    status: delivery.outcome?.status ?? "pending",
    status_code: delivery.outcome?.statusCode ?? 0,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function deliveryShape(delivery: DeliveryRecord): Schemas["hook-delivery"] {
  const { outcome } = delivery;
  return {
    ...deliveryItem(delivery),
    id: delivery.id,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    url: outcome?.url ?? "",
    request: { headers: { ...outcome?.requestHeaders }, payload: JSON.parse(delivery.body) },
    response: { headers: { ...outcome?.responseHeaders }, payload: outcome?.responseBody ?? null },
  };
}

/** Installs the App for an owner, once. */
export function installFor(world: World, accountId: number): InstallationRecord {
  return (
    world.state.installations.find((one) => one.accountId === accountId) ??
    world.state.installations.put({ id: world.state.nextId(), accountId, createdAt: now() })
  );
}
