/**
 * The nouns of the house: what is stored about a request and its way.
 * Types only; the store fills them, the runs move them.
 */
import type { FeatureRef } from "./feature-ref.ts";
import type { Plan } from "./plan.ts";
import type { Stage } from "./stages.ts";

/** A repository as GitHub knows it; the id is the key, names may change. */
export interface Repository {
  readonly id: number;
  readonly installationId: number;
  readonly owner: string;
  readonly name: string;
}

/** A person as GitHub knows them. */
export interface Person {
  readonly id: number;
  readonly login: string;
}

/** Where people wrote what Orion reacts to. */
export interface Subject {
  readonly kind: "issue" | "comment" | "review-comment";
  /** issue number for `issue`, comment id otherwise */
  readonly id: number;
}

export type TaskStatus = "open" | "proposed" | "failed" | "refused" | "stopped" | "merged" | "closed";

/** The durable conversation about one issue. One per (repository, issue). */
export interface Task {
  readonly id: string;
  readonly repositoryId: number;
  readonly issueNumber: number;
  readonly title: string;
  /** the visible text of the request, as it was when it was permitted */
  readonly request: string;
  readonly requester: Person;
  readonly status: TaskStatus;
  /** the default branch's name when the task began */
  readonly baseBranch: string | null;
  readonly branch: FeatureRef | null;
  /** what Orion last pushed to `branch`; the lease of the next push */
  readonly pushedSha: string | null;
  readonly pullRequest: number | null;
  readonly plan: Plan | null;
  readonly budgetUsd: number;
  readonly createdAt: Date;
}

/** `ask` answers and changes no code; `rebase` merges the default branch into the pull request's. */
export type RunKind = "first" | "fix" | "rebase" | "ask";
export type RunStatus = "queued" | "running" | "waiting" | "done" | "failed" | "stopped";

/** One pass of a Task through the stages. */
export interface Run {
  readonly id: string;
  readonly taskId: string;
  /** 1 for the task's first run */
  readonly ordinal: number;
  readonly kind: RunKind;
  readonly status: RunStatus;
  /** why a waiting run waits; `pause` is lifted by resume */
  readonly waitsFor: "pause" | null;
  /** login of the person who asked to end it; its worker does so at the next step */
  readonly stopBy: string | null;
  readonly stage: Stage;
  /** from 1; see MAX_ROUNDS */
  readonly round: number;
  /** raised at every claim: the fence of all writes */
  readonly attempt: number;
  /** the words that started this run */
  readonly text: string;
  /** where those words stand, for the reaction at the end */
  readonly subject: Subject;
  readonly requestedBy: Person;
  /** number of the issue or pull request those words stand in; null for runs older than this fact */
  readonly place: number | null;
  readonly plan: Plan | null;
  /** the commit the run builds on */
  readonly baseSha: string | null;
  /** the last commit built */
  readonly headSha: string | null;
  readonly failure: { readonly code: string; readonly because: string } | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** Who holds a run: writes with an older attempt are refused. */
export interface Fence {
  readonly runId: string;
  readonly attempt: number;
}

/** Append-only account of what happened, for people. */
export interface RunEvent {
  readonly taskId: string;
  readonly runId: string | null;
  /** dotted, e.g. `stage.started`, `agent.action`, `witness.red` */
  readonly kind: string;
  /** one line a person can read */
  readonly text: string;
  readonly data?: unknown;
  readonly at: Date;
}
