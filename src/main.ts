/**
 * Wires the house: one process of Orion from a Config. The only place that
 * knows every room, and with the entries of `local` the only reader of the
 * environment.
 */
import { join, resolve } from "node:path";
import { type Config, ConfigError, loadConfig, secretsOf } from "./config.ts";
import { describeError, OrionError } from "./domain/errors.ts";
import type { Store } from "./domain/ports/store-port.ts";
import { wake } from "./evolution/incarnation.ts";
import { type GitHubApp, githubApp } from "./github/github-app.ts";
import { receiveWebhook } from "./intake/receive.ts";
import { doctorSummary, KEPT_AS } from "./policy/doctor/kept.ts";
import { judgePace } from "./policy/pace.ts";
import { liveRedactor } from "./policy/redaction.ts";
import { openStore } from "./store/open-store.ts";
import { type LoadedTool, loadTools, secretsOfTools } from "./tools/load-tools.ts";
import { openToolbox } from "./tools/open-toolbox.ts";
import { runPages } from "./web/run-page.ts";
import { type Readiness, startWeb, type Web } from "./web/server.ts";
import { toolsPage } from "./web/tools-page.ts";
import { closers } from "./wiring/closers.ts";
import { whoIAm } from "./wiring/open-evolution.ts";
import { isScripted } from "./wiring/open-model.ts";
import { openReadiness } from "./wiring/service/readiness.ts";
import { startPatiently } from "./wiring/service/start-patiently.ts";
import { asksForSetup } from "./wiring/setup/asks-for-setup.ts";
import { startSetup } from "./wiring/setup/start-setup.ts";
import { startWorker } from "./wiring/start-worker.ts";
import type { Surroundings } from "./wiring/surroundings.ts";

const NODE_MAJOR = 24;
/** A stop takes no longer in all, whatever hangs; hosts kill after thirty seconds. */
const STOP_MS = 20_000;
/** What is under way over HTTP has this much of it; the worker's share stands there. */
const WEB_STOP_MS = 4_000;
const ROOT = resolve(import.meta.dirname, "..");

export interface Orion {
  /** where this process listens; null for a worker */
  readonly url: string | null;
  readonly store: Store;
  /** where sandboxes live; null in a process that does no runs */
  readonly sandbox: "docker" | "process" | null;
  /** Not ready any more, takes nothing new, leaves what runs to whoever resumes it; at most 20 s. */
  stop(): Promise<void>;
}

/**
 * @throws OrionError CONFIG_MISSING naming the variables a role needs and how to get them
 * @throws OrionError of the room that cannot start
 */
export async function startOrion(
  config: Config,
  { env, tools: folder, onLine: tellOperator }: Surroundings,
): Promise<Orion> {
  assertNode();
  const needed = requireConfig(config);
  const tools = await loadTools(folder ?? join(ROOT, "src/tools"), env);
  const redactor = liveRedactor([...secretsOf(config), ...secretsOfTools(tools, env)]);
  const onLine = (line: string): void => tellOperator(redactor.clean(line));
  if (config.ORION_SETUP_TOKEN !== undefined) onLine("ORION_SETUP_TOKEN is of no more use: take it away");
  for (const { tool, missing } of tools.filter((one) => one.missing.length > 0))
    onLine(`${tool.name} is idle: set ${missing.join(", ")}`);
  const opened = closers();
  try {
    const memory = await openStore({
      connectionString: needed.databaseUrl,
      runConcurrency: config.ORION_CONCURRENCY,
      onLine,
    });
    opened.push(() => memory.close());
    const { store, queue } = memory;
    const app = githubApp({
      appId: needed.appId,
      privateKey: needed.privateKey,
      webhookSecret: needed.webhookSecret,
      baseUrl: config.GITHUB_API_URL,
      clean: redactor.clean,
      onSecret: redactor.learn,
      pace: (installation) =>
        store.amendSetting(`pace:${installation}`, (value) => {
          const { kept, waitMs } = judgePace(value, Date.now());
          return { value: kept, result: waitMs };
        }),
    });
    const toolbox = openToolbox({ tools, store, clean: redactor.clean, fetch });
    const awake: Awake = { ready: false, sandbox: null };
    const me = whoIAm(config, env, toolbox);
    const readiness = openReadiness({
      ...{ databaseUrl: needed.databaseUrl, store, memory, app, clean: redactor.clean, onLine },
      ...{ started: () => awake.ready, version: me.version, commit: me.commit },
    });
    const face = { app, store, tools, awake, readiness, onLine };
    const web = config.ORION_ROLE === "worker" ? null : await openWeb(config, needed, face);
    if (web !== null) opened.push(() => web.stop(WEB_STOP_MS));
    const life = await wake(store, me, onLine);
    const parts = { app, redactor, onLine, store, queue, webhookSecret: needed.webhookSecret, toolbox, life };
    if (config.ORION_ROLE !== "web") {
      const worker = await startPatiently(() => startWorker(config, env, parts), {
        mayWait: web !== null && config.NODE_ENV === "production",
        onStart: ({ home }) => Object.assign(awake, { sandbox: home.kind } satisfies Partial<Awake>),
        onLine,
      });
      opened.push(() => worker.stop());
    }
    await life.ready();
    awake.ready = true;
    opened.push(() => life.end());
    return {
      url: web?.url ?? null,
      store,
      sandbox: awake.sandbox,
      async stop(): Promise<void> {
        web?.drain();
        await opened.closeAll();
      },
    };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

interface Needed {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly databaseUrl: string;
}

function requireConfig(config: Config): Needed {
  const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, DATABASE_URL } = config;
  if (APP_ID === undefined || PRIVATE_KEY === undefined || WEBHOOK_SECRET === undefined || DATABASE_URL === undefined) {
    const missing = Object.entries({ APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, DATABASE_URL }).flatMap(([name, value]) =>
      value === undefined ? [name] : [],
    );
    throw new OrionError(
      "CONFIG_MISSING",
      `set ${missing.join(", ")}, or only ORION_PUBLIC_URL (in production an https one, and ORION_SETUP_TOKEN) and have the App registered on /setup (README, "Register the GitHub App"); or try everything on this machine with: npm run dev`,
      { missing },
    );
  }
  return { appId: APP_ID, privateKey: PRIVATE_KEY, webhookSecret: WEBHOOK_SECRET, databaseUrl: DATABASE_URL };
}

/** Filled in while this process starts: nobody is sent here before it can work. */
interface Awake {
  ready: boolean;
  sandbox: Orion["sandbox"];
}

interface WebParts {
  readonly app: GitHubApp;
  readonly store: Store;
  readonly tools: readonly LoadedTool[];
  readonly readiness: () => Promise<Readiness>;
  readonly awake: Awake;
  readonly onLine: (line: string) => void;
}

function openWeb(
  config: Config,
  { webhookSecret }: Needed,
  { app, store, tools, awake, readiness, onLine }: WebParts,
): Promise<Web> {
  return startWeb({
    host: config.HOST ?? (config.NODE_ENV === "production" ? "0.0.0.0" : "127.0.0.1"),
    port: config.PORT,
    webhooks: { verify: app.verify, receive: (webhook) => receiveWebhook(store, webhook) },
    readiness,
    status: async () => [
      "CodeMaestro: Orion is awake.",
      ...(await doctorLine(store)),
      isScripted(config) ? "A script plays the model." : `Model: ${config.ORION_MODEL}`,
      ...(awake.sandbox === null ? [] : [`Sandbox: ${awake.sandbox}`]),
    ],
    pages: [runPages(store, webhookSecret), toolsPage(tools.map(({ tool, missing }) => ({ ...tool, missing })))],
    onError: (error) => onLine(describeError(error)),
  });
}

/** How many things need somebody; what they are is not for everybody. */
async function doctorLine(store: Store): Promise<readonly string[]> {
  const line = doctorSummary(await store.setting(KEPT_AS), Date.now());
  return line === null ? [] : [line];
}

function assertNode(): void {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < NODE_MAJOR)
    throw new OrionError(
      "NODE_TOO_OLD",
      `Node ${process.versions.node} runs this; start it by npm (npm start), which brings Node ${NODE_MAJOR}`,
      { version: process.versions.node },
    );
}

/** `npm start`: runs until it is told to stop. */
async function main(): Promise<void> {
  const onLine = (line: string): void => console.log(line);
  let orion: Pick<Orion, "url" | "stop"> | null = null;
  try {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        // the first process of a container ignores a signal that it does not ask for
        if (orion === null) return process.exit(0);
        setTimeout(() => process.exit(1), STOP_MS).unref();
        orion.stop().then(
          () => process.exit(0),
          (error: unknown) => {
            console.error(describeError(error));
            process.exit(1);
          },
        );
      });
    }
    const config = loadConfig(process.env);
    const around = { env: process.env, onLine };
    orion = asksForSetup(config) ? await startSetup(config, around) : await startOrion(config, around);
    onLine(orion.url === null ? "Orion works" : `Orion listens on ${orion.url}`);
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : describeError(error));
    process.exit(1);
  }
}

if (import.meta.main) await main();
