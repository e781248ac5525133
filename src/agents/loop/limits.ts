/**
 * When an agent must wrap up and when it must stop. Pure; the clock and the
 * turns are read elsewhere.
 */
import type { AgentLimits, StopCode } from "../agent-task.ts";

export interface Spent {
  readonly turns: number;
  readonly minutes: number;
  readonly usd: number;
}

const STEER_AT = 0.8;

const CAPS = [
  { key: "turns", code: "LIMIT_TURNS", name: "turns" },
  { key: "minutes", code: "LIMIT_MINUTES", name: "minutes" },
  { key: "usd", code: "LIMIT_USD", name: "dollars" },
] as const satisfies readonly { key: keyof Spent; code: StopCode; name: string }[];

/** @returns the first limit that is reached, or null */
export function limitReached(
  spent: Spent,
  limits: AgentLimits,
): { readonly code: StopCode; readonly because: string } | null {
  const cap = CAPS.find(({ key }) => spent[key] >= limits[key]);
  if (cap === undefined) return null;
  const limit = cap.key === "usd" ? limits.usd.toFixed(2) : limits[cap.key];
  return {
    code: cap.code,
    because: `The limit of ${limit} ${cap.name} was reached before the work was handed in.`,
  };
}

/**
 * @param told whether the thread holds a note that begins with these words
 * @returns what to tell the agent about a limit that is near and that it was not told of, or null
 */
export function steering(spent: Spent, limits: AgentLimits, told: (words: string) => boolean): string | null {
  for (const { key, name } of CAPS) {
    const words = `[orion] Most of the ${name} are used`;
    if (spent[key] < STEER_AT * limits[key] || told(words)) continue;
    const count = key === "turns" ? ` (${spent.turns} of ${limits.turns})` : "";
    return `${words}${count}. Wrap up: bring what you have into a sound state and call finish.`;
  }
  return null;
}
