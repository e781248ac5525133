/**
 * Sends again what was recorded, to two copies of the old schema and to the new
 * one. What the old schema answers alike twice must be answered alike by the
 * new one; what holds a clock or a random value tells nothing.
 */
import { createHash } from "node:crypto";
import { type Cluster, MIGRATOR } from "../cluster.ts";
import { type Client, type Row, ServerError } from "../wire.ts";
import type { Recorded } from "./record.ts";

/** Suites repeat themselves; the first of them tell what the rest would. */
const MOST = 3_000;
const ANSWER_CHARS = 100_000;
/** A statement that waited for another session waits here too, and in vain. */
const PATIENCE = "SET lock_timeout = '250ms'; SET statement_timeout = '2s'";

export interface Answer {
  readonly error: string | null;
  /** null for an answer too large to keep; then `hash` alone tells */
  readonly rows: readonly Row[] | null;
  readonly hash: string;
}

/** @returns one answer for each; the database is changed as the tests changed theirs */
export async function answersTo(
  cluster: Cluster,
  database: string,
  recorded: readonly Recorded[],
  deadlineMs: number,
): Promise<readonly Answer[]> {
  const sessions = new Map<string, Client>();
  const answers: Answer[] = [];
  try {
    for (const [index, one] of recorded.slice(0, MOST).entries()) {
      if (Date.now() > deadlineMs) break;
      const client = sessions.get(one.session) ?? (await open(cluster, database));
      sessions.set(one.session, client);
      answers.push(await ask(client, one, index));
    }
    return answers;
  } finally {
    for (const client of sessions.values()) client.end();
  }
}

async function open(cluster: Cluster, database: string): Promise<Client> {
  const client = await cluster.as(MIGRATOR, database);
  await client.query(PATIENCE);
  return client;
}

async function ask(client: Client, { sql, parameters }: Recorded, index: number): Promise<Answer> {
  try {
    return answered(await client.query(parameters.length === 0 ? sql : prepared(sql, parameters, index)));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { error: error.code, rows: null, hash: error.code };
  }
}

/** Literals without a type of their own, so that the server finds it as it did for the driver's. */
function prepared(sql: string, parameters: readonly string[], index: number): string {
  const name = `orion_${index}`;
  return `PREPARE ${name} AS ${sql.trim().replace(/;$/, "")}\n; EXECUTE ${name}(${parameters.join(", ")})`;
}

function answered(rows: readonly Row[]): Answer {
  const text = JSON.stringify(rows);
  const hash = createHash("sha256").update(text).digest("hex");
  return { error: null, rows: text.length > ANSWER_CHARS ? null : rows, hash };
}

export interface Compared {
  /** statements the old schema answers alike, and without an error, each time */
  readonly compared: number;
  /** of these, what the new one answers differently */
  readonly different: readonly string[];
}

/** Pure. Answers beyond the shortest list were not had. */
export function compareAnswers(
  recorded: readonly Recorded[],
  old: readonly [readonly Answer[], readonly Answer[]],
  now: readonly Answer[],
): Compared {
  const length = Math.min(old[0].length, old[1].length, now.length);
  const stable = recorded
    .slice(0, length)
    .map(({ sql }, index) => ({ sql, was: old[0][index], again: old[1][index], is: now[index] }))
    .filter(({ was, again }) => was !== undefined && was.error === null && was.hash === again?.hash);
  const different = stable.flatMap(({ sql, was, is }) => {
    if (was === undefined || is === undefined || alike(was, is)) return [];
    return [`${is.error === null ? "" : `error ${is.error}: `}${sql.trim().replace(/\s+/g, " ")}`];
  });
  return { compared: stable.length, different: [...new Set(different)] };
}

/** `SELECT *` may get more columns, which a release that does not know them passes over. */
function alike(was: Answer, is: Answer): boolean {
  if (is.error !== null) return false;
  if (was.hash === is.hash) return true;
  if (was.rows === null || is.rows === null || was.rows.length !== is.rows.length) return false;
  return was.rows.every((row, index) => isWithin(row, is.rows?.[index] ?? []));
}

function isWithin(few: Row, many: Row): boolean {
  let found = 0;
  for (const value of many) if (found < few.length && value === few[found]) found += 1;
  return few.length < many.length && found === few.length;
}
