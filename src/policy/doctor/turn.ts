/**
 * When the doctor goes round, and which process does: once an hour, and soon
 * after an installation changed, whoever asks first. Pure over one stored value.
 */
import { z } from "zod";

const HOUR_MS = 3_600_000;
/** Installations come in bursts; one look is enough for all of them. */
const APART_MS = 60_000;
/** A process that took its turn and came to no end by then is gone. */
const GIVEN_UP_MS = 10 * 60_000;

const turnSchema = z.object({
  /** ms since 1970; 0: never */
  takenAt: z.number(),
  doneAt: z.number(),
  /** an installation changed since the turn was taken */
  wanted: z.boolean(),
});
export type Turn = z.output<typeof turnSchema>;

const NEVER: Turn = { takenAt: 0, doneAt: 0, wanted: false };

/** @param value as it is stored; what cannot be read counts as never */
export function turnFrom(value: unknown): Turn {
  const parsed = turnSchema.safeParse(value);
  return parsed.success ? parsed.data : NEVER;
}

/** @returns what is stored from now on, and whether the asking process goes round */
export function takeTurn(turn: Turn, nowMs: number): { readonly turn: Turn; readonly mine: boolean } {
  const underWay = turn.takenAt > turn.doneAt && nowMs - turn.takenAt < GIVEN_UP_MS;
  const due = nowMs - turn.takenAt >= (turn.wanted ? APART_MS : HOUR_MS);
  if (underWay || !due) return { turn, mine: false };
  return { turn: { ...turn, takenAt: nowMs, wanted: false }, mine: true };
}

export function wantTurn(turn: Turn): Turn {
  return { ...turn, wanted: true };
}

export function endTurn(turn: Turn, nowMs: number): Turn {
  return { ...turn, doneAt: nowMs };
}
