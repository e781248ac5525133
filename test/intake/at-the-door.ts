/** A forge, a store and the web server, wired as a start does: webhooks go all the way to the store and back. */

import { execFile } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { GitHub } from "../../src/domain/ports/github-port.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import type { Reviews } from "../../src/domain/ports/threads-port.ts";
import type { Repository } from "../../src/domain/task.ts";
import { githubApp } from "../../src/github/github-app.ts";
import { handleDelivery } from "../../src/intake/handle-delivery.ts";
import { receiveWebhook } from "../../src/intake/receive.ts";
import { asPerson, type Person } from "../../src/local/forge/person.ts";
import { type Forge, startForge } from "../../src/local/forge/start-forge.ts";
import { startWeb } from "../../src/web/server.ts";
import { KEY } from "../github/app-key.ts";
import { openTestStore } from "../support/postgres.ts";
import { REST } from "./github-double.ts";

const run = promisify(execFile);
const SECRET = "a-secret-of-at-least-32-characters!";
export const PLACE = { owner: "acme", repo: "web" };

export interface Door {
  readonly forge: Forge;
  readonly store: Store;
  readonly github: GitHub & Reviews;
  readonly repository: Repository;
  /** Pushes one new file as that person, on a new branch. */
  push(login: string, branch: string, file: string): Promise<void>;
  /** acts as that person */
  person(login: string): Person;
  /** Waits until every webhook is delivered and every delivery is handled. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function openDoor(): Promise<Door> {
  const dir = await mkdtemp(join(tmpdir(), "forge-"));
  const { store, queue, close: closeStore } = await openTestStore();
  const publicKey = createPublicKey(KEY).export({ type: "spki", format: "pem" }).toString();
  const app = { id: 4242, slug: "orion-app", webhookSecret: SECRET, publicKey };
  const forge = await startForge({ dir, app, webhookUrl: null });
  const { github, verify } = githubApp({
    appId: app.id,
    privateKey: KEY,
    webhookSecret: SECRET,
    baseUrl: forge.apiUrl,
    clean: (text) => text,
    onSecret: () => {},
  });
  const under = new Set<string>();
  const web = await startWeb({
    host: "127.0.0.1",
    port: 0,
    webhooks: {
      verify,
      receive: async (webhook) => {
        const known = under.has(webhook.guid);
        under.add(webhook.guid);
        const stored = await receiveWebhook(store, webhook);
        // what is stored already was handed out already
        if (stored === "duplicate" && !known) under.delete(webhook.guid);
        return stored;
      },
    },
    readiness: async () => ({ ready: await store.ping(), checks: {} }),
    status: async () => [],
    onError: () => {},
  });
  const emptied: (() => void)[] = [];
  await queue.work({
    delivery: async (guid) => {
      await handleDelivery({ store, github, ...REST }, guid);
      under.delete(guid);
      if (under.size === 0) for (const tell of emptied.splice(0)) tell();
    },
    run: async () => {},
  });
  forge.setWebhookUrl(`${web.url}/api/github/webhooks`);
  const collaborators = { ada: "write", bob: "read" } as const;
  const made = await forge.addRepository({
    ...PLACE,
    name: PLACE.repo,
    collaborators,
    files: { "README.md": "# web\n" },
  });
  const repository = { id: made.id, installationId: made.installationId ?? 0, owner: PLACE.owner, name: PLACE.repo };
  return {
    forge,
    store,
    github,
    repository,
    person: (login) => asPerson(forge, forge.addUser({ login }).token),
    push: async (login, branch, file) => {
      const work = join(dir, "work");
      const git = (...argv: string[]) =>
        run("git", ["-C", work, "-c", `user.name=${login}`, "-c", "user.email=x@x", ...argv]);
      await run("git", ["clone", "--quiet", made.cloneUrl(forge.addUser({ login }).token), work]);
      await git("switch", "--quiet", "--create", branch);
      await writeFile(join(work, file), "x\n");
      await git("add", file);
      await git("commit", "--quiet", "--message", file);
      await git("push", "--quiet", "origin", branch);
    },
    settled: async () => {
      await forge.flush();
      if (under.size > 0) await new Promise<void>((resolve) => emptied.push(resolve));
    },
    close: async () => {
      await web.stop(1_000);
      await forge.close();
      await closeStore();
      await rm(dir, { recursive: true });
    },
  };
}
