/**
 * Everything that replaces the cloud on one machine, and Orion in the middle:
 * PostgreSQL, a forge with real git, a scripted model where no key is set.
 */
import { join, resolve } from "node:path";
import { loadConfig } from "../config.ts";
import { type Orion, startOrion } from "../main.ts";
import { runMigrations } from "../store/migrate/run-migrations.ts";
import { closers } from "../wiring/closers.ts";
import { migrationGate } from "../wiring/migration-gate.ts";
import { appIdentity } from "./app-identity.ts";
import { type Forge, startForge } from "./forge/start-forge.ts";
import { type ScriptedModel, startScriptedModel } from "./model/server.ts";
import { ensurePostgres } from "./postgres/ensure-postgres.ts";

const ROOT = resolve(import.meta.dirname, "../..");
export const DEMO_SCRIPT = join(ROOT, "src/local/demo/script/slack-tool.jsonl");

/** What the set-up of a repository may need to reach a registry; never a secret. */
const SETUP_VARIABLES = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "PIP_CERT",
];

export interface LocalWorldOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** holds the PostgreSQL cluster; shared by every world of this checkout */
  readonly postgresDir: string;
  /** holds forge, mirrors and sandboxes of this world */
  readonly dataDir: string;
  /** name of the database, made when missing; ignored when DATABASE_URL is set */
  readonly database: string;
  /** the script that plays when no model key is set */
  readonly script: string;
  /** ports of Orion and the forge; 0 for any */
  readonly ports: { readonly orion: number; readonly forge: number };
  readonly onLine: (line: string) => void;
}

export interface LocalWorld {
  readonly orion: Orion;
  /** null when a real GitHub App is configured */
  readonly forge: Forge | null;
  readonly databaseUrl: string;
  readonly scripted: boolean;
  stop(): Promise<void>;
}

export async function startLocalWorld(options: LocalWorldOptions): Promise<LocalWorld> {
  const { env, dataDir, onLine } = options;
  const databaseUrl = env.DATABASE_URL || (await localDatabase(options));
  const gate = migrationGate({ allowed: [], onLine });
  await runMigrations({ connectionString: databaseUrl, directory: join(ROOT, "prisma/migrations"), onLine, gate });
  const opened = closers();
  try {
    const model = env.OPENAI_API_KEY ? null : await startScriptedModel({ script: options.script });
    if (model !== null) opened.push(() => model.close());
    const identity = await appIdentity(dataDir);
    const place = { dir: join(dataDir, "forge"), port: options.ports.forge };
    const forge = env.APP_ID ? null : await startForge({ ...place, app: identity, webhookUrl: null });
    if (forge !== null) opened.push(() => forge.close());
    const app = forge === null ? null : { forge, identity };
    const config = loadConfig({ ...env, ...surroundings(options, databaseUrl, model, app) });
    const orion = await startOrion(config, { env, onLine });
    opened.push(() => orion.stop());
    if (forge !== null && orion.url !== null) forge.setWebhookUrl(`${orion.url}/api/github/webhooks`);
    return { orion, forge, databaseUrl, scripted: model !== null, stop: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

async function localDatabase({ postgresDir, database, onLine }: LocalWorldOptions): Promise<string> {
  const postgres = await ensurePostgres({ dataDir: postgresDir, onLine });
  await postgres.createDatabase(database);
  return postgres.connectionString(database);
}

interface LocalApp {
  readonly forge: Forge;
  readonly identity: Awaited<ReturnType<typeof appIdentity>>;
}

/** The variables that a deployment would set; the caller's own win where they may. */
function surroundings(
  { env, dataDir, script, ports }: LocalWorldOptions,
  databaseUrl: string,
  model: ScriptedModel | null,
  app: LocalApp | null,
): Readonly<Record<string, string | undefined>> {
  const setup = SETUP_VARIABLES.filter((name) => env[name]);
  return {
    NODE_ENV: "development",
    ORION_ROLE: "all",
    HOST: "127.0.0.1",
    PORT: String(ports.orion),
    ...(ports.orion === 0 || env.ORION_PUBLIC_URL ? {} : { ORION_PUBLIC_URL: `http://127.0.0.1:${ports.orion}` }),
    ORION_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    ORION_SETUP_ENV: [env.ORION_SETUP_ENV, ...setup].filter(Boolean).join(","),
    ...(model === null ? {} : { OPENAI_BASE_URL: model.url, ORION_MODEL_SCRIPT: script }),
    ...(app === null
      ? {}
      : {
          APP_ID: String(app.identity.id),
          PRIVATE_KEY: app.identity.privateKey,
          WEBHOOK_SECRET: app.identity.webhookSecret,
          GITHUB_API_URL: app.forge.apiUrl,
        }),
  };
}
