/** The one line about the repository's CI in a task's living comment: the last one counts. */
import { openLedger } from "../../domain/ledger.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { Task } from "../../domain/task.ts";

export interface CiNote {
  /** the commit CI spoke of */
  readonly commit: string;
  readonly passes: boolean;
  /** Markdown, safe to post */
  readonly text: string;
  /** what a person should do; null when nothing */
  readonly needsYou: string | null;
  /** what Orion had pushed then: after the next push the line is old */
  readonly pushedSha: string | null;
}

const KEY = "ci";

type Notes = Pick<Store, "step" | "intendStep" | "completeStep">;

function scopeOf(task: Pick<Task, "id">): string {
  return `task:${task.id}`;
}

/** @returns false when it said exactly this before */
export async function saveNote(store: Notes, task: Task, note: Omit<CiNote, "pushedSha">): Promise<boolean> {
  const { commit, passes, text, needsYou } = note;
  const next: CiNote = { commit, passes, text, needsYou, pushedSha: task.pushedSha };
  const known = await openLedger(store, null, scopeOf(task)).read<CiNote>(KEY);
  if (known !== null && JSON.stringify(known) === JSON.stringify(next)) return false;
  await store.completeStep(null, scopeOf(task), KEY, next);
  return true;
}

/** @returns null also when Orion has pushed since */
export async function noteOf(store: Notes, task: Task): Promise<CiNote | null> {
  const note = await openLedger(store, null, scopeOf(task)).read<CiNote>(KEY);
  return note === null || note.pushedSha !== task.pushedSha ? null : note;
}
