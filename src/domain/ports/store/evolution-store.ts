/**
 * What Orion keeps about its own lives: one row for each version that booted,
 * what of the memory each had marked, and the commits on their way to people.
 */

/** What a booted version says of itself. */
export interface IncarnationFacts {
  readonly version: string;
  /** full sha, or `unknown` */
  readonly commit: string;
  /** names of its tools, sorted */
  readonly tools: readonly string[];
  /** the newest migration it knows */
  readonly schema: string;
}

/** For each kind of memory: how many rows the one before had marked, and how many of them are as they were. */
export type MemoryVerdict = Readonly<Record<string, { readonly kept: number; readonly of: number }>>;

export interface Incarnation extends IncarnationFacts {
  readonly id: string;
  readonly bootedAt: Date;
  readonly readyAt: Date | null;
  /** of another version or commit; null when none was ready before */
  readonly previousId: string | null;
  /** null when the one before had marked nothing */
  readonly memory: MemoryVerdict | null;
}

export type DeployState = "merged" | "deploying" | "live" | "failed";

/** A commit of a repository on its way to the people who use it. */
export interface Deploy {
  readonly id: string;
  readonly repositoryId: number;
  readonly commit: string;
  readonly taskId: string | null;
  readonly pullRequest: number | null;
  readonly status: DeployState;
  readonly because: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface EvolutionStore {
  /** Records a boot, and compares the memory with what the incarnation before had marked; in one transaction. */
  beginIncarnation(facts: IncarnationFacts): Promise<Incarnation>;
  readyIncarnation(id: string): Promise<void>;
  endIncarnation(id: string): Promise<void>;
  incarnation(id: string): Promise<Incarnation | null>;
  /** The first boot of the commit that got ready: the one that came after another version; or null. */
  readyIncarnationOf(commit: string): Promise<Incarnation | null>;
  /** The newest boot that is ready, or null. */
  newestIncarnation(): Promise<Incarnation | null>;
  /** Boots that got ready, newest first, at most `last`. */
  readyIncarnations(last: number): Promise<readonly Incarnation[]>;
  /** Marks every row of the memory as this incarnation sees it now; what older ones had marked goes. */
  markMemory(incarnationId: string): Promise<void>;

  /** The deploy of (repository, commit), made and queued when it is not there. */
  openDeploy(deploy: {
    readonly repositoryId: number;
    readonly commit: string;
    readonly taskId: string | null;
    readonly pullRequest: number | null;
    /** true when somebody must follow it */
    readonly followed: boolean;
  }): Promise<Deploy>;
  deploy(id: string): Promise<Deploy | null>;
  /** The newest deploy of a task, or null. */
  deployOf(taskId: string): Promise<Deploy | null>;
  deployOfCommit(repositoryId: number, commit: string): Promise<Deploy | null>;
  updateDeploy(
    id: string,
    patch: { readonly status?: DeployState; readonly hostId?: string; readonly because?: string },
  ): Promise<Deploy>;
}
