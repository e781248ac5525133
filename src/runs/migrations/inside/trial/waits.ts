/**
 * How long others wait while a change is applied: a session of the previous
 * release goes from table to table, as a reader and as a writer, and each of
 * its short transactions is timed.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Table } from "../catalogue.ts";
import { type Cluster, RELEASE } from "../cluster.ts";
import { type Client, ServerError } from "../wire.ts";

export interface Wait {
  readonly ms: number;
  /** where the longest wait was; "" where nobody waited */
  readonly table: string;
}

export interface Waits {
  /** kept waiting by ACCESS EXCLUSIVE */
  readonly reader: Wait;
  /** kept waiting by SHARE and whatever is stronger */
  readonly writer: Wait;
}

const MODES = { reader: "ACCESS SHARE", writer: "ROW EXCLUSIVE" } as const;
const PAUSE_MS = 4;
const NOBODY: Wait = { ms: 0, table: "" };

/** @returns what the work gave, and the longest waits beside it */
export async function waitsDuring<T>(
  cluster: Cluster,
  database: string,
  tables: readonly Table[],
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly waits: Waits }> {
  const client = await cluster.as(RELEASE, database);
  const ending = new AbortController();
  const visiting = visit(client, tables, ending.signal);
  try {
    const result = await work();
    ending.abort();
    return { result, waits: await visiting };
  } finally {
    ending.abort();
    await visiting;
    client.end();
  }
}

async function visit(client: Client, tables: readonly Table[], signal: AbortSignal): Promise<Waits> {
  const longest = { reader: NOBODY, writer: NOBODY };
  while (!signal.aborted) {
    for (const { name } of tables) {
      for (const who of ["reader", "writer"] as const) {
        if (signal.aborted) break;
        const ms = await timed(client, `BEGIN; LOCK TABLE ${name} IN ${MODES[who]} MODE; ROLLBACK`);
        if (ms > longest[who].ms) longest[who] = { ms, table: name };
      }
    }
    await delay(PAUSE_MS);
  }
  return longest;
}

async function timed(client: Client, sql: string): Promise<number> {
  const begun = performance.now();
  try {
    await client.query(sql);
  } catch (error) {
    // a table that went, or a wait that was given up: what became of it is told elsewhere
    if (!(error instanceof ServerError)) throw error;
    if (error.code !== "08006") await client.query("ROLLBACK");
  }
  return Math.round(performance.now() - begun);
}
