/**
 * What enters the thread after a turn's results: a nudge, a word that a limit
 * is near, what people wrote meanwhile. Stored with the turn.
 */
import type { TurnRecord } from "../../domain/ports/store-port.ts";
import type { AgentTask } from "../agent-task.ts";
import { storable } from "../storable.ts";
import { NUDGE, OURS, REMINDER } from "./judge-thread.ts";
import { steering } from "./limits.ts";
import { seeStuck } from "./stuck.ts";
import type { Talk } from "./talk.ts";

const NUDGE_ADVICE = "Try something different, or call finish with what you have.";

/** @param turn the turn that ends now, results known, not yet in `talk.turns` */
export async function notesAfter<F>(task: AgentTask<F>, talk: Talk, turn: TurnRecord): Promise<readonly string[]> {
  const nudge = nudgeAfter(task, talk, turn);
  const own = nudge ?? (turn.calls.length === 0 ? REMINDER : null);
  const steer = steerAfter(task, talk, turn);
  const people = newNotes(talk, (await task.notes?.("turn")) ?? []);
  return [own, steer].filter((note) => note !== null).concat(people);
}

/** @returns those that do not stand in the thread yet, as they will */
export function newNotes(talk: Talk, notes: readonly string[]): readonly string[] {
  const known = new Set(talk.turns.flatMap((turn) => turn.notes));
  return notes.map(fromPeople).filter((note) => !known.has(note));
}

/** Nobody else's words may pass for the loop's own. */
export function fromPeople(note: string): string {
  return storable(note.startsWith(OURS) ? ` ${note}` : note);
}

/** A pattern the agent was told of before has ended the thread already. */
function nudgeAfter<F>(task: AgentTask<F>, talk: Talk, turn: TurnRecord): string | null {
  const stuck = seeStuck([...talk.turns, turn]);
  if (stuck === null) return null;
  const text = `${NUDGE}${stuck.seen} ${NUDGE_ADVICE}`;
  task.onEvent({ kind: "nudge", turn: turn.ordinal, pattern: stuck.pattern, text });
  return text;
}

function steerAfter<F>(task: AgentTask<F>, talk: Talk, turn: TurnRecord): string | null {
  const spent = talk.spent();
  const steer = steering({ ...spent, turns: spent.turns + 1 }, task.limits, (key) =>
    talk.turns.some(({ notes }) => notes.some((note) => note.startsWith(key))),
  );
  if (steer === null) return null;
  task.onEvent({ kind: "steer", turn: turn.ordinal, text: steer });
  return steer;
}
