/**
 * Opens the memory and the queue on one PostgreSQL. The face of this room:
 * everything else here is behind it. It migrates nothing; `runMigrations` does.
 */
import type { Queue, Store } from "../domain/ports/store-port.ts";
import { asApp } from "./app-role.ts";
import { openDatabase } from "./database.ts";
import { openQueue } from "./queue/open-queue.ts";
import { acceptQueueSchema } from "./queue/queue-schema.ts";
import { openSender } from "./queue/sender.ts";
import { accountMethods } from "./records/accounts.ts";
import { approvalMethods } from "./records/approvals.ts";
import { checkMethods } from "./records/checks.ts";
import { deliveryMethods } from "./records/deliveries.ts";
import { evolutionMethods } from "./records/evolution.ts";
import { memoryMethods } from "./records/memory/memory.ts";
import { openCheckMethods } from "./records/open-checks.ts";
import { commitMethods } from "./records/runs/commits.ts";
import { pauseMethods } from "./records/runs/pauses.ts";
import { runMethods } from "./records/runs/runs.ts";
import { stepMethods } from "./records/runs/steps.ts";
import { turnMethods } from "./records/runs/turns.ts";
import { waitingMethods } from "./records/runs/waiting.ts";
import { taskMethods } from "./records/tasks.ts";
import { toolCallMethods } from "./records/tool-calls.ts";
import { storeError } from "./store-error.ts";

export interface StoreOptions {
  readonly connectionString: string;
  /** connections of the store; the queue, once it works, takes four more */
  readonly poolSize?: number;
  /** runs this process conducts at the same time */
  readonly runConcurrency?: number;
  /** deliveries this process handles at the same time */
  readonly deliveryConcurrency?: number;
  /** told what the database or the queue complains about */
  readonly onLine?: (line: string) => void;
}

export interface OpenStore {
  readonly store: Store;
  readonly queue: Queue;
  /** @throws OrionError unless the queue takes a job and hands it out; within four seconds, and leaves nothing */
  probeQueue(): Promise<void>;
  /** Stops the queue at once and closes every connection. */
  close(): Promise<void>;
}

/**
 * @throws OrionError STORE_UNREACHABLE, also by every method of the store
 * @throws OrionError STORE_NOT_MIGRATED
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { poolSize = 10, runConcurrency = 4, deliveryConcurrency = 4, onLine = () => {} } = options;
  const connectionString = await addressOf(options.connectionString);
  const { database, pool, close: closeDatabase } = openDatabase(connectionString, poolSize, onLine);
  try {
    const acceptance = await acceptQueueSchema(database);
    const sender = await openSender(pool, acceptance, onLine);
    const queue = openQueue({ connectionString, database, acceptance, runConcurrency, deliveryConcurrency, onLine });
    const store = guarded<Store>({
      ...deliveryMethods(database, sender),
      ...taskMethods(database),
      ...runMethods(database, sender),
      ...stepMethods(database),
      ...commitMethods(database),
      ...turnMethods(database),
      ...accountMethods(database),
      ...toolCallMethods(database),
      ...memoryMethods(database),
      ...evolutionMethods(database, sender),
      ...approvalMethods(database),
      ...checkMethods(database, sender),
      ...openCheckMethods(database),
      ...pauseMethods(database, sender),
      ...waitingMethods(database, sender),
    });
    const close = async () => {
      await queue.stop(0);
      await sender.stop();
      await closeDatabase();
    };
    const { probeQueue } = guarded({ probeQueue: () => sender.probe(database) });
    return { store, queue, probeQueue, close };
  } catch (error) {
    await closeDatabase();
    throw storeError(error);
  }
}

async function addressOf(connectionString: string): Promise<string> {
  try {
    return await asApp(connectionString);
  } catch (error) {
    throw storeError(error);
  }
}

/** The same methods, throwing the errors of the house only. */
function guarded<Methods extends object>(methods: Methods): Methods {
  return new Proxy(methods, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== "function") return method;
      return async (...args: readonly unknown[]) => {
        try {
          return await Reflect.apply(method, target, args);
        } catch (error) {
          throw storeError(error);
        }
      };
    },
  });
}
