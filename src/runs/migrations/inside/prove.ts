/**
 * The proof of one change: a copy of the database is migrated, and must hold
 * every old row, every old thing, and every old answer. It looks only; what
 * follows from it is decided by whoever reads the result.
 */
import { readTables, type Table } from "./catalogue.ts";
import { type Cluster, MIGRATOR, RELEASE } from "./cluster.ts";
import { compareFacts, type Fact, readFacts } from "./facts.ts";
import { answersOf, statementsOf } from "./replay.ts";
import { type Seeded, seedRows } from "./seed.ts";
import { type Client, ServerError } from "./wire.ts";

export interface SqlFile {
  readonly name: string;
  readonly sql: string;
}

export interface Failure {
  readonly file: string;
  readonly code: string;
  readonly message: string;
  /** line of the file, from 1; null when PostgreSQL names none */
  readonly line: number | null;
}

export interface CaseResult {
  readonly name: string;
  /** null when every file was applied */
  readonly failure: Failure | null;
  /** tables whose old rows read differently over their old columns */
  readonly rowsChanged: readonly string[];
  readonly lost: readonly string[];
  readonly bound: readonly string[];
  /** statements of the previous release that answer differently */
  readonly answers: readonly string[];
  readonly ms: number;
}

export interface Base {
  readonly tables: readonly Table[];
  readonly seeded: Seeded;
  readonly hashes: ReadonlyMap<string, string>;
  readonly facts: readonly Fact[];
  readonly statements: readonly string[];
  readonly answers: readonly string[];
}

const BEFORE = "before";
/** A file that runs longer on a handful of rows does not end. */
const FILE_MS = 5_000;

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

/** @param copy a name no other case has */
export async function proveCase(
  cluster: Cluster,
  base: Base,
  change: { readonly name: string; readonly files: readonly SqlFile[] },
  copy: string,
): Promise<CaseResult> {
  const begun = performance.now();
  const root = await cluster.admin("postgres");
  await root.query(`CREATE DATABASE ${copy} TEMPLATE ${BEFORE} STRATEGY FILE_COPY OWNER ${MIGRATOR}`);
  try {
    const failure = await applyAll(cluster, copy, change.files);
    const admin = await cluster.admin(copy);
    const hashes = await hashesOf(admin, base.tables);
    const difference = compareFacts(base.facts, await readFacts(admin));
    admin.end();
    const answers = await replayed(cluster, copy, base.statements);
    return {
      name: change.name,
      failure,
      rowsChanged: base.tables.map(({ name }) => name).filter((name) => hashes.get(name) !== base.hashes.get(name)),
      ...difference,
      answers: base.statements.filter((_, index) => isWorse(base.answers[index], answers[index])),
      ms: Math.round(performance.now() - begun),
    };
  } finally {
    await root.query(`DROP DATABASE IF EXISTS ${copy} WITH (FORCE)`);
    root.end();
  }
}

/** What was refused and is answered now breaks nobody: a key or check that went is told by the catalogue. */
function isWorse(before: string | undefined, after: string | undefined): boolean {
  return before !== after && before?.startsWith("error ") !== true;
}

/** Each file as its tool sends it: whole, on the simple protocol, in a session of its own. */
export async function applyAll(cluster: Cluster, database: string, files: readonly SqlFile[]): Promise<Failure | null> {
  for (const file of files) {
    const client = await cluster.as(MIGRATOR, database);
    // from outside: a file could lift a time-out of its own session
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void endSessions(cluster, database);
    }, FILE_MS);
    try {
      await client.query(file.sql);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const line =
        error.position === null
          ? null
          : [...file.sql]
              .slice(0, error.position - 1)
              .join("")
              .split("\n").length;
      return {
        file: file.name,
        code: error.code,
        message: late ? `it does not end within ${FILE_MS / 1_000} s` : error.message,
        line,
      };
    } finally {
      clearTimeout(timer);
      client.end();
    }
  }
  return null;
}

async function endSessions(cluster: Cluster, database: string): Promise<void> {
  const admin = await cluster.admin(database);
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${MIGRATOR}'`);
  admin.end();
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

async function replayed(cluster: Cluster, database: string, statements: readonly string[]): Promise<readonly string[]> {
  try {
    const client = await cluster.as(RELEASE, database);
    const answers = await answersOf(client, statements);
    client.end();
    return answers;
  } catch (error) {
    if (error instanceof ServerError) return statements.map(() => `error ${error.code}`);
    throw error;
  }
}

async function hashesOf(admin: Client, tables: readonly Table[]): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const { name, columns } of tables) {
    const row = columns.map((column) => column.name).join(", ");
    try {
      const [found] = await admin.query(
        `SELECT count(*) || ':' || coalesce(md5(string_agg(h, ',' ORDER BY h)), '') FROM (SELECT md5(ROW(${row})::text) AS h FROM ${name}) r`,
      );
      hashes.set(name, found?.[0] ?? "");
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      hashes.set(name, `error ${error.code}`);
    }
  }
  return hashes;
}
