/**
 * A real, migrated database for each test that asks: cloned from a template in
 * one local server. A database is dropped by the test that passed; what a failed
 * one leaves is kept until the next test run, to look at.
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statfsSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { ensurePostgres, type LocalPostgres } from "../../src/local/postgres/ensure-postgres.ts";
import { runMigrations } from "../../src/store/migrate/run-migrations.ts";
import { type OpenStore, openStore, type StoreOptions } from "../../src/store/open-store.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MEMORY = "/dev/shm";
const NEEDED_BYTES = 3 * 1024 ** 3;

/** Making and dropping databases is files by the hundred: in memory where there is room for them. */
export const TEST_DATA_DIR = inMemory() ?? join(ROOT, ".data", "test-postgres");
export const MIGRATIONS = join(ROOT, "prisma", "migrations");

/** Data of tests need not survive a power cut. */
const FAST = {
  ...{ fsync: "off", synchronous_commit: "off", full_page_writes: "off", autovacuum: "off" },
  ...{ max_wal_size: "128MB", min_wal_size: "32MB" },
};

/** @returns a folder of this checkout's own; null where memory is no file system, or is short */
function inMemory(): string | null {
  if (!existsSync(MEMORY)) return null;
  const { bavail, bsize } = statfsSync(MEMORY);
  const own = `orion-test-${createHash("sha256").update(ROOT).digest("hex").slice(0, 12)}`;
  return bavail * bsize < NEEDED_BYTES ? null : join(MEMORY, own);
}

const TEMPLATE_LOCK = 72_707_370;

export interface TestDatabase {
  readonly connectionString: string;
  drop(): Promise<void>;
}

export function testServer(): Promise<LocalPostgres> {
  return ensurePostgres({ dataDir: TEST_DATA_DIR, settings: FAST });
}

/** @returns a database nobody else has, with every migration applied */
export async function testDatabase(): Promise<TestDatabase> {
  return withServer(async (server, admin) => {
    const template = await ensureTemplate(server, admin);
    return create(server, admin, `TEMPLATE ${template} STRATEGY FILE_COPY`);
  });
}

/** @returns a database without any table */
export async function emptyDatabase(): Promise<TestDatabase> {
  return withServer((server, admin) => create(server, admin, ""));
}

/** A store on a database of its own; `close` also drops that. */
export async function openTestStore(
  options: Omit<StoreOptions, "connectionString"> = {},
): Promise<OpenStore & { readonly connectionString: string }> {
  const { connectionString, drop } = await testDatabase();
  const opened = await openStore({ poolSize: 5, ...options, connectionString });
  const close = async () => {
    await opened.close();
    await drop();
  };
  return { ...opened, connectionString, close };
}

async function withServer<T>(act: (server: LocalPostgres, admin: pg.Client) => Promise<T>): Promise<T> {
  const server = await testServer();
  const admin = new pg.Client({ connectionString: server.connectionString("postgres") });
  await admin.connect();
  try {
    return await act(server, admin);
  } finally {
    await admin.end();
  }
}

async function create(server: LocalPostgres, admin: pg.Client, from: string): Promise<TestDatabase> {
  // when and by whom: so a later run knows what nobody uses any more
  const name = `test_${Date.now()}_${process.pid}_${randomBytes(4).toString("hex")}`;
  await admin.query(`CREATE DATABASE ${name} ${from}`);
  return {
    connectionString: server.connectionString(name),
    drop: () =>
      withServer(async (_, again) => void (await again.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

/** Drops what runs before `before` left: their databases, and templates of schemas that are no more. */
export async function dropLeftovers(server: LocalPostgres, before: Date): Promise<void> {
  const admin = new pg.Client({ connectionString: server.connectionString("postgres") });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database
       WHERE (datname LIKE 'test\\_%' AND split_part(datname, '_', 2)::bigint < $1)
          OR (datname LIKE 'template\\_%' AND datname <> $2)`,
      [before.getTime(), templateName()],
    );
    for (const { name } of rows) {
      // without FORCE: a database somebody is connected to is in use
      await admin.query(`DROP DATABASE IF EXISTS ${name}`).catch((error: unknown) => {
        if (!(error instanceof pg.DatabaseError && error.code === "55006")) throw error;
      });
    }
  } finally {
    await admin.end();
  }
}

async function ensureTemplate(server: LocalPostgres, admin: pg.Client): Promise<string> {
  const name = templateName();
  if (await exists(admin, name)) return name;
  await admin.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
  try {
    if (await exists(admin, name)) return name;
    const draft = `draft_${name}`;
    await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${draft}`);
    await runMigrations({ connectionString: server.connectionString(draft), directory: MIGRATIONS, onLine: () => {} });
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    return name;
  } finally {
    await admin.query("SELECT pg_advisory_unlock($1)", [TEMPLATE_LOCK]);
  }
}

async function exists(admin: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await admin.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
  return rowCount === 1;
}

/** Changes with whatever changes the template: our migrations, the queue's schema, our queues. */
function templateName(): string {
  const hash = createHash("sha256");
  for (const entry of readdirSync(MIGRATIONS, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) hash.update(entry.parentPath).update(readFileSync(join(entry.parentPath, entry.name)));
  }
  for (const file of ["src/store/queue/queues.ts", "src/store/migrate/roles.ts"])
    hash.update(readFileSync(join(ROOT, file)));
  hash.update(readFileSync(join(ROOT, "node_modules/pg-boss/package.json")));
  return `template_${hash.digest("hex").slice(0, 12)}`;
}
