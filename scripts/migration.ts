/**
 * `npm run migration:new <name>` writes the next migration from what changed in
 * schema.prisma; `npm run drift` says whether there is something to write.
 * Both ask a PostgreSQL started for the purpose; no other database is touched.
 *
 * Exit codes: 0 done or no drift; 2 drift; 1 anything else.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeError } from "../src/domain/errors.ts";
import { ensurePostgres } from "../src/local/postgres/ensure-postgres.ts";
import { stopPostgres } from "../src/local/postgres/stop-postgres.ts";
import { LOCK_FILE, missingSql } from "./schema-engine.ts";

const USAGE = "usage: node scripts/migration.ts new <name> | drift   [--prisma <directory>]";
const ROOT = resolve(import.meta.dirname, "..");

/** Asks a server of its own, gone afterwards: nobody else can come to depend on it. */
async function compare(prisma: string): Promise<string | null> {
  const dataDir = mkdtempSync(join(tmpdir(), "orion-schema-"));
  const postgres = await ensurePostgres({ dataDir, settings: { fsync: "off" } });
  try {
    return await missingSql({
      schema: join(prisma, "schema.prisma"),
      migrations: join(prisma, "migrations"),
      connectionString: postgres.connectionString("postgres"),
    });
  } finally {
    await stopPostgres({ dataDir });
    for (const directory of [dataDir, postgres.home]) rmSync(directory, { recursive: true, force: true });
  }
}

async function drift(prisma: string): Promise<number> {
  const sql = await compare(prisma);
  if (sql === null) {
    console.log("the migrations lead to schema.prisma");
    return 0;
  }
  console.log(`schema.prisma is ahead of the migrations; npm run migration:new <name> writes:\n\n${sql}`);
  return 2;
}

async function create(prisma: string, name: string): Promise<number> {
  if (!/^[a-z0-9_]{1,60}$/.test(name)) {
    console.error(`${JSON.stringify(name)} is no name for a migration; use a-z, 0-9 and _`);
    return 1;
  }
  const sql = await compare(prisma);
  if (sql === null) {
    console.log("nothing to write: the migrations lead to schema.prisma");
    return 0;
  }
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const directory = join(prisma, "migrations", `${stamp}_${name}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "migration.sql"), sql);
  writeFileSync(join(prisma, "migrations", "migration_lock.toml"), LOCK_FILE);
  console.log(`wrote ${join(directory, "migration.sql")}; read it before you commit it`);
  return 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { prisma: { type: "string" } } });
  const prisma = resolve(values.prisma ?? join(ROOT, "prisma"));
  const [command, name] = positionals;
  if (command === "drift" && name === undefined) return drift(prisma);
  if (command === "new" && name !== undefined) return create(prisma, name);
  console.error(USAGE);
  return 1;
}

main().then(
  // the engine keeps handles open after it is freed, so the process is ended rather than left to end
  (exitCode) => process.exit(exitCode),
  (error) => {
    console.error(describeError(error));
    process.exit(1);
  },
);
