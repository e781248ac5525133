/**
 * `npm run demo`: the whole way once, on this machine: an issue goes in, a pull
 * request with evidence comes out, a person merges it, and the new Orion uses
 * what it has learned. Exit code 0 only when all of it did.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../../config.ts";
import { describeError, OrionError } from "../../domain/errors.ts";
import { type CloudOptions, DEMO_SCRIPT } from "../cloud.ts";
import { startDeployedWorld } from "../deployed-world.ts";
import type { Forge } from "../forge/start-forge.ts";
import { startLocalWorld } from "../world.ts";
import { type DemoArguments, parseDemoArguments, USAGE } from "./arguments.ts";
import { type DemoWorld, lookFurther, sandboxOf, writeFacts } from "./demo-world.ts";
import { openFolder } from "./keep.ts";
import { rebirth } from "./rebirth.ts";
import { evidenceTable } from "./screen.ts";
import { type Ending, fileIssue, headOf, logOfClone, requireRepository, type Stage, setStage, watch } from "./story.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const SCRIPTED_MINUTES = 15;
const REAL_MINUTES = 120;

async function demo(asked: DemoArguments): Promise<number> {
  const env = process.env;
  refuseWithoutModel(asked, env);
  if (asked.repo !== null) await requireRepository(sourceOf(asked.repo));
  if (asked.json !== null) accessSync(dirname(fromHere(asked.json)), constants.W_OK);
  const dataDir = resolve(env.ORION_DATA_DIR || join(ROOT, ".data"));
  const id = openFolder(join(dataDir, "demo"));
  const options: CloudOptions = {
    env: { ...env, DATABASE_URL: undefined, APP_ID: undefined },
    postgresDir: join(dataDir, "postgres"),
    dataDir: join(dataDir, "demo", id),
    database: id,
    script: env.ORION_MODEL_SCRIPT ? fromHere(env.ORION_MODEL_SCRIPT) : DEMO_SCRIPT,
    forgePort: 0,
    onLine: print,
  };
  print("Starting PostgreSQL, forge, model and Orion …");
  const whole = asked.repo === null && asked.until === "live";
  const world = whole ? await deployed(options) : await inProcess(options, asked.repo);
  const interrupted = (): void => {
    print("\nInterrupted; clearing up …");
    const gone = (): never => process.exit(130);
    world.stop().then(gone, gone);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    return await tell(world, asked);
  } finally {
    await world.stop();
  }
}

/** Orion as a service that a merge replaces. */
async function deployed(options: CloudOptions): Promise<DemoWorld> {
  warnUncommitted();
  let stage: Stage | null = null;
  const world = await startDeployedWorld(options, async ({ forge }) => {
    stage = await setStage(onForge(forge), ROOT, true);
    return stage;
  });
  if (stage === null) throw new TypeError("the repository was not put into the forge");
  const sandbox = await sandboxOf(world.host.url);
  return { ...world, forge: onForge(world.forge), stage, sandbox, service: { host: world.host, slack: world.slack } };
}

/** Orion in this process, for one pull request. */
async function inProcess(options: CloudOptions, repo: string | null): Promise<DemoWorld> {
  if (repo === null) warnUncommitted();
  const world = await startLocalWorld({ ...options, orionPort: 0 });
  const forge = onForge(world.forge);
  const stage = await setStage(forge, repo === null ? ROOT : sourceOf(repo), repo === null);
  const { store, sandbox } = world.orion;
  return { ...world, forge, stage, store, sandbox, service: null };
}

function onForge(forge: Forge | null): Forge {
  if (forge === null) throw new TypeError("the demo runs on the local forge");
  return forge;
}

async function tell(world: DemoWorld, asked: DemoArguments): Promise<number> {
  const { forge, stage, store } = world;
  const { defaultBranch, defaultSha } = stage;
  print(
    `Forge: ${forge.url}/${stage.owner}/${stage.name}, ${defaultBranch} at ${defaultSha.slice(0, 7)}. Sandbox: ${world.sandbox}. ${world.scripted ? "A script plays the model." : "A real model answers."}`,
  );
  const issue = await fileIssue(forge, stage, asked.issue);
  print(`${stage.person.login} files issue #${issue}: ${asked.issue.split("\n")[0]}\n`);
  const minutes = world.scripted ? SCRIPTED_MINUTES : REAL_MINUTES;
  const ending = await watch(store, stage.repositoryId, issue, print, minutes * 60_000);
  await forge.flush();
  const unmoved = (await headOf(stage, defaultBranch)) === defaultSha;
  const proposed = ending.run.status === "done" && ending.task.pullRequest !== null && ending.task.branch !== null;
  if (proposed) await showPull(world, ending);
  else
    print(`\nNo pull request: ${ending.run.failure?.code ?? ending.run.status}\n${ending.run.failure?.because ?? ""}`);
  print(
    `\n${defaultBranch} ${unmoved ? `is where it was: ${defaultSha.slice(0, 7)}` : "WAS MOVED, which must never happen"}`,
  );
  const { service } = world;
  const reborn =
    proposed && unmoved && service !== null ? await rebirth({ ...world, service }, issue, ending, print) : null;
  if (asked.json !== null) writeFacts(fromHere(asked.json), { world, issue, ending, reborn });
  print("");
  for (const line of lookFurther(world)) print(line);
  return proposed && unmoved && (service === null || reborn?.complete === true) ? 0 : 1;
}

async function showPull({ forge, stage }: DemoWorld, { task, evidence, elapsedMs }: Ending): Promise<void> {
  if (task.branch === null) return;
  print(
    `\nPull request #${task.pullRequest} from ${task.branch}, ${(elapsedMs / 1_000).toFixed(1)} s after the issue\n`,
  );
  if (evidence !== null) print(`${evidenceTable(evidence)}\n`);
  print(
    `git log --stat ${stage.defaultBranch}..${task.branch}, from a clone:\n\n${await logOfClone(forge, stage, task.branch)}`,
  );
}

/** Our own script knows our own repository only. */
function refuseWithoutModel({ repo }: DemoArguments, env: NodeJS.ProcessEnv): void {
  if (repo === null || env.OPENAI_API_KEY || env.ORION_MODEL_SCRIPT) return;
  throw new OrionError(
    "MODEL_MISSING",
    "another repository needs a model: set OPENAI_API_KEY, or ORION_MODEL_SCRIPT to a script written for it (docs/model-script.md)",
  );
}

/** A path on this machine becomes absolute; a clone URL stays. */
function sourceOf(repo: string): string {
  return /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(repo) ? repo : fromHere(repo);
}

/** npm runs scripts from the package's folder; people mean the one they typed in. */
function fromHere(path: string): string {
  return resolve(process.env.INIT_CWD ?? ".", path);
}

function warnUncommitted(): void {
  const changes = execFileSync("git", ["-C", ROOT, "status", "--porcelain"], { encoding: "utf8" });
  if (changes !== "") print("Note: uncommitted changes of this checkout are not part of what the forge holds.");
}

function print(line: string): void {
  console.log(line);
}

try {
  const asked = parseDemoArguments(process.argv.slice(2));
  if (asked === null) print(USAGE);
  process.exit(asked === null ? 0 : await demo(asked));
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : describeError(error));
  process.exit(1);
}
