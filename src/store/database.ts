/**
 * The generated client on one PostgreSQL, and the two names the rest of this
 * room uses for it. No queries here.
 */
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Prisma, PrismaClient } from "./generated/client.ts";

export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;

export interface OpenDatabase {
  readonly database: Database;
  /** the connections under it, for what Prisma's types do not know; closed with it */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const CONNECT_MS = 5_000;
const TRANSACTION = { maxWait: 10_000, timeout: 20_000 } as const;

export function openDatabase(connectionString: string, poolSize: number, onLine: (line: string) => void): OpenDatabase {
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "orion",
  });
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    // a connection that breaks is replaced; without listeners it would end the process
    onPoolError: (error) => onLine(`database pool: ${error.message}`),
    onConnectionError: (error) => onLine(`database connection: ${error.message}`),
  });
  const database = new PrismaClient({ adapter, transactionOptions: TRANSACTION, errorFormat: "minimal" });
  const close = async () => {
    await database.$disconnect();
    // a client that never reached the database does not end its pool
    if (!pool.ended) await pool.end();
  };
  return { database, pool, close };
}
