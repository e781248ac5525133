/**
 * The words people may write after `/orion`, who may write them, and what is
 * said about each. One table; `help` prints it.
 */
import type { Role } from "../domain/ports/github-port.ts";

interface VerbFacts {
  /** as typed, for the table */
  readonly usage: string;
  readonly where: string;
  readonly does: string;
  /** the lowest role that may */
  readonly needs: Role;
}

const TABLE = {
  go: { usage: "go [text]", where: "issue", does: "plans and works without waiting", needs: "write" },
  fix: {
    usage: "fix [text]",
    where: "pull request, review comment",
    does: "another round on the same branch; without text, for the comments that came too late",
    needs: "write",
  },
  retry: { usage: "retry", where: "anywhere", does: "goes on where it failed or was stopped", needs: "write" },
  status: { usage: "status", where: "anywhere", does: "what runs, its stage and its cost", needs: "write" },
  help: { usage: "help", where: "anywhere", does: "this table", needs: "write" },
  plan: { usage: "plan [text]", where: "issue", does: "plans and stops for approval", needs: "write" },
  approve: { usage: "approve", where: "issue", does: "approves the plan last shown", needs: "write" },
  ask: { usage: "ask <text>", where: "anywhere", does: "answers, and changes no code", needs: "write" },
  stop: { usage: "stop", where: "anywhere", does: "ends the run and keeps the work", needs: "write" },
  rebase: {
    usage: "rebase",
    where: "pull request",
    does: "brings the default branch in, verifies again",
    needs: "write",
  },
  remember: {
    usage: "remember [text]",
    where: "anywhere",
    does: "keeps a preference of yours; `repository: <what> (file:line)` a fact; without text, what I last proposed",
    needs: "write",
  },
  forget: { usage: "forget <n>", where: "anywhere", does: "drops one; `r<n>` a repository's", needs: "write" },
  memory: { usage: "memory", where: "anywhere", does: "lists what I keep for you and this repository", needs: "write" },
  budget: { usage: "budget <usd>", where: "anywhere", does: "raises or lowers this task's cap", needs: "maintain" },
  "approve-migration": {
    usage: "approve-migration",
    where: "pull request",
    does: "accepts a migration that needs a person",
    needs: "maintain",
  },
  revert: { usage: "revert", where: "merged pull request", does: "opens a revert pull request", needs: "maintain" },
  pause: { usage: "pause", where: "anywhere", does: "lets nothing start or go on in this repository", needs: "admin" },
  resume: { usage: "resume", where: "anywhere", does: "lifts the pause", needs: "admin" },
} as const satisfies Record<string, VerbFacts>;

export type Verb = keyof typeof TABLE;
export const VERBS = Object.keys(TABLE) as readonly Verb[];

/** @returns what the table says about the verb */
export function verbFacts(verb: Verb): VerbFacts {
  return TABLE[verb];
}

/** @returns null when the word is no verb; case does not matter */
export function parseVerb(word: string): Verb | null {
  return VERBS.find((verb) => verb === word.toLowerCase()) ?? null;
}

/** The verb fewest keystrokes away; the first of the table when several are. */
export function nearestVerb(word: string): Verb {
  const typed = word.toLowerCase().slice(0, 40);
  const distances = VERBS.map((verb) => ({ verb, distance: editDistance(typed, verb) }));
  return distances.reduce((best, next) => (next.distance < best.distance ? next : best)).verb;
}

function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1];
    for (const [column, expected] of [...other].entries()) {
      const [corner = 0, above = 0] = previous.slice(column, column + 2);
      current.push(Math.min(above + 1, (current[column] ?? 0) + 1, corner + (letter === expected ? 0 : 1)));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
