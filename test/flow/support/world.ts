/**
 * Everything around one small repository, all of it real but the model: forge,
 * PostgreSQL, git, webhooks over HTTP, Orion. One call starts it; when the test
 * is over it is stopped, and nothing may have been left behind.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../src/config.ts";
import type { Run, Task } from "../../../src/domain/task.ts";
import { readContract } from "../../../src/local/forge/openapi/contract.ts";
import { type Forge, startForge } from "../../../src/local/forge/start-forge.ts";
import type { ScriptSource } from "../../../src/local/model/script-file.ts";
import { type ScriptedModel, startScriptedModel } from "../../../src/local/model/server.ts";
import { type Orion, startOrion } from "../../../src/main.ts";
import { testDatabase } from "../../support/postgres.ts";
import { ask } from "./database.ts";
import { findLeftovers, processesIn } from "./leftovers.ts";
import { makeProject, type Project, type ProjectOptions } from "./project.ts";
import { until } from "./until.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
export const WEBHOOK_SECRET = randomBytes(32).toString("hex");
const contract = readContract();
const APP = { id: 4_242, slug: "orion", privateKey, webhookSecret: WEBHOOK_SECRET };
const WEBHOOKS = "/api/github/webhooks";

export interface WorldOptions {
  readonly script: ScriptSource;
  readonly project?: ProjectOptions;
  /** web: runs are done by workers that the test starts */
  readonly role?: "all" | "web";
  /** folder of Orion's tools, when it shall not have its own */
  readonly tools?: string;
  /** more variables of Orion's */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface World {
  readonly forge: Forge;
  readonly model: ScriptedModel;
  readonly orion: Orion;
  readonly project: Project;
  readonly dataDir: string;
  /** what Orion was started with, for another process of it */
  readonly variables: Readonly<Record<string, string>>;
  /** what Orion told its operator */
  readonly lines: readonly string[];
  webhookUrl(): string;
  addProject(options: ProjectOptions): Promise<Project>;
  /** One more process of Orion, inside this one. */
  startAnother(variables: Readonly<Record<string, string>>): Promise<Orion>;
  task(issue: number, project?: Project): Promise<Task | null>;
  /** The run of an issue once it has ended and its living comment says so. */
  ended(
    issue: number,
    facts?: { readonly run?: number; readonly project?: Project; readonly deadlineMs?: number },
  ): Promise<Run>;
  /** As if the seconds were over after which a silent worker counts as dead. */
  missHeartbeats(): Promise<void>;
  /** As if the pause were over after which a failed job is tried again. */
  skipPauses(): Promise<void>;
  /** Every webhook is delivered and handled, and no check waits or is in hand. */
  settled(): Promise<void>;
  /** Stops everything; @returns what was left behind, in words */
  stop(): Promise<readonly string[]>;
  /** The database is of no more use. */
  forget(): Promise<void>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), "orion-flow-"));
  const database = await testDatabase();
  const model = await startScriptedModel({ script: options.script });
  const forge = await startForge({ dir: join(dataDir, "forge"), app: APP, webhookUrl: null, contract });
  const project = await makeProject(forge, options.project);
  const variables = {
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    PORT: "0",
    ORION_ROLE: options.role ?? "all",
    ORION_DATA_DIR: dataDir,
    DATABASE_URL: database.connectionString,
    APP_ID: String(APP.id),
    PRIVATE_KEY: APP.privateKey,
    WEBHOOK_SECRET,
    GITHUB_API_URL: forge.apiUrl,
    OPENAI_BASE_URL: model.url,
    ORION_MODEL_SCRIPT: "given by the test",
    ORION_SANDBOX: "process",
    ORION_SANDBOX_DIR: join(dataDir, "sandboxes"),
    ORION_HUNKS: "0",
    ORION_MAX_TRIES: "8",
    // the forge bears any pace, and what the pace is has tests of its own
    ORION_COMMENT_SECONDS: "0.5",
    ...options.variables,
  };
  const lines: string[] = [];
  const projects = [project];
  const orions: Orion[] = [];
  const start = async (more: Readonly<Record<string, string>>): Promise<Orion> => {
    const env = { PATH: process.env.PATH };
    const around = { env, onLine: (line: string) => lines.push(line), ...(options.tools && { tools: options.tools }) };
    const one = await startOrion(loadConfig({ ...variables, ...more }), around);
    orions.push(one);
    return one;
  };
  const orion = await start({});
  forge.setWebhookUrl(`${orion.url}${WEBHOOKS}`);
  return {
    ...{ forge, model, orion, project, dataDir, variables, lines },
    webhookUrl: () => `${orion.url}${WEBHOOKS}`,
    addProject: async (more) => {
      const added = await makeProject(forge, more);
      projects.push(added);
      return added;
    },
    startAnother: start,
    task: (issue, at = project) => orion.store.taskByIssue(at.repository.id, issue),
    ended: (issue, facts = {}) => waitForEnd({ orion, lines, project: facts.project ?? project }, issue, facts),
    missHeartbeats: async () => {
      const past = "UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'";
      await ask(database.connectionString, past);
    },
    skipPauses: async () => {
      await ask(database.connectionString, "UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'");
    },
    settled: async () => {
      await forge.flush();
      const open = 'SELECT guid FROM "Delivery" WHERE "settledAt" IS NULL';
      const handled = async () => ((await ask(database.connectionString, open)).length === 0 ? true : null);
      await until(handled, () => `every webhook to be handled\n${lines.join("\n")}`);
      const waiting = "SELECT id FROM pgboss.job WHERE name = 'checks' AND state IN ('created', 'retry', 'active')";
      const checked = async () => ((await ask(database.connectionString, waiting)).length === 0 ? true : null);
      await until(checked, () => `every check to be made\n${lines.join("\n")}`);
    },
    stop: async () => {
      for (const one of orions.splice(0).reverse()) await one.stop();
      const left = await findLeftovers(dataDir, projects);
      await forge.close();
      const running = await processesIn(dataDir);
      await model.close();
      await rm(dataDir, { recursive: true, force: true });
      return [...left, ...running];
    },
    forget: () => database.drop(),
  };
}

interface Watched {
  readonly orion: Orion;
  readonly lines: readonly string[];
  readonly project: Project;
}

function waitForEnd(
  { orion, lines, project }: Watched,
  issue: number,
  { run: ordinal = 1, deadlineMs = 100_000 }: { readonly run?: number; readonly deadlineMs?: number },
): Promise<Run> {
  const look = async (): Promise<Run | null> => {
    const task = await orion.store.taskByIssue(project.repository.id, issue);
    if (task === null) return null;
    const run = (await orion.store.runsOf(task.id)).find((one) => one.ordinal === ordinal);
    if (run === undefined || run.endedAt === null) return null;
    const sticky = (await project.comments(issue)).find(({ body }) => body.includes(`orion:task=${task.id}`));
    return sticky === undefined || sticky.body.includes(": ⏳") ? null : run;
  };
  const tell = async (): Promise<string> => {
    const task = await orion.store.taskByIssue(project.repository.id, issue);
    const events = task === null ? [] : await orion.store.events(task.id, 100);
    const told = events.map((event) => `${event.at.toISOString().slice(14, 23)} ${event.kind}: ${event.text}`);
    return [`the end of run ${ordinal} of #${issue}`, ...told, "Orion said:", ...lines].join("\n");
  };
  return until(look, tell, deadlineMs);
}
