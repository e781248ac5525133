/**
 * The nouns of the house: what is stored about a request and its way.
 * Types and two lists; the store fills them, the runs move them.
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
  /** login of the person who set the cap; null while it is the operator's own */
  readonly budgetBy: string | null;
  /** the request is words of somebody who may not write: every first run waits until its plan is approved */
  readonly adopted: boolean;
  readonly createdAt: Date;
}

/**
 * `ask` answers, `check` runs tests for a verdict; neither changes code. `rebase` merges the default branch
 * into the pull request's.
 */
export const RUN_KINDS = ["first", "fix", "rebase", "ask", "check"] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** Kinds that leave a task where it is: its comment tells of the others. */
export const ASIDE: readonly RunKind[] = ["ask", "check"];
export type RunStatus = "queued" | "running" | "waiting" | "done" | "failed" | "stopped";

/** The plan of a run as people were last shown it. */
export interface PlanShown {
  /** from 1; raised when the plan is made again */
  readonly revision: number;
  /** what a yes is bound to; null while this revision is being made */
  readonly hash: string | null;
  /** GitHub's id of the comment that shows it */
  readonly comment: number | null;
  /** true when nothing but an approval lets work begin */
  readonly must: boolean;
}

/** One pass of a Task through the stages. */
export interface Run {
  readonly id: string;
  readonly taskId: string;
  /** 1 for the task's first run */
  readonly ordinal: number;
  readonly kind: RunKind;
  /** what started it; the same cause never starts a second run */
  readonly cause: string;
  readonly status: RunStatus;
  /** why a waiting run waits; `pause` is lifted by resume, `approval` by a yes to its plan */
  readonly waitsFor: "pause" | "approval" | null;
  /** `asked` when whoever started it wants to see the plan first; null when the settings decide */
  readonly approval: "asked" | null;
  /** null when its plan was never shown for approval */
  readonly planShown: PlanShown | null;
  /** login of the person who asked to end it; its worker does so at the next step */
  readonly stopBy: string | null;
  readonly stage: Stage;
  /** from 1; see MAX_ROUNDS */
  readonly round: number;
  /** raised at every claim: the fence of all writes */
  readonly attempt: number;
  /** the words that started this run */
  readonly text: string;
  /** the same words one by one, with their places; [] for a first run and for runs older than this fact */
  readonly points: readonly Point[];
  /** where those words stand, for the reaction at the end */
  readonly subject: Subject;
  readonly requestedBy: Person;
  /** number of the issue or pull request those words stand in; null for runs older than this fact */
  readonly place: number | null;
  /** the run whose work this one takes over; null when it begins from nothing */
  readonly continues: string | null;
  /** whose words `text` is, where they are another's than who asked */
  readonly textBy: Person | null;
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

/** A thread on lines of a pull request, as it was when somebody asked for a fix in it. */
export interface Thread {
  /** id of its first comment: replies go there */
  readonly comment: number;
  readonly path: string;
  /** the last line it is about; null for a thread about the whole file */
  readonly line: number | null;
  /** its first line, where it is about several */
  readonly startLine: number | null;
  /** LEFT: a line that the pull request takes away */
  readonly side: "LEFT" | "RIGHT";
  /** the commit those line numbers belong to */
  readonly commit: string;
  /** true when the lines have changed since */
  readonly outdated: boolean;
  /** the end of the difference it was written on; its last line is the last line commented on */
  readonly hunk: string;
  /** what was said in it before, by Orion and by people who may write; one text each, oldest first */
  readonly before: readonly string[];
}

/** One thing that people want to have mended; a review holds several. */
export interface Point {
  /** from 1, within its run */
  readonly id: number;
  /** the visible words of the person who asks, or of `by` */
  readonly words: string;
  /** whose they are, where not who asks said them: that person is asked for, too, when work begins */
  readonly by?: Person;
  /** null for words about the pull request as a whole */
  readonly thread: Thread | null;
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
