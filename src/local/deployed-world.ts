/**
 * The cloud for one machine with Orion deployed on it as a service: what the
 * default branch of the forge holds is what runs, and a merge replaces it.
 */
import { join, resolve } from "node:path";
import type { Store } from "../domain/ports/store-port.ts";
import { openStore } from "../store/open-store.ts";
import { closers } from "../wiring/closers.ts";
import { type Cloud, type CloudOptions, startCloud } from "./cloud.ts";
import { type DeployHost, startDeployHost } from "./deploy/deploy-host.ts";
import { type LocalSlack, startSlack } from "./slack.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const NODE = process.execPath;
const FIRST_DEPLOY_MS = 180_000;

/** Orion's own repository in the forge. */
export interface OwnRepository {
  /** the bare repository on disk */
  readonly path: string;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
}

export interface DeployedWorld extends Omit<Cloud, "environment"> {
  readonly host: DeployHost;
  readonly slack: LocalSlack;
  /** the memory of whichever Orion is live */
  readonly store: Store;
}

/**
 * @param settle puts Orion's own repository into the forge before anything is deployed
 * @returns once the default branch is live
 */
export async function startDeployedWorld(
  options: CloudOptions,
  settle: (cloud: Cloud) => Promise<OwnRepository>,
): Promise<DeployedWorld> {
  const opened = closers();
  try {
    const cloud = await startCloud(options);
    opened.push(() => cloud.stop());
    const slack = await startSlack();
    opened.push(() => slack.close());
    const { owner, name, path, defaultBranch } = await settle(cloud);
    const memory = await openStore({ connectionString: cloud.databaseUrl, onLine: options.onLine });
    opened.push(() => memory.close());
    const host = await startDeployHost({
      repository: path,
      slug: `${owner}/${name}`,
      branch: defaultBranch,
      dataDir: join(options.dataDir, "host"),
      build: [[NODE, "scripts/generate.ts"]],
      preDeploy: [NODE, "src/store/migrate/main.ts"],
      start: [NODE, "src/main.ts"],
      env: { ...cloud.environment, ...slack.settings, ORION_REPOSITORY: `${owner}/${name}` },
      seed: ROOT,
      onLine: options.onLine,
    });
    opened.push(() => host.close());
    cloud.forge?.setWebhookUrl(`${host.url}/api/github/webhooks`);
    await host.waitForFirst(FIRST_DEPLOY_MS);
    return { ...cloud, host, slack, store: memory.store, stop: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}
