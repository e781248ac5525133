/**
 * What a cloud would give Orion, on one machine: PostgreSQL, GitHub (the forge),
 * a model (a script where no key is set), and the environment that names them.
 * Orion itself is not in it: `world.ts` runs it in this process, the deploy host
 * runs it as a service.
 */
import { join, resolve } from "node:path";
import { runMigrations } from "../store/migrate/run-migrations.ts";
import { closers } from "../wiring/closers.ts";
import { migrationGate } from "../wiring/migration-gate.ts";
import { appIdentity } from "./app-identity.ts";
import { type Forge, startForge } from "./forge/start-forge.ts";
import { startScriptedModel } from "./model/server.ts";
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

export interface CloudOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** holds the PostgreSQL cluster; shared by every world of this checkout */
  readonly postgresDir: string;
  /** holds forge, mirrors and sandboxes of this world */
  readonly dataDir: string;
  /** name of the database, made when missing; ignored when DATABASE_URL is set */
  readonly database: string;
  /** the script that plays when no model key is set */
  readonly script: string;
  /** 0 for any */
  readonly forgePort: number;
  readonly onLine: (line: string) => void;
}

export interface Cloud {
  /** null when a real GitHub App is configured */
  readonly forge: Forge | null;
  readonly databaseUrl: string;
  readonly scripted: boolean;
  /** the variables a deployment would set, the caller's own among them; where Orion listens is not in it */
  readonly environment: Readonly<Record<string, string | undefined>>;
  stop(): Promise<void>;
}

/** The database is migrated; the forge does not know yet where Orion is (`forge.setWebhookUrl`). */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { env, dataDir, onLine } = options;
  const databaseUrl = env.DATABASE_URL || (await localDatabase(options));
  const gate = migrationGate({ allowed: [], onLine });
  await runMigrations({ connectionString: databaseUrl, directory: join(ROOT, "prisma/migrations"), onLine, gate });
  const opened = closers();
  try {
    const model = env.OPENAI_API_KEY ? null : await startScriptedModel({ script: options.script });
    if (model !== null) opened.push(() => model.close());
    const identity = await appIdentity(dataDir);
    const place = { dir: join(dataDir, "forge"), port: options.forgePort };
    const forge = env.APP_ID ? null : await startForge({ ...place, app: identity, webhookUrl: null });
    if (forge !== null) opened.push(() => forge.close());
    const setup = SETUP_VARIABLES.filter((name) => env[name]);
    const environment = {
      ...env,
      NODE_ENV: "development",
      ORION_ROLE: "all",
      HOST: "127.0.0.1",
      ORION_DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      ORION_SETUP_ENV: [env.ORION_SETUP_ENV, ...setup].filter(Boolean).join(","),
      ...(model === null ? {} : { OPENAI_BASE_URL: model.url, ORION_MODEL_SCRIPT: options.script }),
      ...(forge === null ? {} : appVariables(identity, forge)),
    };
    return { forge, databaseUrl, scripted: model !== null, environment, stop: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

async function localDatabase({ postgresDir, database, onLine }: CloudOptions): Promise<string> {
  const postgres = await ensurePostgres({ dataDir: postgresDir, onLine });
  await postgres.createDatabase(database);
  return postgres.connectionString(database);
}

function appVariables(identity: Awaited<ReturnType<typeof appIdentity>>, forge: Forge): Record<string, string> {
  return {
    APP_ID: String(identity.id),
    PRIVATE_KEY: identity.privateKey,
    WEBHOOK_SECRET: identity.webhookSecret,
    GITHUB_API_URL: forge.apiUrl,
  };
}
