/**
 * The memory and the queue: one PostgreSQL behind it. Whatever must happen
 * together is one method here, so that it is one transaction there.
 */
import type { Evidence } from "../evidence.ts";
import type { FeatureRef } from "../feature-ref.ts";
import type { Plan } from "../plan.ts";
import type { Stage } from "../stages.ts";
import type {
  Fence,
  Person,
  PlanShown,
  Point,
  Repository,
  Run,
  RunEvent,
  RunKind,
  RunStatus,
  Subject,
  Task,
  TaskStatus,
} from "../task.ts";
import type { ActionCall, Usage } from "./model-port.ts";
import type { ApprovalStore } from "./store/approval-store.ts";
import type { CheckStore, PullAddress } from "./store/check-store.ts";
import type { CommitStore } from "./store/commit-store.ts";
import type { EvolutionStore } from "./store/evolution-store.ts";
import type { MemoryStore } from "./store/memory-store.ts";
import type { OpenCheckStore } from "./store/open-check-store.ts";
import type { PauseStore } from "./store/pause-store.ts";
import type { WaitingStore } from "./store/waiting-store.ts";
import type { ToolStore } from "./toolbox-port.ts";

/** A webhook as it came, signature already checked. */
export interface Delivery {
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly payload: unknown;
}

export interface NewTask {
  readonly repositoryId: number;
  readonly issueNumber: number;
  readonly title: string;
  readonly request: string;
  readonly requester: Person;
  readonly budgetUsd: number;
  readonly adopted?: boolean;
}

export interface NewRun {
  readonly taskId: string;
  readonly kind: RunKind;
  /** what started it, e.g. `issue:123:<sha256 of text>`; the same cause never starts a second run */
  readonly cause: string;
  readonly text: string;
  readonly subject: Subject;
  readonly requestedBy: Person;
  /** number of the issue or pull request the words stand in */
  readonly place: number;
  /** the run whose work it takes over */
  readonly continues?: string;
  /** whose words `text` is, where they are another's than who asked: they are asked for again when work begins */
  readonly textBy?: Person;
  /** of the same person's runs, questions counted apart from work; nothing is started beyond it */
  readonly atMost?: { readonly count: number; readonly withinMs: number };
  readonly approval?: "asked";
  readonly points?: readonly Point[];
}

export interface TaskPatch {
  readonly title?: string;
  readonly request?: string;
  readonly requester?: Person;
  readonly adopted?: boolean;
  readonly status?: TaskStatus;
  readonly baseBranch?: string;
  readonly branch?: FeatureRef;
  readonly pushedSha?: string;
  readonly pullRequest?: number;
  readonly plan?: Plan;
  readonly budget?: { readonly usd: number; readonly by: string };
}

export interface RunPatch {
  readonly status?: RunStatus;
  readonly stage?: Stage;
  readonly round?: number;
  readonly plan?: Plan;
  readonly baseSha?: string;
  readonly headSha?: string;
  readonly planShown?: PlanShown;
  readonly failure?: { readonly code: string; readonly because: string } | null;
}

/** intent → act → done. */
export interface StepRecord {
  readonly scope: string;
  readonly key: string;
  readonly state: "intent" | "done";
  readonly result: unknown;
  readonly createdAt: Date;
}

/** One exchange of an agent with the model, and what its actions gave. */
export interface TurnRecord {
  readonly runId: string;
  readonly role: string;
  /** names the thread within the run, e.g. `red`, `review-2` */
  readonly thread: string;
  /** from 1, counted over all threads of the role in the run */
  readonly ordinal: number;
  readonly text: string;
  readonly calls: readonly ActionCall[];
  readonly raw: unknown;
  /** one per call, in order; null while the actions run */
  readonly results: readonly string[] | null;
  /** messages that entered the thread after this turn's results */
  readonly notes: readonly string[];
  readonly usage: Usage;
  readonly costUsd: number | null;
  readonly model: string;
}

export interface Store
  extends ApprovalStore,
    CheckStore,
    CommitStore,
    EvolutionStore,
    MemoryStore,
    OpenCheckStore,
    PauseStore,
    ToolStore,
    WaitingStore {
  /** Stores a delivery and queues it, in one transaction. */
  receiveDelivery(delivery: Delivery): Promise<"stored" | "duplicate">;
  delivery(guid: string): Promise<Delivery | null>;
  settleDelivery(guid: string, outcome: string): Promise<void>;
  /** Which of these were stored. */
  knownDeliveries(guids: readonly string[]): Promise<ReadonlySet<string>>;

  /** Inserts or updates the repository and its installation. */
  saveRepository(repository: Repository, account: string): Promise<void>;
  repository(id: number): Promise<Repository | null>;

  /** The task of (repository, issue), made when it is not there. */
  openTask(task: NewTask): Promise<Task>;
  task(id: string): Promise<Task | null>;
  taskByIssue(repositoryId: number, issueNumber: number): Promise<Task | null>;
  taskByPullRequest(repositoryId: number, pullRequest: number): Promise<Task | null>;
  taskByBranch(repositoryId: number, branch: string): Promise<Task | null>;
  /** Tasks whose pull request is open, oldest first. */
  proposedTasks(repositoryId: number): Promise<readonly Task[]>;
  /** True when no other task of the repository holds the branch; the task holds it from then on. */
  reserveBranch(taskId: string, branch: FeatureRef): Promise<boolean>;
  updateTask(id: string, patch: TaskPatch): Promise<Task>;

  /**
   * Stores a run and queues it, in one transaction; null when the cause already started one.
   * @throws OrionError RUNS_SPENT (facts.freeAtMs) beyond `atMost`
   */
  startRun(run: NewRun): Promise<Run | null>;
  /** Raises the attempt and marks it running; null when it has ended. */
  claimRun(id: string): Promise<{ readonly run: Run; readonly task: Task } | null>;
  run(id: string): Promise<Run | null>;
  runsOf(taskId: string): Promise<readonly Run[]>;
  /** How many runs, of whatever task, wait for their turn and came before this one; questions are not counted. */
  waitingBefore(id: string): Promise<number>;
  /** Ids of runs that are queued, running or waiting. */
  livingRuns(): Promise<readonly string[]>;
  /** @throws OrionError FENCED when a newer attempt holds the run */
  updateRun(fence: Fence, patch: RunPatch): Promise<Run>;

  step(scope: string, key: string): Promise<StepRecord | null>;
  /** Writes the intent unless the step is there. @throws OrionError FENCED */
  intendStep(fence: Fence | null, scope: string, key: string): Promise<StepRecord>;
  /** @throws OrionError FENCED */
  completeStep(fence: Fence | null, scope: string, key: string, result: unknown): Promise<void>;

  appendEvent(event: Omit<RunEvent, "at">): Promise<void>;
  /** Newest last. */
  events(taskId: string, last: number): Promise<readonly RunEvent[]>;

  /** Oldest first, all threads of the run. */
  turns(runId: string): Promise<readonly TurnRecord[]>;
  /** Inserts or replaces by (run, role, ordinal). @throws OrionError FENCED */
  saveTurn(fence: Fence, turn: TurnRecord): Promise<void>;
  /** Sum over all runs of the task. */
  spent(taskId: string): Promise<{
    readonly usd: number;
    readonly inputTokens: number;
    readonly cachedTokens: number;
    readonly outputTokens: number;
  }>;
  /** US dollars of all turns, of every repository, from a moment on. */
  spentSince(moment: Date): Promise<number>;

  saveEvidence(fence: Fence, evidence: Evidence): Promise<void>;
  evidence(runId: string): Promise<Evidence | null>;

  setting(key: string): Promise<unknown>;
  saveSetting(key: string, value: unknown): Promise<void>;
  /**
   * Reads and writes a setting with nobody in between.
   * @param amend gets the value, null when there is none; it may be called again, so it must have no effects
   */
  amendSetting<T>(key: string, amend: (value: unknown) => { readonly value: unknown; readonly result: T }): Promise<T>;

  /** True when the database answers. */
  ping(): Promise<boolean>;
}

/** Work that waits in the database; each item is handed to one worker. */
export interface Queue {
  /**
   * Starts taking work. A handler that throws is tried again later; one whose process dies is given to another worker.
   * Runs of one task never run at the same time.
   */
  work(handlers: {
    readonly delivery: (guid: string, signal: AbortSignal) => Promise<void>;
    readonly run: (runId: string, signal: AbortSignal) => Promise<void>;
    /** checks one pull request; without it checks wait. `last` is true for the last try, which must leave nothing open */
    readonly check?: (pull: PullAddress & { readonly last: boolean }, signal: AbortSignal) => Promise<void>;
    /** follows one deploy; without it deploys wait */
    readonly deploy?: (deployId: string, signal: AbortSignal) => Promise<void>;
  }): Promise<void>;
  /** Takes nothing new, aborts what runs (it is queued again), and returns when handlers have ended or graceMs is over. */
  stop(graceMs: number): Promise<void>;
}
