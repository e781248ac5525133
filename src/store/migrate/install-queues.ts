/**
 * Installs or updates pg-boss's own schema and our queues in it. Workers start
 * with `migrate: false`, so this is the only place that changes either.
 */
import { setTimeout as delay } from "node:timers/promises";
import { PgBoss, type Queue as QueueOptions } from "pg-boss";
import { QUEUES } from "../queue/queues.ts";

const INDEX_WAIT_MS = 110_000;
const INDEX_POLL_MS = 200;

export async function installQueues(connectionString: string, onLine: (line: string) => void): Promise<void> {
  const boss = new PgBoss({ connectionString, ...INSTALLER });
  boss.on("error", (error) => onLine(`queue: ${error.message}`));
  await boss.start();
  try {
    await indexesBuilt(boss, onLine);
    for (const queue of QUEUES) await putQueue(boss, queue);
  } finally {
    await boss.stop({ graceful: false });
  }
}

const INSTALLER = {
  migrate: true,
  supervise: false,
  schedule: false,
  max: 2,
  application_name: "orion-migrate",
} as const;

async function putQueue(boss: PgBoss, { name, policy, ...settings }: QueueOptions): Promise<void> {
  if ((await boss.getQueue(name)) === null) await boss.createQueue(name, { ...settings, ...(policy && { policy }) });
  else await boss.updateQueue(name, settings);
}

/** After an update, pg-boss builds large indexes in the background of the instance that migrated. */
async function indexesBuilt(boss: PgBoss, onLine: (line: string) => void): Promise<void> {
  const deadline = Date.now() + INDEX_WAIT_MS;
  while (Date.now() < deadline) {
    const status = await boss.getBamStatus();
    if (!status.some((entry) => entry.status === "pending" || entry.status === "in_progress")) {
      if (status.some((entry) => entry.status === "failed")) onLine("warning: the queue lacks an index; migrate again");
      return;
    }
    await delay(INDEX_POLL_MS);
  }
  onLine("warning: the queue still builds an index; it works, but slower");
}
