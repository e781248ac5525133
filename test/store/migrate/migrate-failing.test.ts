import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runMigrations } from "../../../src/store/migrate/run-migrations.ts";
import { emptyDatabase, type TestDatabase } from "../../support/postgres.ts";
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

describe("failing", () => {
  it("leaves neither table nor row, and the corrected migration applies", async () => {
    write("20260101_one", "CREATE TABLE a (b int); SELECT 1 / 0;");
    await expect(migrate()).rejects.toMatchObject({ code: "MIGRATION_FAILED", facts: { migration: "20260101_one" } });
    expect(await tables()).toEqual([]);
    expect(await rows()).toEqual([]);
    write("20260101_one", "CREATE TABLE a (b int);");
    expect(await migrate()).toEqual(["20260101_one"]);
    expect(await tables()).toEqual(["a"]);
  });

  it("keeps the migrations before the one that failed, and a revert of that one is not blocked", async () => {
    write("20260101_one", "CREATE TABLE a (b int);");
    write("20260102_two", "CREATE TABLE nonsense (b nonsense);");
    await expect(migrate()).rejects.toMatchObject({ code: "MIGRATION_FAILED" });
    rmSync(join(directory, "20260102_two"), { recursive: true });
    expect(await migrate()).toEqual([]);
    expect(await tables()).toEqual(["a"]);
  });

  it("leaves nothing when its process is killed in the middle, and the next one need not wait", async () => {
    write("20260101_one", "CREATE TABLE a (b int); SELECT pg_sleep(50);");
    const script = `import { runMigrations } from ${JSON.stringify(resolve("src/store/migrate/run-migrations.ts"))};
      await runMigrations({ connectionString: process.argv[1], directory: process.argv[2], onLine() {} });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, database.connectionString, directory], {
      stdio: "ignore",
    });
    await until(async () => {
      const { rows } = await sql.query(
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(50)%' AND pid <> pg_backend_pid()",
      );
      return rows.length === 1;
    });
    child.kill("SIGKILL");
    write("20260101_one", "CREATE TABLE a (c text);");
    expect(await migrate()).toEqual(["20260101_one"]);
    expect(await rows()).toHaveLength(1);
    const { rows: columns } = await sql.query(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'a'",
    );
    expect(columns).toEqual([{ column_name: "c" }]);
  });

  it("gets through when a lock is held for longer than it waits once", async () => {
    write("20260101_one", "CREATE TABLE a (b int);");
    await migrate();
    write("20260102_two", "ALTER TABLE a ADD COLUMN c int;");
    await sql.query("BEGIN");
    await sql.query("LOCK TABLE a IN ACCESS SHARE MODE");
    const migrating = migrate();
    await until(() => lines.some((line) => line.includes("met a lock")));
    await sql.query("COMMIT");
    expect(await migrating).toEqual(["20260102_two"]);
  });

  it("refuses a migration that could not be undone as a whole", async () => {
    write("20260101_one", "CREATE TABLE a (b int);\nCOMMIT;\nSELECT 1 / 0;");
    await expect(migrate()).rejects.toMatchObject({ code: "MIGRATION_NOT_TRANSACTIONAL" });
    expect(await tables()).toEqual([]);
  });

  it("says that the database is unreachable, and not how pg puts it", async () => {
    const connectionString = "postgresql://nobody:x@127.0.0.1:1/none";
    await expect(runMigrations({ connectionString, directory, onLine: () => {} })).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
    });
  });
});
