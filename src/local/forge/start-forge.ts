/**
 * A GitHub for one machine: REST, GraphQL, webhooks and real git behind one
 * HTTP server on the loopback address. It forgets nothing between starts on the
 * same folder, and it is never part of a deployed Orion.
 */

import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { OrionError } from "../../domain/errors.ts";
import { remember } from "../../git/remember.ts";
import { readManifest } from "../../github/registration/manifest.ts";
import type { Delivery, Forge, ForgeOptions, ForgeRepository } from "./forge.ts";
import { installHooks } from "./git/hooks.ts";
import { findBackend } from "./git/http-backend.ts";
import { closeObjects } from "./git/objects.ts";
import { branchHead } from "./git/read.ts";
import { addAccount, addRepository, importInto, prepareDir, tellDeployment } from "./manage.ts";
import { readContract } from "./openapi/contract.ts";
import { clickAction, reportCheck, wishesOf } from "./other-apps.ts";
import { registrations } from "./register/registrations.ts";
import { installFor } from "./rest/app.ts";
import { findRepository } from "./rest/route.ts";
import { createForgeServer } from "./server.ts";
import type { DeliveryRecord, RepositoryRecord } from "./state/records.ts";
import { openState, type State } from "./state/state.ts";
import { createWebhooks, type Webhooks } from "./webhooks/webhooks.ts";
import { type AppIdentity, now, queuePerKey, type World } from "./world.ts";

export type { Delivery, Forge, ForgeOptions, ForgeRepository, ForgeUser } from "./forge.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
const PULLS_KEPT = 200;
const MANIFEST = resolve(import.meta.dirname, "../../../app.yml");

/**
 * Starts the forge and delivers what an earlier one left waiting.
 * @throws OrionError FORGE_ADDRESS when told to listen beyond this machine or where the port is taken,
 *   FORGE_KEY when the App's key cannot be read
 */
export async function startForge(options: ForgeOptions): Promise<Forge> {
  const host = options.host ?? "127.0.0.1";
  if (!LOOPBACK.has(host)) {
    throw new OrionError("FORGE_ADDRESS", `the forge has no place on ${host}; use 127.0.0.1`, { host });
  }
  const dir = resolve(options.dir);
  const { projectRoot } = prepareDir(dir);
  const state = openState(dir);
  if (options.webhookUrl !== null) state.saveSetting("webhook-url", options.webhookUrl);
  const address = { url: "" };
  const { world, webhooks } = assemble(options, state, projectRoot, address);
  const git = { backend: await findBackend(), hooksPath: installHooks(dir) };
  const server = createForgeServer(world, git, options.onLine ?? (() => undefined));
  const port = await listen(server, host, options.port ?? 0);
  const url = `http://${host === "::1" ? "[::1]" : host}:${port}`;
  address.url = url;
  webhooks.resume(world);
  return {
    ...fillers(world),
    url,
    apiUrl: `${url}/api/v3`,
    port,
    get appSlug() {
      return world.app.slug;
    },
    setWebhookUrl: world.webhook.setUrl,
    deliveries: () => state.deliveries.all().map(deliveryView),
    redeliver: (guid) => {
      const earlier = state.deliveries.find((one) => one.guid === guid);
      if (earlier === undefined) throw new OrionError("FORGE_DELIVERY", `no delivery has the GUID ${guid}`, { guid });
      webhooks.attempt(world, earlier.id);
    },
    flush: webhooks.flush,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await webhooks.close();
      await closeObjects(projectRoot);
      state.close();
    },
  };
}

function assemble(
  options: ForgeOptions,
  state: State,
  projectRoot: string,
  address: { readonly url: string },
): { readonly world: World; readonly webhooks: Webhooks } {
  const url = (): string | null => state.setting("webhook-url") || null;
  const webhooks = createWebhooks(url, options.onLine ?? (() => undefined));
  let app = identity(options, state);
  let bot = botAccount(app.slug, state);
  const world: World = {
    state,
    get app() {
      return app;
    },
    get bot() {
      return bot;
    },
    registrations: registrations(state.nextId),
    adopt: (registered) => {
      app = registered;
      bot = botAccount(registered.slug, state);
    },
    contract: options.contract ?? readContract(),
    pulls: remember(PULLS_KEPT),
    projectRoot,
    url: () => address.url,
    tell: (happening) => webhooks.tell(world, happening),
    exclusively: queuePerKey(),
    webhook: {
      url,
      setUrl: (target) => state.saveSetting("webhook-url", target ?? ""),
      attempt: (deliveryId) => webhooks.attempt(world, deliveryId),
    },
  };
  return { world, webhooks };
}

function listen(server: ReturnType<typeof createForgeServer>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(new OrionError("FORGE_ADDRESS", `port ${port} cannot be used; pick another`, { host, port }, cause));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function identity(options: ForgeOptions, state: State): AppIdentity {
  const { id, slug, webhookSecret, privateKey, publicKey, permissions, events } = options.app;
  const manifest = readManifest(readFileSync(MANIFEST, "utf8"));
  const createdAt = state.setting("app-created") ?? now();
  state.saveSetting("app-created", createdAt);
  const granted = { metadata: "read", ...(permissions ?? manifest.default_permissions) } as const;
  return {
    id,
    slug,
    webhookSecret,
    publicKey: keyOf(publicKey ?? privateKey),
    permissions: granted,
    events: events ?? manifest.default_events,
    createdAt,
  };
}

function keyOf(pem: string | undefined): KeyObject {
  try {
    return createPublicKey(pem ?? "");
  } catch (cause) {
    throw new OrionError("FORGE_KEY", "the App's key is no PEM key; give app.privateKey or app.publicKey", {}, cause);
  }
}

function botAccount(slug: string, state: State): World["bot"] {
  const login = `${slug}[bot]`;
  const known = state.accounts.find((one) => one.login === login);
  return known ?? state.accounts.put({ id: state.nextId(), login, type: "Bot", token: null, createdAt: now() });
}

function fillers(
  world: World,
): Omit<
  Forge,
  "url" | "apiUrl" | "port" | "appSlug" | "setWebhookUrl" | "deliveries" | "redeliver" | "flush" | "close"
> {
  const here = ({ owner, name }: { readonly owner: string; readonly name: string }): RepositoryRecord => {
    const repository = findRepository(world, owner, name);
    if (repository !== undefined) return repository;
    throw new OrionError("FORGE_REPOSITORY", `${owner}/${name} is not here`, { owner, name });
  };
  const view = (repository: RepositoryRecord): ForgeRepository => ({
    id: repository.id,
    path: repository.path,
    installationId: repository.installed ? installFor(world, repository.ownerId).id : null,
    cloneUrl: (token) => {
      const target = new URL(`${world.url()}/${repository.owner}/${repository.name}.git`);
      if (token !== undefined) Object.assign(target, { username: "x-access-token", password: token });
      return target.href;
    },
  });
  return {
    addUser: ({ login, type }) => {
      const { id, token } = addAccount(world, login, type ?? "User");
      if (token === null) throw new OrionError("FORGE_ACCOUNT", `${login} is the App's own account`, { login });
      return { id, login, token };
    },
    hasRepository: (owner, name) => findRepository(world, owner, name) !== undefined,
    addRepository: async (given) => view(await addRepository(world, given)),
    importRepository: async ({ from, ref, as, ...given }) => {
      const repository = await addRepository(world, { ...given, defaultBranch: as ?? given.defaultBranch ?? "main" });
      const isEmpty = (await branchHead(repository.path, repository.defaultBranch)) === null;
      if (isEmpty) await importInto(world, repository, from, ref ?? "HEAD");
      return view(repository);
    },
    tellDeployment: (place, told) => tellDeployment(world, here(place), addAccount(world, place.by), told),
    reportCheck: (place, told) => reportCheck(world, here(place), addAccount(world, place.by), told),
    clickAction: (place, click) => clickAction(world, here(place), addAccount(world, place.by), click),
    wishes: (place) => wishesOf(world, here(place)),
  };
}

function deliveryView(record: DeliveryRecord): Delivery {
  const { id, guid, event, action, repositoryId, redelivery, outcome } = record;
  const told = { statusCode: outcome?.statusCode ?? null, status: outcome?.status ?? "waiting" };
  const durationMs = outcome?.durationMs ?? null;
  return { id, guid, event, action, repositoryId, redelivery, payload: JSON.parse(record.body), ...told, durationMs };
}
