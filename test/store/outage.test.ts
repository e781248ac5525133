import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensurePostgres } from "../../src/local/postgres/ensure-postgres.ts";
import { stopPostgres } from "../../src/local/postgres/stop-postgres.ts";
import { runMigrations } from "../../src/store/migrate/run-migrations.ts";
import { openStore } from "../../src/store/open-store.ts";
import { storeError } from "../../src/store/store-error.ts";
import { MIGRATIONS } from "../support/postgres.ts";
import { delivery, until } from "./fixtures.ts";

let dataDir: string;
const settings = { fsync: "off" };

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "orion-outage-"));
});

afterEach(async () => {
  await stopPostgres({ dataDir });
  rmSync(dataDir, { recursive: true });
});

describe("a database that goes away", () => {
  it("is told by one code from every method, and store and queue go on when it is back", async () => {
    const server = await ensurePostgres({ dataDir, settings });
    await server.createDatabase("orion");
    const connectionString = server.connectionString("orion");
    await runMigrations({ connectionString, directory: MIGRATIONS, onLine: () => {} });
    const { store, queue, close } = await openStore({ connectionString });
    const taken: string[] = [];
    await queue.work({ run: async () => {}, delivery: async (guid) => void taken.push(guid) });

    await stopPostgres({ dataDir });
    const calls = [
      () => store.task("any"),
      () => store.receiveDelivery(delivery("lost")),
      () => store.claimRun("any"),
      () => store.spent("any"),
      () => store.setting("any"),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ name: "OrionError", code: "STORE_UNREACHABLE" });
    expect(await store.ping()).toBe(false);
    await expect(openStore({ connectionString })).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });

    await ensurePostgres({ dataDir, settings });
    expect(await store.ping()).toBe(true);
    expect(await store.receiveDelivery(delivery("kept"))).toBe("stored");
    await until(() => taken.includes("kept"));
    await close();
  }, 40_000);
});

describe("storeError", () => {
  it.each([
    ["a refused connection", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "STORE_UNREACHABLE"],
    [
      "all addresses of a host failing",
      new AggregateError([Object.assign(new Error(), { code: "ECONNREFUSED" })]),
      "STORE_UNREACHABLE",
    ],
    ["an adapter's error in its cause", new Error("x", { cause: { kind: "ConnectionClosed" } }), "STORE_UNREACHABLE"],
    ["an administrator's shutdown", Object.assign(new Error("terminating"), { code: "57P01" }), "STORE_UNREACHABLE"],
    ["a broken rule of the schema", Object.assign(new Error("fk"), { code: "P2003" }), "STORE_FAILED"],
    ["something thrown that is no error", "boom", "STORE_FAILED"],
  ])("of %s", (_, thrown, code) => {
    expect(storeError(thrown)).toMatchObject({ name: "OrionError", code, cause: thrown });
  });
});
