/**
 * What every part of the forge is handed: its memory, its App, its address and
 * the ways to tell others. No part of it is global.
 */
import type { KeyObject } from "node:crypto";
import type { Contract } from "./openapi/contract.ts";
import type { AccountRecord, Permissions, RepositoryRecord } from "./state/records.ts";
import type { State } from "./state/state.ts";

export interface AppIdentity {
  readonly id: number;
  readonly slug: string;
  readonly publicKey: KeyObject;
  readonly webhookSecret: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
}

/** A new App and its secrets, as GitHub gives them once. */
export interface HandedOver {
  readonly app: AppIdentity;
  readonly hookUrl: string;
  readonly pem: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Registrations {
  /** @returns where the person is sent. @throws GithubFault 422 for a manifest GitHub would not take */
  begin(manifest: string, state: string): string;
  /** @throws GithubFault 404 for a code that is unknown, used or older than an hour */
  handOver(code: string): HandedOver;
}

/** Something that happened, to be told to the App. */
export interface Happening {
  /** e.g. `issues` */
  readonly event: string;
  /** e.g. `opened`; null for events without actions, such as `push` */
  readonly action: string | null;
  readonly repository: RepositoryRecord;
  readonly sender: AccountRecord;
  /** the event's own part of the payload */
  readonly parts: Readonly<Record<string, unknown>>;
}

/** What only git can tell about a pull request. */
export interface PullFacts {
  /** null while it is not known, as for closed ones */
  readonly mergeable: boolean | null;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

export interface World {
  readonly state: State;
  readonly app: AppIdentity;
  readonly contract: Contract;
  /** folder of the bare repositories */
  readonly projectRoot: string;
  /** e.g. `http://127.0.0.1:4000` */
  readonly url: () => string;
  readonly tell: (happening: Happening) => void;
  /** What git says of a pull request between two commits, kept. */
  readonly pulls: (key: string, make: () => Promise<PullFacts>) => Promise<PullFacts>;
  /** Runs work that changes a repository's refs, one at a time for each repository. */
  readonly exclusively: <T>(repositoryId: number, work: () => Promise<T>) => Promise<T>;
  /** The App's own account, `slug[bot]`. */
  readonly bot: AccountRecord;
  readonly registrations: Registrations;
  /** From now on this is the App. */
  readonly adopt: (app: AppIdentity) => void;
  readonly webhook: {
    readonly url: () => string | null;
    readonly setUrl: (url: string | null) => void;
    /** Delivers once more what has this delivery id. */
    readonly attempt: (deliveryId: number) => void;
  };
}

/** @returns the present in GitHub's precision, e.g. `2026-11-23T12:00:00Z` */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

/** Runs tasks with the same key one after the other, in the order they came. */
export function queuePerKey(): <T>(key: number | string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<number | string, Promise<unknown>>();
  return async (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, settled);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === settled) tails.delete(key);
    }
  };
}
