/**
 * A real PostgreSQL for one machine: started on first use, found again by every
 * later process. The server leads a session of its own, so no process of ours
 * takes it along when it dies. Not for production: there DATABASE_URL says where.
 */
import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { OrionError } from "../../domain/errors.ts";
import { findBinaries } from "./binaries.ts";
import { type ClusterKey, clusterIn, clusterKey, freePort, makeCluster, SUPERUSER, saveClusterKey } from "./cluster.ts";
import { knownHome, settleHome } from "./home.ts";
import { clearStalePidFile, livingPostmaster } from "./postmaster.ts";
import { hasEnded, logTail, spawnServer } from "./server-process.ts";
import { serviceUser } from "./service-user.ts";

const START_DEADLINE_MS = 60_000;
const POLL_MS = 20;
const AGAIN_MS = 200;
/** SQLSTATEs of a server that starts, stops or is full. */
const PASSING = new Set(["57P03", "57P01", "53300"]);

export interface LocalPostgres {
  /** true when this call started the server */
  readonly started: boolean;
  readonly port: number;
  /** where cluster and log are */
  readonly home: string;
  connectionString(database: string): string;
  /** Makes the database unless it is there. */
  createDatabase(name: string): Promise<void>;
}

export interface LocalPostgresOptions {
  readonly dataDir: string;
  /** e.g. `{ fsync: "off" }`; they count when this call starts the server */
  readonly settings?: Readonly<Record<string, string>>;
  /** how long to wait for a server that does not come up; a minute when not given */
  readonly startDeadlineMs?: number;
  /** told what takes long or surprises */
  readonly onLine?: (line: string) => void;
}

/**
 * @returns the server of this data directory, accepting connections on 127.0.0.1
 * @throws OrionError POSTGRES_MISSING, POSTGRES_NO_USER, POSTGRES_HOME_TAKEN, POSTGRES_INIT_FAILED
 * @throws OrionError POSTGRES_START_FAILED with the tail of the server's log
 */
export async function ensurePostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  return (await findPostgres(options)) ?? startPostgres(options);
}

/** @returns the server of this data directory when it runs, else null; starts nothing */
export async function findPostgres({ dataDir }: Pick<LocalPostgresOptions, "dataDir">): Promise<LocalPostgres | null> {
  const home = await knownHome(dataDir);
  const key = await clusterKey(clusterIn(home));
  const found = key === null ? null : await answering(clusterIn(home), key);
  return key !== null && found !== null ? localPostgres(home, key, found.port, false) : null;
}

async function startPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { dataDir, settings = {}, startDeadlineMs = START_DEADLINE_MS, onLine = () => {} } = options;
  const user = serviceUser();
  const binaries = await findBinaries(user, onLine);
  const home = await settleHome(dataDir, user, onLine);
  const cluster = clusterIn(home);
  if ((await clusterKey(cluster)) === null) onLine(`making a PostgreSQL cluster in ${home}`);
  const key = await makeCluster(home, binaries, user);
  let server: ChildProcess | null = null;
  const deadline = Date.now() + startDeadlineMs;
  while (Date.now() < deadline) {
    const found = await answering(cluster, key);
    if (found !== null) {
      if (found.port !== key.port) await saveClusterKey(cluster, { ...key, port: found.port });
      return localPostgres(home, key, found.port, found.pid === server?.pid);
    }
    if ((server === null || hasEnded(server)) && (await livingPostmaster(cluster)) === null) {
      // one that ended at once met the lock of the one before, or a port just taken: it gets a moment
      if (server !== null) await delay(AGAIN_MS);
      await clearStalePidFile(cluster);
      server = spawnServer({ program: binaries.postgres, home, port: await freePort(key.port), user, settings });
    }
    await delay(POLL_MS);
  }
  throw new OrionError(
    "POSTGRES_START_FAILED",
    `PostgreSQL in ${home} did not start; correct what its log ends with:\n${await logTail(home)}`,
    { home },
  );
}

async function answering(cluster: string, key: ClusterKey): Promise<{ pid: number; port: number } | null> {
  const postmaster = await livingPostmaster(cluster);
  if (postmaster === null || postmaster.port === null || !postmaster.ready) return null;
  const { pid, port } = postmaster;
  const client = new pg.Client({ connectionString: connectionString(key, port, "postgres") });
  try {
    await client.connect();
    await client.end();
    return { pid, port };
  } catch (error) {
    // starting up, shutting down or gone meanwhile: ask again; a wrong password is no passing state
    if (error instanceof pg.DatabaseError && !PASSING.has(error.code ?? "")) throw error;
    return null;
  }
}

function connectionString(key: ClusterKey, port: number, database: string): string {
  return `postgresql://${SUPERUSER}:${key.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

function localPostgres(home: string, key: ClusterKey, port: number, started: boolean): LocalPostgres {
  return {
    started,
    port,
    home,
    connectionString: (database) => connectionString(key, port, database),
    createDatabase: async (name) => {
      const client = new pg.Client({ connectionString: connectionString(key, port, "postgres") });
      await client.connect();
      try {
        const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
        if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      } finally {
        await client.end();
      }
    },
  };
}

/** Somebody else made it between our look and our CREATE. */
function isDuplicate(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === "42P04" || error.code === "23505");
}
