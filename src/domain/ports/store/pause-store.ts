/**
 * The switch that keeps work from starting and from going on, and the wish that
 * one task's work ends. Kept in the memory, so that every worker sees it at its
 * next step; who looks, and when, is the runs' own.
 */
import type { Fence, Person, Run } from "../../task.ts";

/** Why nothing goes on. */
export interface Pause {
  /** login of the person, or words for whoever holds the process's own switch */
  readonly by: string;
  readonly since: Date;
}

export interface PauseStore {
  /** The repository's switch, or null. */
  pauseOf(repositoryId: number): Promise<Pause | null>;
  /** @returns the pause in force: the earlier one when there is one */
  pauseRepository(repositoryId: number, by: Person): Promise<Pause>;
  /** Lifts the switch and queues what it had parked, in one transaction. @returns how many runs go on */
  resumeRepository(repositoryId: number): Promise<number>;
  /** Queues what is parked although no repository's switch holds it: after a pause of everything. @returns how many */
  resumeParked(): Promise<number>;
  /**
   * Lays a run aside at the place where it is.
   * @param facts.everywhere true when the process's own switch pauses, whatever the repository's says
   * @returns false when the pause was lifted meanwhile: the run must go on
   * @throws OrionError FENCED
   */
  parkRun(fence: Fence, facts: { readonly repositoryId: number; readonly everywhere: boolean }): Promise<boolean>;
  /** Asks for the end of a task's living runs; each is handed out now, however late it was due, so that a worker ends it. @returns them */
  requestStop(taskId: string, by: Person): Promise<readonly Run[]>;
}
