/**
 * Puts jobs into the queues, inside the transaction of the data they are about:
 * both are there or neither. It takes none but its own probe; workers do.
 */
import type { Pool } from "pg";
import { type Db, fromPrisma, PgBoss } from "pg-boss";
import type { Database, Transaction } from "../database.ts";
import { probeQueue } from "./probe.ts";
import type { SchemaAcceptance } from "./queue-schema.ts";
import {
  CHECKS,
  type CheckJob,
  DELIVERIES,
  DEPLOYS,
  type DeliveryJob,
  type DeployJob,
  keyOf,
  keyOfCheck,
  RUNS,
  type RunJob,
} from "./queues.ts";

export interface Sender {
  deliveries(tx: Transaction, guids: readonly string[]): Promise<void>;
  run(tx: Transaction, job: RunJob): Promise<void>;
  deploy(tx: Transaction, deployId: string): Promise<void>;
  /** Nothing more where one of the pull request waits already. */
  check(tx: Transaction, job: CheckJob): Promise<void>;
  /** Sees whether the queue takes a job and hands it out; leaves nothing. */
  probe(database: Database): Promise<void>;
  stop(): Promise<void>;
}

/** For what pg-boss asks outside of our transactions: which queues there are. */
function pooled(pool: Pool): Db {
  return { executeSql: (text, values) => pool.query(text, values === undefined ? undefined : [...values]) };
}

/** A pg-boss that keeps no connection, timer or listener of its own. */
const QUIET = { supervise: false, schedule: false, registerInstance: false } as const;

export async function openSender(
  pool: Pool,
  acceptance: SchemaAcceptance,
  onLine: (line: string) => void,
): Promise<Sender> {
  const boss = new PgBoss({ db: pooled(pool), ...QUIET, ...acceptance });
  boss.on("error", (error) => onLine(`queue: ${error.message}`));
  await boss.start();
  return {
    deliveries: async (tx, guids) => {
      if (guids.length === 0) return;
      const jobs = guids.map((guid) => ({ data: { guid } satisfies DeliveryJob }));
      await boss.insert(DELIVERIES, jobs, { db: fromPrisma(tx) });
    },
    run: async (tx, job) => {
      await boss.send(RUNS, job, { singletonKey: keyOf(job), db: fromPrisma(tx) });
    },
    deploy: async (tx, deployId) => {
      await boss.send(DEPLOYS, { deployId } satisfies DeployJob, { db: fromPrisma(tx) });
    },
    check: async (tx, job) => {
      await boss.send(CHECKS, job, { singletonKey: keyOfCheck(job), db: fromPrisma(tx) });
    },
    probe: (database) => probeQueue(database, boss),
    stop: () => boss.stop({ graceful: false }),
  };
}
