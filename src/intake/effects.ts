/**
 * Effects of intake on GitHub, each written down before it is made and made
 * once. What is said stands in `replies.ts`; when, in `handle-request.ts`.
 */

import { openLedger } from "../domain/ledger.ts";
import type { GitHub, Reaction, Reviews } from "../domain/ports/github-port.ts";
import type { MigrationChecks } from "../domain/ports/migration-checks.ts";
import type { Store } from "../domain/ports/store-port.ts";
import type { Repository, Subject } from "../domain/task.ts";

export interface IntakeDeps {
  readonly store: Store;
  readonly github: GitHub & Reviews;
  readonly migrations: MigrationChecks;
  readonly settings: {
    /** what a new task may cost */
    readonly budgetUsd: number;
  };
}

export interface Step {
  /** e.g. `delivery:<guid>` */
  readonly scope: string;
  readonly key: string;
}

/** Reacts once; GitHub gives the reaction that is there when asked again. */
export async function react(
  deps: IntakeDeps,
  { scope, key }: Step,
  repository: Repository,
  subject: Subject,
  reaction: Reaction,
): Promise<void> {
  const act = async (): Promise<Reaction> => {
    await deps.github.react(repository, subject, reaction);
    return reaction;
  };
  await openLedger(deps.store, null, scope).effect(key, { find: async () => null, act });
}

/** Comments once; a hidden marker in the comment finds it again. */
export async function say(
  deps: IntakeDeps,
  { scope, key }: Step,
  repository: Repository,
  issue: number,
  text: string,
): Promise<void> {
  const marker = `<!-- orion:reply=${scope}/${key} -->`;
  await openLedger(deps.store, null, scope).effect(key, {
    find: () => deps.github.findComment(repository, issue, marker),
    act: () => deps.github.createComment(repository, issue, `${text}\n\n${marker}`),
  });
}
