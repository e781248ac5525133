/** The whole of it in one process: a cloud for one machine, and Orion in the middle. */
import { loadConfig } from "../config.ts";
import { type Orion, startOrion } from "../main.ts";
import { closers } from "../wiring/closers.ts";
import { type Cloud, type CloudOptions, startCloud } from "./cloud.ts";

export interface LocalWorldOptions extends CloudOptions {
  /** where Orion listens; 0 for any */
  readonly orionPort: number;
}

export interface LocalWorld extends Pick<Cloud, "forge" | "databaseUrl" | "scripted"> {
  readonly orion: Orion;
  stop(): Promise<void>;
}

export async function startLocalWorld(options: LocalWorldOptions): Promise<LocalWorld> {
  const { env, orionPort, onLine } = options;
  const opened = closers();
  try {
    const cloud = await startCloud(options);
    opened.push(() => cloud.stop());
    const { forge, databaseUrl, scripted } = cloud;
    const config = loadConfig({
      ...cloud.environment,
      PORT: String(orionPort),
      ...(orionPort === 0 || env.ORION_PUBLIC_URL ? {} : { ORION_PUBLIC_URL: `http://127.0.0.1:${orionPort}` }),
    });
    const orion = await startOrion(config, { env, onLine });
    opened.push(() => orion.stop());
    if (forge !== null && orion.url !== null) forge.setWebhookUrl(`${orion.url}/api/github/webhooks`);
    return { orion, forge, databaseUrl, scripted, stop: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}
