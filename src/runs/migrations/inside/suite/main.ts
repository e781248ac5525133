/**
 * Runs a release's tests beside a scratch PostgreSQL that has the old or the
 * new schema, and tells what they sent. It wraps the test command: the exit
 * code is the command's own. Like its neighbours it needs nothing but node and
 * PostgreSQL.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { applyAll, type Failure, type SqlFile } from "../apply.ts";
import { type Cluster, MIGRATOR, PORT, startCluster } from "../cluster.ts";
import { readFacts } from "../facts.ts";
import { quote } from "../values.ts";
import { type Recorded, recordedIn } from "./record.ts";
import { answersTo, type Compared, compareAnswers } from "./replay-recorded.ts";

export interface SuiteInput {
  /** what stands before, and the change, each in order */
  readonly before: readonly SqlFile[];
  readonly added: readonly SqlFile[];
  /** which of the two the tests meet */
  readonly schema: "old" | "new";
  /** empty: the tests' own set-up applies what lies in the repository */
  readonly start: "migrated" | "empty";
  /** true where the files are Prisma's, whose table then says that they were applied */
  readonly prisma: boolean;
  /** variables of the environment that give the tests the address */
  readonly variables: readonly string[];
  readonly command: string;
}

export type SuiteOutput =
  | { readonly kind: "no-postgres" }
  | { readonly kind: "base-failed"; readonly failure: Failure }
  | {
      readonly kind: "ran";
      readonly version: string;
      /** statements the tests sent to the database that was offered */
      readonly statements: number;
      /** true when what the change brings was still there after the tests */
      readonly kept: boolean;
      /** null where there is nothing to send again */
      readonly replay: Compared | null;
    };

const OFFERED = "app";
const BEFORE = "before";
const AFTER = "after";
const REPLAY_MS = 20_000;
/** What a change may bring that tests which build their schema themselves would take away. */
const BROUGHT = ["relation", "column type", "enum value", "index", "unique index", "view"];

export async function runSuite(input: SuiteInput, folder: string): Promise<{ output: SuiteOutput; exitCode: number }> {
  const log = join(folder, "log");
  const cluster = await startCluster(folder, settingsFor(log));
  if (cluster === null) return { output: { kind: "no-postgres" }, exitCode: 1 };
  try {
    const failure = await buildDatabases(cluster, input);
    if (failure !== null) return { output: { kind: "base-failed", failure }, exitCode: 1 };
    const known = new Set(await thingsIn(cluster, BEFORE));
    const brought = (await thingsIn(cluster, AFTER)).filter((thing) => !known.has(thing));
    await alone(cluster, `ALTER DATABASE ${OFFERED} SET log_statement = 'all'`);
    const exitCode = await runCommand(input);
    const recorded = recordedIn(readLog(log), OFFERED);
    const still = new Set(await thingsIn(cluster, OFFERED));
    const output: SuiteOutput = {
      kind: "ran",
      version: cluster.version,
      statements: recorded.length,
      kept: brought.every((thing) => still.has(thing)),
      replay: input.schema === "old" && input.start === "migrated" ? await replay(cluster, recorded) : null,
    };
    return { output, exitCode };
  } finally {
    cluster.stop();
  }
}

function settingsFor(log: string): readonly string[] {
  return [
    "listen_addresses=127.0.0.1",
    "max_connections=80",
    "logging_collector=on",
    "log_destination=jsonlog",
    `log_directory=${log}`,
    "log_filename=statements",
    "log_rotation_age=0",
    "log_rotation_size=0",
  ];
}

/** The two schemas stay as they are built; the tests are given a copy of one, or an empty database. */
async function buildDatabases(cluster: Cluster, input: SuiteInput): Promise<Failure | null> {
  // tests that make databases of their own may
  await alone(cluster, `ALTER ROLE ${MIGRATOR} CREATEDB`);
  await copyOf(cluster, "template0", BEFORE);
  const built = await applied(cluster, BEFORE, input.before, input.prisma);
  if (built !== null) return built;
  await copyOf(cluster, BEFORE, AFTER);
  const failure = await applied(cluster, AFTER, input.added, input.prisma);
  if (failure !== null) return failure;
  const given = input.schema === "old" ? BEFORE : AFTER;
  await copyOf(cluster, input.start === "empty" ? "template0" : given, OFFERED);
  return null;
}

async function applied(
  cluster: Cluster,
  database: string,
  files: readonly SqlFile[],
  prisma: boolean,
): Promise<Failure | null> {
  const failure = await applyAll(cluster, database, files);
  if (failure !== null || !prisma) return failure;
  return applyAll(cluster, database, [{ name: "_prisma_migrations", sql: bookkeeping(files) }]);
}

/** @source `_prisma_migrations` as created by Prisma Migrate 7 */
function bookkeeping(files: readonly SqlFile[]): string {
  const rows = files.map(({ name, sql }) => {
    const [folder = name] = name.split("/").slice(-2);
    const checksum = createHash("sha256").update(sql).digest("hex");
    return `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
      VALUES (gen_random_uuid(), '${checksum}', clock_timestamp(), ${quote(folder)}, 1);`;
  });
  return `CREATE TABLE IF NOT EXISTS _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT,
    rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0);\n${rows.join("\n")}`;
}

async function alone(cluster: Cluster, sql: string): Promise<void> {
  const admin = await cluster.admin("postgres");
  await admin.query(sql);
  admin.end();
}

function copyOf(cluster: Cluster, template: string, name: string): Promise<void> {
  return alone(cluster, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY OWNER ${MIGRATOR}`);
}

async function thingsIn(cluster: Cluster, database: string): Promise<readonly string[]> {
  const admin = await cluster.admin(database);
  const facts = await readFacts(admin);
  admin.end();
  return facts.filter(({ kind }) => BROUGHT.includes(kind)).map(({ kind, about }) => `${kind} ${about}`);
}

/** @returns the command's exit code, 1 when it was killed */
function runCommand({ command, variables }: SuiteInput): Promise<number> {
  const address = `postgresql://${MIGRATOR}:${MIGRATOR}@127.0.0.1:${PORT}/${OFFERED}`;
  const given = [
    ...variables.map((name) => `${name}=${address}`),
    ...["PGHOST=127.0.0.1", `PGPORT=${PORT}`, `PGUSER=${MIGRATOR}`, `PGPASSWORD=${MIGRATOR}`, `PGDATABASE=${OFFERED}`],
  ];
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn("env", [...given, "bash", "-c", command], { stdio: "inherit" });
  child.on("error", reject);
  child.on("close", (code) => resolve(code ?? 1));
  return promise;
}

function readLog(folder: string): string {
  if (!existsSync(folder)) return "";
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}

async function replay(cluster: Cluster, recorded: readonly Recorded[]): Promise<Compared | null> {
  if (recorded.length === 0) return null;
  await copyOf(cluster, BEFORE, "old_one");
  await copyOf(cluster, BEFORE, "old_two");
  await copyOf(cluster, AFTER, "new_one");
  const [one, two, now] = [
    await answersTo(cluster, "old_one", recorded, Date.now() + REPLAY_MS),
    await answersTo(cluster, "old_two", recorded, Date.now() + REPLAY_MS),
    await answersTo(cluster, "new_one", recorded, Date.now() + REPLAY_MS),
  ];
  return compareAnswers(recorded, [one, two], now);
}

if (import.meta.main) {
  const [inputPath = "", outputPath = ""] = process.argv.slice(2);
  const input = JSON.parse(readFileSync(inputPath, "utf8")) as SuiteInput;
  const { output, exitCode } = await runSuite(input, join(homedir(), "orion-suite"));
  writeFileSync(outputPath, JSON.stringify(output));
  process.exitCode = exitCode;
}
