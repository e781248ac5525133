/** Rule 3 of the specification, whatever a migration did: a revert deploys, and the same change can land again. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { killGroup } from "../../../src/local/deploy/command.ts";
import type { DeployHost } from "../../../src/local/deploy/deploy-host.ts";
import { until } from "../../flow/support/until.ts";
import { emptyDatabase, type TestDatabase } from "../../support/postgres.ts";
import { PROCESS_ENV } from "../../support/process-env.ts";
import { type Fixture, makeFixture, seen } from "./support/fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

let database: TestDatabase;
let sql: pg.Client;

beforeEach(async () => {
  database = await emptyDatabase();
  sql = new pg.Client({ connectionString: database.connectionString });
  await sql.connect();
});
afterEach(async () => {
  await sql.end();
  await database.drop();
});

const migration = (name: string) => `prisma/migrations/${name}/migration.sql`;
const GOOD = { [migration("20260101_one")]: "CREATE TABLE one (id int);" };

async function tables(): Promise<readonly string[]> {
  const { rows } = await sql.query(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1",
  );
  return rows.map((row) => row.tablename);
}

async function start(): Promise<{ readonly fixture: Fixture; readonly host: DeployHost }> {
  const fixture = makeFixture();
  const first = fixture.behave({ version: "1" }, GOOD);
  const host = await fixture.host({
    preDeploy: [process.execPath, join(import.meta.dirname, "support/migrate.ts")],
    env: { ...PROCESS_ENV, DATABASE_URL: database.connectionString },
  });
  expect((await host.waitFor(first, ["live"])).status).toBe("live");
  return { fixture, host };
}

describe("a migration that goes wrong", () => {
  it.each([
    ["the same name", "20260102_two"],
    ["a new name", "20260103_two"],
  ])("leaves the old version serving; a revert deploys; the change lands again under %s", async (_, name) => {
    const { fixture, host } = await start();
    const bad = fixture.behave(
      { version: "2" },
      { [migration("20260102_two")]: "CREATE TABLE two (id int); SELECT 1 / 0;" },
    );
    expect((await host.waitFor(bad, ["live"])).status).toBe("pre_deploy_failed");
    expect(await seen(host)).toMatchObject({ version: "1" });
    expect(await tables()).toEqual(["one"]);
    fixture.git("revert", "--no-edit", "HEAD");
    expect((await host.waitFor(fixture.git("rev-parse", "HEAD"), ["live"])).status).toBe("live");
    const good = fixture.behave({ version: "2" }, { [migration(name)]: "CREATE TABLE two (id int);" });
    expect((await host.waitFor(good, ["live"])).status).toBe("live");
    expect(await seen(host)).toMatchObject({ version: "2" });
    expect(await tables()).toEqual(["one", "two"]);
  });

  it("leaves nothing when it is killed half-way, and the next good push deploys", async () => {
    const { fixture, host } = await start();
    const slow = fixture.behave(
      { version: "2" },
      { [migration("20260102_two")]: "CREATE TABLE two (id int); SELECT pg_sleep(600);" },
    );
    await until(
      async () => {
        const asleep = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
        return (await sql.query(asleep)).rowCount === 1 ? true : null;
      },
      () => `the migration to be half-way\n${fixture.lines.join("\n")}`,
    );
    const { processes } = JSON.parse(readFileSync(join(fixture.repository, "../host/host.json"), "utf8"));
    killGroup(processes.at(-1).pid, "SIGKILL");
    expect((await host.waitFor(slow, ["live"])).status).toBe("pre_deploy_failed");
    expect(await seen(host)).toMatchObject({ version: "1" });
    const good = fixture.behave({ version: "3" }, { [migration("20260102_two")]: "CREATE TABLE two (id int);" });
    expect((await host.waitFor(good, ["live"])).status).toBe("live");
    expect(await tables()).toEqual(["one", "two"]);
  });

  it("that went well stays when its code is reverted, and the change can land again", async () => {
    const { fixture, host } = await start();
    const good = fixture.behave({ version: "2" }, { [migration("20260102_two")]: "CREATE TABLE two (id int);" });
    expect((await host.waitFor(good, ["live"])).status).toBe("live");
    fixture.git("revert", "--no-commit", "HEAD");
    fixture.git("checkout", "HEAD", "--", "prisma/migrations");
    fixture.git("commit", "--quiet", "-m", "revert the code, keep the schema");
    const reverted = fixture.git("rev-parse", "HEAD");
    expect((await host.waitFor(reverted, ["live"])).status).toBe("live");
    expect(await seen(host)).toMatchObject({ version: "1" });
    expect(await tables()).toEqual(["one", "two"]);
    fixture.git("revert", "--no-edit", reverted);
    expect((await host.waitFor(fixture.git("rev-parse", "HEAD"), ["live"])).status).toBe("live");
    expect(await seen(host)).toMatchObject({ version: "2" });
  });

  it("waits for a lock that the old version holds for a while", async () => {
    const { fixture, host } = await start();
    await sql.query("BEGIN");
    await sql.query("LOCK TABLE one IN ACCESS SHARE MODE");
    const altering = fixture.behave(
      { version: "2" },
      { [migration("20260102_two")]: "ALTER TABLE one ADD COLUMN note text;" },
    );
    await until(
      () => (fixture.lines.some((line) => /lock/.test(line)) ? true : null),
      () => `the runner to meet the lock\n${fixture.lines.join("\n")}`,
    );
    await sql.query("COMMIT");
    expect((await host.waitFor(altering, ["live"])).status).toBe("live");
  });
});
