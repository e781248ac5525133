/**
 * What stands before a change: its schema built, rows in every table, and all
 * that is compared later written down.
 */
import { applyAll, type Failure, type SqlFile } from "./apply.ts";
import { readTables, type Table } from "./catalogue.ts";
import { type Cluster, MIGRATOR, RELEASE } from "./cluster.ts";
import { type Fact, readFacts } from "./facts.ts";
import { hashesOf } from "./hashes.ts";
import { replayed, statementsOf } from "./replay.ts";
import { type Seeded, seedRows } from "./seed.ts";
import type { Client } from "./wire.ts";

export interface Base {
  readonly tables: readonly Table[];
  readonly seeded: Seeded;
  readonly hashes: ReadonlyMap<string, string>;
  readonly facts: readonly Fact[];
  readonly statements: readonly string[];
  readonly answers: readonly string[];
}

/** The database that each change gets a copy of. */
export const BEFORE = "before";

/** Builds the schema and rows that stand before the change. */
export async function buildBase(
  cluster: Cluster,
  files: readonly SqlFile[],
  seeds: readonly SqlFile[],
): Promise<Base | Failure> {
  const root = await cluster.admin("postgres");
  await root.query(`CREATE DATABASE ${BEFORE} OWNER ${MIGRATOR}`);
  root.end();
  const failure = await applyAll(cluster, BEFORE, files);
  if (failure !== null) return failure;
  // a seed that does not fit leaves its part out; rows are made for every table anyway
  for (const seed of seeds) await applyAll(cluster, BEFORE, [seed]);
  const admin = await cluster.admin(BEFORE);
  const tables = await readTables(admin);
  const seeded = await seedRows(admin, tables);
  await grant(admin);
  const statements = statementsOf(tables);
  const answers = await replayed(cluster, BEFORE, statements);
  // last: what is asked moves sequences, and the copies begin where this ends
  const facts = await readFacts(admin);
  const hashes = await hashesOf(admin, tables);
  admin.end();
  return { tables, seeded, hashes, facts, statements, answers };
}

/** What the previous release may do, and nothing more. */
async function grant(admin: Client): Promise<void> {
  const schemas = await admin.query(
    "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'",
  );
  for (const [schema] of schemas) {
    await admin.query(
      `GRANT USAGE ON SCHEMA ${schema} TO ${RELEASE};
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${RELEASE};
       GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${RELEASE}`,
    );
  }
}
