/**
 * How much one person may ask of Orion, so that a storm of comments, or two
 * programs that answer each other in people's names, ends by itself. Pure
 * verdicts over what was kept; nothing is kept here.
 * @source ITU-T I.371, the generic cell rate algorithm
 */
import { z } from "zod";
import type { RunKind } from "../../domain/task.ts";

/** Of commands, whatever they say: this many at once, then one each `gapMs`. */
export const COMMANDS = { burst: 20, gapMs: 3 * 60_000 } as const;

/** A question costs little, and changes nothing. */
const QUESTIONS_FOR_A_RUN = 4;

const keptSchema = z.object({ arrival: z.number(), told: z.boolean() });

export interface CommandVerdict {
  /** what to keep */
  readonly kept: z.infer<typeof keptSchema>;
  /** 0: the command is followed; else it is not, and one will be after this many milliseconds */
  readonly waitMs: number;
  /** true for the first one of a storm that is not followed: its author is told, once */
  readonly tell: boolean;
}

/** @param kept what the last verdict about this person said to keep; anything else counts as nothing yet */
export function judgeCommand(kept: unknown, nowMs: number): CommandVerdict {
  const parsed = keptSchema.safeParse(kept);
  const before = parsed.success ? parsed.data : { arrival: 0, told: false };
  const arrival = Math.max(before.arrival, nowMs);
  const waitMs = Math.max(0, arrival - (COMMANDS.burst - 1) * COMMANDS.gapMs - nowMs);
  if (waitMs > 0) return { kept: { ...before, told: true }, waitMs, tell: !before.told };
  // told again only in another storm
  const calm = arrival - nowMs <= (COMMANDS.burst / 2) * COMMANDS.gapMs;
  return { kept: { arrival: arrival + COMMANDS.gapMs, told: before.told && !calm }, waitMs: 0, tell: false };
}

/**
 * How many runs one person may start in an hour.
 * @param runsPerHour the operator's number, for work
 */
export function runsInAnHour(kind: RunKind, runsPerHour: number): number {
  return kind === "ask" ? runsPerHour * QUESTIONS_FOR_A_RUN : runsPerHour;
}
