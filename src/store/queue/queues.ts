/**
 * The queues and how each treats its jobs. The migration runner creates them,
 * the worker takes from them; nothing is sent or handled here.
 */
import type { Queue as QueueOptions } from "pg-boss";

export const DELIVERIES = "deliveries";
export const RUNS = "runs";
/** Commits on their way to people: each is followed until it is live or has failed. */
export const DEPLOYS = "deploys";
/** Pull requests that are judged and tried, which takes minutes. */
export const CHECKS = "checks";
/** Jobs whose retries are spent; kept for a person to look at. */
export const DEAD = "dead";

/** Holds nothing for longer than a transaction that is rolled back. */
export const PROBE = "probe";

export interface DeliveryJob {
  readonly guid: string;
}

export interface DeployJob {
  readonly deployId: string;
}

export interface CheckJob {
  readonly repositoryId: number;
  readonly pullRequest: number;
}

export interface RunJob {
  readonly taskId: string;
  readonly runId: string;
  /** true for a question: it waits for no other run of its task, and none waits for it */
  readonly aside?: boolean;
}

/** What may not run at the same time: runs of one task, save those beside it. */
export function keyOf({ taskId, runId, aside }: RunJob): string {
  return aside === true ? runId : taskId;
}

/** One pull request is checked once at a time, and waits once at most. */
export function keyOfCheck({ repositoryId, pullRequest }: CheckJob): string {
  return `${repositoryId}/${pullRequest}`;
}

/** Tries of a check; the last only says that it could not be made. */
export const CHECK_TRIES = 8;

/**
 * A worker that is killed stops its heartbeat; its job is given away after
 * `heartbeatSeconds` and the next look of a supervisor (WATCH below).
 */
const ALIVE = { heartbeatSeconds: 10, deadLetter: DEAD, notify: true } as const;

/** In the order they must be created: a dead letter queue before those that name it. */
export const QUEUES: readonly QueueOptions[] = [
  { name: DEAD, retentionSeconds: 90 * 86_400 },
  { name: PROBE, retryLimit: 0 },
  {
    ...ALIVE,
    name: DELIVERIES,
    policy: "standard",
    expireInSeconds: 600,
    retryLimit: 20,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
  },
  {
    ...ALIVE,
    name: CHECKS,
    // by pull request: one waits, one is at work, whatever came in meanwhile
    policy: "stately",
    expireInSeconds: 2 * 3_600,
    retryLimit: CHECK_TRIES - 1,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 60,
  },
  {
    ...ALIVE,
    name: DEPLOYS,
    policy: "standard",
    retentionSeconds: 30 * 86_400,
    // a build may take long, and whoever follows it may be replaced by it
    expireInSeconds: 4 * 3_600,
    retryLimit: 1_000,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
  },
  {
    ...ALIVE,
    name: RUNS,
    // with the task as key: runs of one task one after the other, of different tasks side by side
    policy: "singleton",
    // a run outlives a long outage; the default drops what waited for two weeks
    retentionSeconds: 365 * 86_400,
    expireInSeconds: 4 * 3_600,
    // an outage must not use them up; what a run itself cannot do, it ends by itself
    retryLimit: 1_000,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
  },
];

/** How often pg-boss looks for dead workers, in seconds; its defaults take up to a minute. */
export const WATCH = { superviseIntervalSeconds: 2, monitorIntervalSeconds: 2, queueCacheIntervalSeconds: 2 } as const;
