/**
 * `npm run demo`: the whole way once, on this machine: an issue goes in, a
 * pull request with evidence comes out. Exit code 0 only when it did.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../../config.ts";
import { describeError, OrionError } from "../../domain/errors.ts";
import { DEMO_SCRIPT } from "../cloud.ts";
import { type LocalWorld, startLocalWorld } from "../world.ts";
import { type DemoArguments, parseDemoArguments, USAGE } from "./arguments.ts";
import { openFolder } from "./keep.ts";
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
  const folder = join(dataDir, "demo", id);
  print("Starting PostgreSQL, forge, model and Orion …");
  const world = await startLocalWorld({
    env: { ...env, DATABASE_URL: undefined, APP_ID: undefined },
    postgresDir: join(dataDir, "postgres"),
    dataDir: folder,
    database: id,
    script: env.ORION_MODEL_SCRIPT ? fromHere(env.ORION_MODEL_SCRIPT) : DEMO_SCRIPT,
    orionPort: 0,
    forgePort: 0,
    onLine: print,
  });
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

async function tell(world: LocalWorld, asked: DemoArguments): Promise<number> {
  const { forge, orion } = world;
  if (forge === null) throw new TypeError("the demo runs on the local forge");
  const own = asked.repo === null;
  const stage = await setStage(forge, asked.repo === null ? ROOT : sourceOf(asked.repo), own);
  if (own) warnUncommitted();
  print(
    `Forge: ${forge.url}/${stage.owner}/${stage.name}, ${stage.defaultBranch} at ${stage.defaultSha.slice(0, 7)}. Sandbox: ${orion.sandbox}. ${world.scripted ? "A script plays the model." : "A real model answers."}`,
  );
  const issue = await fileIssue(forge, stage, asked.issue);
  print(`${stage.person.login} files issue #${issue}: ${asked.issue.split("\n")[0]}\n`);
  const minutes = world.scripted ? SCRIPTED_MINUTES : REAL_MINUTES;
  const ending = await watch(orion.store, stage.repositoryId, issue, print, minutes * 60_000);
  await forge.flush();
  const unmoved = (await headOf(stage, stage.defaultBranch)) === stage.defaultSha;
  if (asked.json !== null) leaveFacts(asked.json, world, stage, issue, ending);
  const proposed = ending.run.status === "done" && ending.task.pullRequest !== null && ending.task.branch !== null;
  if (proposed) await showPull(world, stage, ending);
  else
    print(`\nNo pull request: ${ending.run.failure?.code ?? ending.run.status}\n${ending.run.failure?.because ?? ""}`);
  print(
    `\n${stage.defaultBranch} ${unmoved ? `is where it was: ${stage.defaultSha.slice(0, 7)}` : "WAS MOVED, which must never happen"}`,
  );
  return proposed && unmoved ? 0 : 1;
}

async function showPull(
  { forge, databaseUrl }: LocalWorld,
  stage: Stage,
  { task, evidence, elapsedMs }: Ending,
): Promise<void> {
  if (forge === null || task.branch === null) return;
  print(
    `\nPull request #${task.pullRequest} from ${task.branch}, ${(elapsedMs / 1_000).toFixed(1)} s after the issue\n`,
  );
  if (evidence !== null) print(`${evidenceTable(evidence)}\n`);
  print(
    `git log --stat ${stage.defaultBranch}..${task.branch}, from a clone:\n\n${await logOfClone(forge, stage, task.branch)}`,
  );
  print("\nLook further:");
  print(`  git clone ${stage.path} /tmp/${stage.name} && cd /tmp/${stage.name} && git checkout ${task.branch}`);
  print(
    `  psql '${databaseUrl}' -c 'select kind, text from "Event" order by id'   (PostgreSQL stays up; stop it: npm run postgres:stop)`,
  );
  print("  npm run dev    keeps all of this running, with your own issues");
}

function leaveFacts(
  file: string,
  world: LocalWorld,
  stage: Stage,
  issue: number,
  { task, run, evidence, elapsedMs }: Ending,
): void {
  const facts = {
    status: run.status,
    failure: run.failure,
    issue,
    pullRequest: task.pullRequest,
    branch: task.branch,
    defaultBranch: stage.defaultBranch,
    baseSha: run.baseSha,
    testSha: evidence?.testSha ?? null,
    headSha: evidence?.headSha ?? run.headSha,
    repositoryPath: stage.path,
    repositoryUrl: `${world.forge?.url}/${stage.owner}/${stage.name}.git`,
    databaseUrl: world.databaseUrl,
    taskId: task.id,
    runId: run.id,
    sandbox: world.orion.sandbox,
    scripted: world.scripted,
    elapsedMs,
  };
  writeFileSync(fromHere(file), `${JSON.stringify(facts, null, 2)}\n`);
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
