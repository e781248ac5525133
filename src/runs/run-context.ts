/**
 * What every stage of a run is handed. Facts of the run change between stages
 * only, through the store; the rest stays the same while one worker holds it.
 */
import type { AgentLimits, AgentRole } from "../agents/agent-task.ts";
import type { GreenFinish, RedFinish, ResolveFinish, ReviewFinish } from "../agents/roles.ts";
import type { Ledger } from "../domain/ledger.ts";
import type { Plan } from "../domain/plan.ts";
import type { Git } from "../domain/ports/git-port.ts";
import type { GitHub } from "../domain/ports/github-port.ts";
import type { Model } from "../domain/ports/model-port.ts";
import type { SandboxHome } from "../domain/ports/sandbox-port.ts";
import type { Store } from "../domain/ports/store-port.ts";
import type { Toolbox } from "../domain/ports/toolbox-port.ts";
import type { Fence, Person, Repository, Run, Task } from "../domain/task.ts";
import type { Recipe } from "./recipe/read-recipe.ts";
import type { Sticky } from "./words/sticky.ts";

export interface Roles {
  readonly plan: AgentRole<Plan>;
  /** the short plan of a fix */
  readonly fixPlan: AgentRole<Plan>;
  readonly red: AgentRole<RedFinish>;
  readonly green: AgentRole<GreenFinish>;
  /** Devon, when the default branch conflicts with a pull request */
  readonly resolve: AgentRole<ResolveFinish>;
  readonly review: AgentRole<ReviewFinish>;
}

export interface RunDeps {
  readonly store: Store;
  readonly github: GitHub;
  readonly git: Git;
  readonly home: SandboxHome;
  readonly model: Model;
  /** others that a repository may name in its settings */
  readonly models: readonly Model[];
  readonly roles: Roles;
  readonly limits: AgentLimits;
  /** most that all work together may cost in a day (UTC) */
  readonly dayUsd: number;
  /** Orion's own tools; agents in a sandbox get none of them */
  readonly toolbox: Toolbox;
  /** what Orion keeps about a person and a repository, for that person's own question; a line each */
  readonly recall: (person: Person, repository: Repository) => Promise<readonly string[]>;
  /** how many hunks of a change are taken back to see whether the tests notice; each costs one test run */
  readonly reversals: number;
  /** work goes on beside an unprotected default branch, with a warning that stays */
  readonly allowUnprotected: boolean;
  /** how often a run is begun again when what it needs does not answer */
  readonly maxTries: number;
  /** true while the process's own switch lets nothing start or go on, in every repository */
  readonly paused: boolean;
  /** Orion's own repository as owner/name; null when it is not known, and then none counts as its own */
  readonly ownRepository: string | null;
  /** takes secrets out of a text; events, reports, briefs and comments pass it, agents' turns do not */
  readonly redact: (text: string) => string;
  /** address of the page about a run, or null when none is served */
  readonly runPage: (runId: string) => string | null;
  /** least milliseconds between two edits of a task's living comment */
  readonly commentGapMs: number;
  /** one line for the operator */
  readonly log: (line: string) => void;
}

export interface RunContext {
  readonly deps: RunDeps;
  readonly run: Run;
  readonly task: Task;
  readonly repository: Repository;
  readonly fence: Fence;
  readonly ledger: Ledger;
  readonly sticky: Sticky;
  /** recipes this worker has read for the run, by commit and base: neither changes */
  readonly recipes: Map<string, Promise<Recipe>>;
  readonly signal: AbortSignal;
  /** Asked before every step. @throws OrionError PAUSED, STOPPED: the step must not be taken */
  mayGoOn(): Promise<void>;
  /** Appends an event that a person can read, and lets the living comment follow. */
  tell(kind: string, text: string, data?: unknown): Promise<void>;
}

/** @returns the plan; stages after plan cannot run without one */
export function planOf(context: RunContext): Plan {
  const plan = context.run.plan;
  if (plan === null) throw new TypeError(`run ${context.run.id} has no plan at stage ${context.run.stage}`);
  return plan;
}

/** @returns the commit the run builds on */
export function baseOf(context: RunContext): string {
  const base = context.run.baseSha;
  if (base === null) throw new TypeError(`run ${context.run.id} has no base commit at stage ${context.run.stage}`);
  return base;
}

/** What fences data in this run's prompts: drawn once a run, so nothing written before can close the fence. */
export function delimiterOf({ ledger }: Pick<RunContext, "ledger">): Promise<string> {
  return ledger.once("delimiter", async () => `DATA-${crypto.randomUUID().slice(0, 8)}`);
}
