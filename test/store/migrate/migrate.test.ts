import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isTransactional } from "../../../src/store/migrate/migration-files.ts";
import { pendingMigrations, runMigrations } from "../../../src/store/migrate/run-migrations.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { emptyDatabase, MIGRATIONS, type TestDatabase } from "../../support/postgres.ts";
import { until } from "../fixtures.ts";

let database: TestDatabase;
let sql: pg.Client;
let directory: string;
let lines: string[];

beforeEach(async () => {
  database = await emptyDatabase();
  sql = new pg.Client({ connectionString: database.connectionString });
  await sql.connect();
  directory = mkdtempSync(join(tmpdir(), "orion migrations "));
  lines = [];
});

afterEach(async () => {
  await sql.end();
  await database.drop();
  rmSync(directory, { recursive: true });
});

function write(name: string, text: string): void {
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, "migration.sql"), text);
}

function migrate(): Promise<readonly string[]> {
  const { connectionString } = database;
  return runMigrations({ connectionString, directory, onLine: (line) => lines.push(line) });
}

async function rows(): Promise<Record<string, unknown>[]> {
  const result = await sql.query("SELECT * FROM _prisma_migrations ORDER BY started_at");
  return result.rows;
}

async function tables(): Promise<readonly string[]> {
  const { rows } = await sql.query(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'",
  );
  return rows.map((row) => row.tablename).sort();
}

describe("applying", () => {
  it("applies what is pending, oldest first, and nothing twice", async () => {
    write("20260102_two", "ALTER TABLE a ADD COLUMN two int;");
    write("20260101_one", "CREATE TABLE a (one int);\nINSERT INTO a VALUES (1);");
    expect(await migrate()).toEqual(["20260101_one", "20260102_two"]);
    expect(await migrate()).toEqual([]);
    write("20260103_three", "ALTER TABLE a ADD COLUMN three int;");
    expect(await pendingMigrations({ connectionString: database.connectionString, directory })).toEqual([
      "20260103_three",
    ]);
    expect(await migrate()).toEqual(["20260103_three"]);
    expect((await sql.query("SELECT * FROM a")).rows).toEqual([{ one: 1, two: null, three: null }]);
  });

  it("records a migration as Prisma's engine does", async () => {
    const text = "CREATE TABLE a (b text DEFAULT 'é');\r\n";
    write("20260101_one", text);
    await migrate();
    expect(await rows()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        checksum: createHash("sha256").update(text).digest("hex"),
        migration_name: "20260101_one",
        started_at: expect.any(Date),
        finished_at: expect.any(Date),
        applied_steps_count: 1,
        logs: null,
        rolled_back_at: null,
      },
    ]);
  });

  it("brings an empty database to where a store opens on it, and a store refuses one that is not there yet", async () => {
    const { connectionString } = database;
    await expect(openStore({ connectionString })).rejects.toMatchObject({ code: "STORE_NOT_MIGRATED" });
    await runMigrations({ connectionString, directory: MIGRATIONS, onLine: () => {} });
    const { store, close } = await openStore({ connectionString });
    expect(await store.ping()).toBe(true);
    await close();
  });

  it("lets a release start on the queue schema of its successor, but not on an older one", async () => {
    const { connectionString } = database;
    await runMigrations({ connectionString, directory: MIGRATIONS, onLine: () => {} });
    await sql.query("UPDATE pgboss.version SET version = version + 1");
    const { store, queue, close } = await openStore({ connectionString });
    const taken: string[] = [];
    await queue.work({ run: async () => {}, delivery: async (guid) => void taken.push(guid) });
    await store.receiveDelivery({ guid: "g", event: "e", action: null, repositoryId: null, payload: {} });
    await until(() => taken.length === 1);
    await close();
    await sql.query("UPDATE pgboss.version SET version = version - 2");
    await expect(openStore({ connectionString })).rejects.toMatchObject({ code: "STORE_NOT_MIGRATED" });
  });

  it("lets one of four apply when four start at once, and none fails", async () => {
    write("20260101_one", "CREATE TABLE a (b int); SELECT pg_sleep(0.5);");
    write("20260102_two", "CREATE TABLE c (d int);");
    const applied = await Promise.all([migrate(), migrate(), migrate(), migrate()]);
    expect(applied.map((names) => names.length).sort()).toEqual([0, 0, 0, 2]);
    expect(await rows()).toHaveLength(2);
  });
});

describe("what other engines left", () => {
  async function failedRow(name: string): Promise<void> {
    await sql.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES (gen_random_uuid(), 'x', $1, now())",
      [name],
    );
  }

  it("marks a failed row of a transactional file as rolled back and applies the file", async () => {
    await migrate();
    write("20260101_one", "CREATE TABLE a (b int);");
    await failedRow("20260101_one");
    await failedRow("20260102_reverted");
    expect(await migrate()).toEqual(["20260101_one"]);
    const states = (await rows()).map((row) => [
      row.migration_name,
      row.rolled_back_at !== null,
      row.finished_at !== null,
    ]);
    expect(states).toEqual([
      ["20260101_one", true, false],
      ["20260102_reverted", true, false],
      ["20260101_one", false, true],
    ]);
  });

  it("asks a person when a failed file may be half applied", async () => {
    await migrate();
    write("20260101_one", "CREATE INDEX CONCURRENTLY i ON a (b);");
    await failedRow("20260101_one");
    await expect(migrate()).rejects.toMatchObject({ code: "MIGRATION_UNFINISHED" });
    expect((await rows())[0]?.rolled_back_at).toBeNull();
  });

  it("warns of an applied file that was edited, and goes on", async () => {
    write("20260101_one", "CREATE TABLE a (b int);");
    await migrate();
    write("20260101_one", "CREATE TABLE a (b text);");
    write("20260102_two", "CREATE TABLE c (d int);");
    expect(await migrate()).toEqual(["20260102_two"]);
    expect(lines).toContainEqual(expect.stringMatching(/^warning: 20260101_one was edited/));
  });
});

describe("a file's statements", () => {
  it.each([
    ["CREATE TABLE a (b int);", true],
    ["BEGIN; CREATE TABLE a (b int); COMMIT;", false],
    ["create index concurrently i on a (b)", false],
    ["-- COMMIT;\nSELECT 'x; COMMIT;', \"begin\" /* ; VACUUM */;", true],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 1; END; $body$;", true],
    ["SELECT 1;\n  vacuum a;", false],
    ["ALTER SYSTEM SET x = 1", false],
    ["CREATE TABLE begin_times (commit_sha text)", true],
  ])("%j fit into one transaction: %s", (text, fits) => {
    expect(isTransactional(text)).toBe(fits);
  });
});

describe("npm run migrate", () => {
  const main = resolve("src/migrate.ts");

  async function run(env: Record<string, string>): Promise<{ exitCode: number | null; output: string }> {
    const child = spawn(process.execPath, [main], { env });
    const output: string[] = [];
    child.stdout.on("data", (chunk) => output.push(String(chunk)));
    child.stderr.on("data", (chunk) => output.push(String(chunk)));
    const exitCode = await new Promise<number | null>((ended) => child.on("close", ended));
    return { exitCode, output: output.join("") };
  }

  it("migrates the database of DATABASE_URL", async () => {
    const { exitCode, output } = await run({ DATABASE_URL: database.connectionString });
    expect(output).toContain("applied");
    expect(exitCode).toBe(0);
    expect(await pendingMigrations({ connectionString: database.connectionString, directory: MIGRATIONS })).toEqual([]);
    expect(await tables()).toContain("Task");
  });

  it("says what to do when no database is named", async () => {
    const { exitCode, output } = await run({});
    expect(exitCode).toBe(1);
    expect(output).toContain("DATABASE_URL=postgresql://");
  });

  it("fails with the code when the database is away", async () => {
    const { exitCode, output } = await run({ DATABASE_URL: "postgresql://nobody:x@127.0.0.1:1/none" });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^STORE_UNREACHABLE: /m);
  });
});

it("keeps the lock file Prisma expects beside the migrations", () => {
  expect(readFileSync(join(MIGRATIONS, "migration_lock.toml"), "utf8")).toContain('provider = "postgresql"');
});
