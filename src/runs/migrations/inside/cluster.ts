/**
 * A PostgreSQL of this sandbox alone: on a unix socket, without a network,
 * gone when the program ends. Migrations run in it as a user without rights on
 * the server, so that none of them reaches the machine.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Client, openClient } from "./wire.ts";

/** Made when the image is built; copying it is faster than initdb. */
const READY_MADE = "/usr/local/lib/orion/cluster";
const VERSIONS = "/usr/lib/postgresql";
const START_MS = 20_000;
export const PORT = 5432;

export const ADMIN = "postgres";
export const MIGRATOR = "migrator";
/** Whoever runs the previous release. */
export const RELEASE = "release";

/** No database or role can change these for the session. */
const STILL = ["search_path=pg_catalog", "TimeZone=UTC", "DateStyle=ISO", "extra_float_digits=3", "row_security=off"];

export interface Cluster {
  readonly version: string;
  /** Connects as the user that may everything; only to look and to seed. */
  admin(database: string): Promise<Client>;
  as(user: typeof MIGRATOR | typeof RELEASE, database: string): Promise<Client>;
  stop(): void;
}

/**
 * @param settings `name=value`, stronger than those here
 * @returns null when the machine has no PostgreSQL
 */
export async function startCluster(folder: string, settings: readonly string[] = []): Promise<Cluster | null> {
  const programs = findPrograms();
  if (programs === null) return null;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const data = join(folder, "data");
  if (existsSync(join(READY_MADE, "PG_VERSION"))) cpSync(READY_MADE, data, { recursive: true, mode: 0 });
  else initialise(programs, data);
  execFileSync("chmod", ["0700", data]);
  const server = spawn(
    join(programs, "postgres"),
    ["-D", data, "-k", folder, ...[...SETTINGS, ...settings].flatMap((one) => ["-c", one])],
    {
      stdio: ["ignore", "ignore", "ignore"],
    },
  );
  const socket = join(folder, `.s.PGSQL.${PORT}`);
  const first = await connected(server, socket);
  await first.query(`CREATE ROLE ${MIGRATOR} LOGIN; CREATE ROLE ${RELEASE} LOGIN`);
  const [row] = await first.query("SHOW server_version");
  first.end();
  return {
    version: row?.[0] ?? "",
    admin: (database) =>
      openClient({ socket, database, user: ADMIN, options: STILL.map((one) => `-c ${one}`).join(" ") }),
    as: (user, database) => openClient({ socket, database, user, options: "-c lock_timeout=5s" }),
    stop: () => void server.kill("SIGQUIT"),
  };
}

const SETTINGS = [
  "listen_addresses=",
  `port=${PORT}`,
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "autovacuum=off",
  "shared_buffers=16MB",
  "max_connections=20",
  "max_wal_size=64MB",
  "min_wal_size=2MB",
  "wal_level=minimal",
  "max_wal_senders=0",
  "temp_file_limit=128MB",
  "dynamic_shared_memory_type=mmap",
  "max_parallel_workers=0",
  "jit=off",
];

function findPrograms(): string | null {
  if (!existsSync(VERSIONS)) return null;
  const newest = readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one))[0];
  return newest === undefined ? null : join(VERSIONS, newest, "bin");
}

function initialise(programs: string, data: string): void {
  const args = ["-D", data, `--username=${ADMIN}`, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  execFileSync(join(programs, "initdb"), args, { stdio: "ignore" });
}

async function connected(server: ChildProcess, socket: string): Promise<Client> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      return await openClient({ socket, user: ADMIN, database: "postgres" });
    } catch (error) {
      if (server.exitCode !== null || Date.now() > deadline) throw error;
      await delay(10);
    }
  }
}
