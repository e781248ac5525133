/** Who may do what in the database, and what stops a deploy before it changes anything. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asApp } from "../../../src/store/app-role.ts";
import { runMigrations } from "../../../src/store/migrate/run-migrations.ts";
import { backupInto } from "../../../src/wiring/backup.ts";
import { migrationGate } from "../../../src/wiring/migration-gate.ts";
import { emptyDatabase, MIGRATIONS, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let directory: string;
let lines: string[];
const onLine = (line: string): void => void lines.push(line);

beforeEach(async () => {
  database = await emptyDatabase();
  directory = mkdtempSync(join(tmpdir(), "orion-roles-"));
  lines = [];
});
afterEach(async () => {
  await database.drop();
  rmSync(directory, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, "migration.sql"), sql);
}

async function within<T>(connectionString: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

/** A login that owns its database and may make no roles, as managed databases give it. */
async function plainLogin(): Promise<string> {
  const name = `plain_${process.pid}_${Date.now()}`;
  const url = new URL(database.connectionString);
  await within(database.connectionString, async (client) => {
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'p'`);
    await client.query(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${name}`);
  });
  url.username = name;
  url.password = "p";
  return url.href;
}

describe("the application's role", () => {
  it.each([
    ["drop a table", 'DROP TABLE "Task"'],
    ["add a column", 'ALTER TABLE "Task" ADD COLUMN x int'],
    ["make a table", "CREATE TABLE x (i int)"],
    ["empty a table", 'TRUNCATE "Setting"'],
    ["change the queue's schema", "ALTER TABLE pgboss.job ADD COLUMN x int"],
    ["empty the queue", "TRUNCATE pgboss.job"],
  ])("may not %s", async (_, sql) => {
    await runMigrations({ connectionString: database.connectionString, directory: MIGRATIONS, onLine });
    const address = await asApp(database.connectionString);
    await within(address, async (client) => {
      await expect(client.query(sql)).rejects.toMatchObject({ code: "42501" });
      await client.query("INSERT INTO \"Setting\" VALUES ('k', '1')");
      expect((await client.query('DELETE FROM "Setting"')).rowCount).toBe(1);
    });
  });

  it("owns nothing: what migrations and the queue made is the migrator's", async () => {
    await runMigrations({ connectionString: database.connectionString, directory: MIGRATIONS, onLine });
    const owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'pgboss')";
    const found = await within(database.connectionString, (client) => client.query(owners));
    expect(found.rows).toEqual([{ tableowner: "orion_migrator" }]);
  });

  it("reaches what an older release made meanwhile, as soon as this one migrates again", async () => {
    const { connectionString } = database;
    await runMigrations({ connectionString, directory: MIGRATIONS, onLine });
    await within(connectionString, (client) => client.query("CREATE TABLE older (i int)"));
    await runMigrations({ connectionString, directory: MIGRATIONS, onLine });
    await within(await asApp(connectionString), (client) => client.query("INSERT INTO older VALUES (1)"));
  });

  it("is not needed: where the login may make no roles, the database works and that is said", async () => {
    // in a cluster without the roles nothing is handed out; here they exist and are not this login's
    const connectionString = await plainLogin();
    await runMigrations({ connectionString, directory: MIGRATIONS, onLine });
    const address = await asApp(connectionString);
    expect(address).toBe(connectionString);
    expect(lines.filter((line) => line.includes("orion_app is not used"))).toHaveLength(1);
    await within(address, (client) => client.query('SELECT * FROM "Task"'));
  });
});

describe("before a deploy", () => {
  const gate = (allowed: readonly string[] = []) => migrationGate({ allowed, onLine });
  const deploy = (allowed: readonly string[] = [], backup?: () => Promise<void>) =>
    runMigrations({
      connectionString: database.connectionString,
      directory,
      onLine,
      gate: gate(allowed),
      ...(backup === undefined ? {} : { backup }),
    });

  it("Orion's own migrations pass the judge", async () => {
    const applied = await runMigrations({
      connectionString: database.connectionString,
      directory: MIGRATIONS,
      onLine,
      gate: gate(),
    });
    expect(applied).not.toEqual([]);
    expect(lines.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  it("a destructive file stops all that is pending, until its hash is named", async () => {
    write("1_init", "CREATE TABLE t (id int PRIMARY KEY, name text)");
    await deploy();
    write("2_add", "ALTER TABLE t ADD COLUMN nick text");
    write("3_drop", "ALTER TABLE t DROP COLUMN name");
    const error = await deploy().then(
      () => null,
      (thrown: { code: string; facts: { checksum: string } }) => thrown,
    );
    expect(error).toMatchObject({ code: "MIGRATION_DESTRUCTIVE" });
    const columns = await within(database.connectionString, (client) => client.query("SELECT * FROM t"));
    expect(columns.fields.map(({ name }) => name)).toEqual(["id", "name"]);
    await expect(deploy(["0".repeat(64)])).rejects.toMatchObject({ code: "MIGRATION_DESTRUCTIVE" });
    expect(await deploy([error?.facts.checksum ?? ""])).toEqual(["2_add", "3_drop"]);
  });

  it("a backup is made when something is pending, and one that fails stops the deploy", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orion-programs-"));
    const other = join(folder, "pg_dump");
    writeFileSync(
      other,
      '#!/bin/sh\nfor a in "$@"; do case $a in --file=*) echo dump > "$(echo $a | cut -d= -f2-)";; *:*:*@*) exit 9;; esac; done\n',
    );
    chmodSync(other, 0o755);
    const path = { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` };
    const backup = () => backupInto(`${folder}/kept`, database.connectionString, path, onLine);
    write("1_init", "CREATE TABLE t (id int PRIMARY KEY)");
    await deploy([], backup);
    write("2_add", "ALTER TABLE t ADD COLUMN nick text");
    await deploy([], backup);
    await deploy([], backup);
    expect(readdirSync(`${folder}/kept`)).toHaveLength(1);
    write("3_add", "ALTER TABLE t ADD COLUMN other text");
    const none = () => backupInto(`${folder}/kept`, database.connectionString, { PATH: "/nowhere" }, onLine);
    await expect(deploy([], none)).rejects.toMatchObject({ code: "BACKUP_FAILED" });
    rmSync(folder, { recursive: true });
  });
});
