/**
 * Effects of intake on GitHub, each written down before it is made and made
 * once. What is said stands in `replies.ts`; when, in `handle-request.ts`.
 */

import { openLedger } from "../domain/ledger.ts";
import type { GitHub, Reaction, Role } from "../domain/ports/github-port.ts";
import type { MigrationChecks } from "../domain/ports/migration-checks.ts";
import type { RepositoryFact } from "../domain/ports/store/memory-store.ts";
import type { Store } from "../domain/ports/store-port.ts";
import type { Reviews } from "../domain/ports/threads-port.ts";
import type { ToolFacts } from "../domain/ports/toolbox-port.ts";
import type { Person, Repository, Run, Subject, Task } from "../domain/task.ts";

/** The scope of a pull request of Orion's, judged and approved by the runs' own rules. */
export interface Scope {
  judge(facts: { readonly repository: Repository; readonly pullRequest: number }): Promise<string>;
  approve(reviewed: Reviewed): Promise<string>;
  withdraw(reviewed: Reviewed): Promise<string>;
}

/** A review, as far as an approval goes. */
export interface Reviewed {
  readonly repository: Repository;
  readonly pullRequest: number;
  /** the commit the review was given to */
  readonly commit: string;
  readonly person: Person;
}

/** Where checks of a commit stand, as their webhook tells it. */
export interface CheckPlace {
  readonly repository: Repository;
  readonly commit: string;
  readonly branches: readonly string[];
  readonly pullRequests: readonly number[];
}

/** Checks of other Apps, and Orion's own, judged by the runs' own rules. */
export interface Checks {
  /** A check of another App ended. @returns null when it is about no pull request of Orion's */
  ended(place: CheckPlace): Promise<string | null>;
  /** A person who may write wants `orion/red-green` again. @param externalId null for whatever stands on the commit */
  again(wish: {
    readonly place: CheckPlace;
    readonly repository: Repository;
    readonly person: Person;
    readonly externalId: string | null;
    readonly guid: string;
  }): Promise<string>;
}

/** What a closed pull request, a push or a deployment sets going. */
export interface Afterwards {
  /** @param task null for a pull request that only undoes another one */
  closed(
    task: Task | null,
    closed: {
      readonly repository: Repository;
      readonly pullRequest: number;
      readonly mergeCommit: string | null;
      readonly headSha: string;
    },
  ): Promise<string>;
  /** @returns one line for the delivery's record; null when no pull request of Orion's has to do with the branch */
  moved(pushed: { readonly repository: Repository; readonly branch: string }): Promise<string | null>;
  deployed(told: {
    readonly repository: Repository;
    readonly commit: string;
    readonly state: string;
  }): Promise<string | null>;
  /** An installation came, went or changed. Nobody is told; the doctor looks soon. */
  installed(): Promise<void>;
}

export interface IntakeDeps {
  readonly store: Store;
  readonly github: GitHub & Reviews;
  /** Opens the pull request that undoes a merged one, once. */
  readonly openRevert: (facts: {
    readonly repository: Repository;
    readonly pullRequest: number;
    readonly because: string;
  }) => Promise<{ readonly number: number; readonly url: string } | { readonly refused: string }>;
  readonly scope: Scope;
  readonly checks: Checks;
  /** the least role whose yes to this run's plan counts, as the repository's settings say */
  readonly approver: (repository: Repository, run: Run) => Promise<Role>;
  readonly migrations: MigrationChecks;
  readonly settings: {
    /** what a new task may cost */
    readonly budgetUsd: number;
    /** how much work one person may start in an hour */
    readonly runsPerHour: number;
    /** what a person may raise that to */
    readonly mostUsd: number;
    /** true while the process's own switch lets no work start, in every repository */
    readonly paused: boolean;
  };
  /** what a closed pull request, a push or a deployment sets going */
  readonly afterwards: Afterwards;
  readonly links: {
    /** where people read repositories, e.g. `https://github.com` */
    readonly web: string;
    /** null when this server has no public address */
    readonly runPage: (runId: string) => string | null;
  };
  /** takes secrets out of words that are kept */
  readonly redact: (text: string) => string;
  /** The line of a file on the default branch now, or its first line of text; null when there is none. */
  readonly proof: (
    repository: Repository,
    path: string,
    line: number | null,
  ) => Promise<{ readonly quote: string; readonly commit: string } | null>;
  /** Whether what proves the fact still stands on the default branch. */
  readonly holds: (repository: Repository, fact: RepositoryFact) => Promise<boolean>;
  /** Orion's own tools, for `help` */
  readonly tools: readonly ToolFacts[];
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

/**
 * Says what several deliveries would say alike: the first of them does, also when it is handed out
 * again, and the others, which may be handled at the same moment, do not.
 * @param by the delivery, e.g. `delivery:<guid>`
 */
export async function sayFirst(
  deps: IntakeDeps,
  by: string,
  step: Step,
  repository: Repository,
  issue: number,
  text: string,
): Promise<void> {
  const first = await deps.store.amendSetting(`says:${step.scope}/${step.key}`, (value) => {
    const who = typeof value === "string" ? value : by;
    return { value: who, result: who === by };
  });
  if (first) await say(deps, step, repository, issue, text);
}
