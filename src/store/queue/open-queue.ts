/**
 * The worker's side of the queue: takes jobs, hands them to the handlers, and
 * gives back what is unfinished when it is told to stop. What a job means is
 * the handlers' business.
 */
import { setTimeout as delay } from "node:timers/promises";
import { fromPrisma, type Job, PgBoss } from "pg-boss";
import { z } from "zod";
import { hasCode, OrionError } from "../../domain/errors.ts";
import type { Queue } from "../../domain/ports/store-port.ts";
import type { Database } from "../database.ts";
import { storeError } from "../store-error.ts";
import type { SchemaAcceptance } from "./queue-schema.ts";
import {
  CHECK_TRIES,
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
  WATCH,
} from "./queues.ts";
import { runOfTurn } from "./turn-of.ts";

export interface QueueOptions {
  readonly connectionString: string;
  readonly database: Database;
  readonly acceptance: SchemaAcceptance;
  /** runs conducted at the same time by this process */
  readonly runConcurrency: number;
  readonly deliveryConcurrency: number;
  readonly onLine: (line: string) => void;
}

/** Polling only backs up the notifications; heartbeats must be far more frequent than `heartbeatSeconds`. */
const TAKE = { notifyPollingIntervalSeconds: 1, pollingIntervalSeconds: 1, heartbeatRefreshSeconds: 3 } as const;

/** Fetches, heartbeats and supervision; handlers use the store's own pool. */
const POOL_SIZE = 4;

/** Following a deploy is waiting. */
const DEPLOY_CONCURRENCY = 4;

/** Each takes a sandbox or two. */
const CHECK_CONCURRENCY = 2;

/**
 * When GitHub, or our own pace, says when to come again, asking earlier only makes it later;
 * what has nothing to do before then leaves its place to others meanwhile.
 */
function dueAgain(error: unknown): Date | null {
  const told = hasCode(error, "RATE_LIMITED") || hasCode(error, "LATER");
  return told && typeof error.facts.retryAtMs === "number" ? new Date(error.facts.retryAtMs) : null;
}

/** pg-boss answers this, but its types leave it out. */
const completedSchema = z.object({ affected: z.number() });

export function openQueue(options: QueueOptions): Queue {
  let worker: Worker | null = null;
  return {
    work: async (handlers) => {
      if (worker !== null)
        throw new OrionError("QUEUE_WORKING", "this queue works already; open another store for a second worker");
      worker = new Worker(options);
      await worker.start(handlers);
    },
    stop: async (graceMs) => {
      const stopping = worker;
      worker = null;
      await stopping?.stop(graceMs);
    },
  };
}

type AnyJob = RunJob | DeliveryJob | DeployJob | CheckJob;

function singletonKeyOf(data: AnyJob): { readonly singletonKey?: string } {
  if ("taskId" in data) return { singletonKey: keyOf(data) };
  return "pullRequest" in data ? { singletonKey: keyOfCheck(data) } : {};
}

type Handlers = Parameters<Queue["work"]>[0];

class Worker {
  readonly #options: QueueOptions;
  readonly #boss: PgBoss;
  readonly #stopping = new AbortController();
  readonly #open = new Map<Job<AnyJob>, Promise<void>>();

  constructor(options: QueueOptions) {
    this.#options = options;
    const { connectionString, acceptance, onLine } = options;
    const settings = { ...WATCH, ...acceptance, useListenNotify: true, schedule: false, max: POOL_SIZE };
    this.#boss = new PgBoss({ connectionString, ...settings });
    this.#boss.on("error", (error) => onLine(`queue: ${error.message}`));
    this.#boss.on("warning", (warning) => onLine(`queue: ${warning.message}`));
  }

  async start(handlers: Handlers): Promise<void> {
    const { database, runConcurrency, deliveryConcurrency } = this.#options;
    try {
      await this.#boss.start();
      await this.#boss.work<DeliveryJob>(DELIVERIES, { ...TAKE, localConcurrency: deliveryConcurrency }, ([job]) =>
        this.#attend(job, ({ guid }, signal) => handlers.delivery(guid, signal)),
      );
      await this.#boss.work<RunJob>(RUNS, { ...TAKE, localConcurrency: runConcurrency }, ([job]) =>
        this.#attend(job, async (turn, signal) => {
          const runId = await runOfTurn(database, turn);
          if (runId !== null) await handlers.run(runId, signal);
        }),
      );
      await this.#startFollowing(handlers);
    } catch (error) {
      throw storeError(error);
    }
  }

  async #startFollowing({ deploy, check }: Handlers): Promise<void> {
    if (deploy !== undefined)
      await this.#boss.work<DeployJob>(DEPLOYS, { ...TAKE, localConcurrency: DEPLOY_CONCURRENCY }, ([job]) =>
        this.#attend(job, ({ deployId }, signal) => deploy(deployId, signal)),
      );
    const counted = { ...TAKE, localConcurrency: CHECK_CONCURRENCY, includeMetadata: true } as const;
    if (check !== undefined)
      await this.#boss.work<CheckJob>(CHECKS, counted, ([job]) =>
        this.#attend(job, (pull, signal) =>
          check({ ...pull, last: (job?.retryCount ?? 0) >= CHECK_TRIES - 1 }, signal),
        ),
      );
  }

  /** Resolves when the job is done or given back; rejects when pg-boss shall try it again later. */
  async #attend<Data extends AnyJob>(
    job: Job<Data> | undefined,
    act: (data: Data, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    if (job === undefined) return;
    const signal = AbortSignal.any([job.signal, this.#stopping.signal]);
    // a job fetched while stopping begins is given back unopened
    const handling = signal.aborted ? Promise.reject(signal.reason) : act(job.data, signal);
    this.#open.set(job, handling);
    try {
      await handling;
      if (this.#stopping.signal.aborted && job.name !== DELIVERIES) await this.#giveBack(job);
    } catch (error) {
      if (this.#stopping.signal.aborted) return await this.#giveBack(job);
      const due = dueAgain(error);
      if (due === null) throw error;
      await this.#giveBack(job, due);
    } finally {
      this.#open.delete(job);
    }
  }

  /**
   * Ends the job and sends its like, in one transaction: unlike a failed one it is
   * due at once, or when it is said to be, and has all its retries, however often it is given back.
   */
  async #giveBack(job: Job<AnyJob>, startAfter?: Date): Promise<void> {
    if (!this.#open.delete(job)) return;
    await this.#options.database.$transaction(async (tx) => {
      const db = fromPrisma(tx);
      const { affected } = completedSchema.parse(await this.#boss.complete(job.name, job, null, { db }));
      // 0 when another worker has it: then it is not ours to give
      if (affected === 0) return;
      const key = singletonKeyOf(job.data);
      await this.#boss.send(job.name, job.data, { ...key, ...(startAfter === undefined ? {} : { startAfter }), db });
    });
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort(new OrionError("STOPPING", "this process stops; the work goes on in the next one"));
    const taken = Promise.all(
      [DELIVERIES, RUNS, DEPLOYS, CHECKS].map((name) => this.#boss.offWork(name, { wait: false })),
    );
    const ended = Promise.allSettled([taken, ...this.#open.values()]);
    const grace = new AbortController();
    await Promise.race([ended, delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
    grace.abort();
    for (const job of [...this.#open.keys()]) {
      await this.#giveBack(job).catch((error) => this.#options.onLine(`queue: ${storeError(error).message}`));
    }
    await this.#boss.stop({ graceful: true, timeout: 1_000 });
  }
}
