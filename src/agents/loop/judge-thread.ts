/**
 * What the stored turns of a thread mean: whether it has ended, and how. Pure,
 * so that a resumed run comes to the same end as the one that was killed.
 */
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";
import type { TurnRecord } from "../../domain/ports/store-port.ts";
import { parseArguments } from "../actions/action.ts";
import type { AgentLimits, AgentOutcome, AgentRole } from "../agent-task.ts";
import { ACCEPTED, ASKED, isMalformed, refusalIn } from "./results.ts";
import { seeStuck } from "./stuck.ts";

/** How every note of the loop's own begins. */
export const OURS = "[orion]";
export const NUDGE = `${OURS} Stuck: `;
export const REMINDER = `${OURS} Nothing was called. Act, or call finish.`;

export const askSchema = z.object({
  question: z.string().min(1),
  default: z.string().min(1).describe("what you do without an answer"),
});

/** @returns how the thread has ended, or null when the model is to be asked again */
export function judgeThread<F>(
  role: AgentRole<F>,
  turns: readonly TurnRecord[],
  limits: AgentLimits,
): AgentOutcome<F> | null {
  const last = turns.at(-1);
  if (last === undefined) return null;
  const finished = argumentsAnswered(last, "finish", ACCEPTED);
  if (finished !== null) return { kind: "finished", value: reread("finish", finished, role.finish) };
  const asked = last.notes.length > 0 ? null : argumentsAnswered(last, "ask", ASKED);
  if (asked !== null) return { kind: "asked", ...reread("ask", asked, askSchema) };
  const refusals = refusalsIn(turns);
  const lastRefusal = refusals.at(-1);
  if (lastRefusal !== undefined && refusals.length >= limits.refusals) {
    return { kind: "stopped", code: "FINISH_REFUSED", because: lastRefusal, lastRefusal };
  }
  return judgeStuck(turns);
}

/** Ended with a question that nobody has answered yet. */
export function awaitsAnswer(turn: TurnRecord): boolean {
  return turn.notes.length === 0 && argumentsAnswered(turn, "ask", ASKED) !== null;
}

/** @returns why finishes were refused, oldest first */
export function refusalsIn(turns: readonly TurnRecord[]): readonly string[] {
  return turns.flatMap((turn) =>
    turn.calls.flatMap((call, index) => {
      const reason = call.name === "finish" ? refusalIn(turn.results?.[index] ?? "") : null;
      return reason === null ? [] : [reason];
    }),
  );
}

/** @returns what was wrong with the shape of the last malformed finish; for a person who must learn why nothing was handed in */
export function malformedFinish(turns: readonly TurnRecord[]): string | undefined {
  const results = turns.flatMap((turn) =>
    turn.calls.flatMap((call, index) => (call.name === "finish" ? [turn.results?.[index] ?? ""] : [])),
  );
  return results.filter(isMalformed).at(-1);
}

/** @returns true when the agent was told of this pattern before */
function wasNudged(turns: readonly TurnRecord[], seen: string): boolean {
  return turns.some((turn) => turn.notes.some((note) => note.startsWith(NUDGE + seen)));
}

function judgeStuck<F>(turns: readonly TurnRecord[]): AgentOutcome<F> | null {
  const stuck = seeStuck(turns);
  if (stuck === null || !wasNudged(turns.slice(0, -1), stuck.seen)) return null;
  const lastRefusal = refusalsIn(turns).at(-1);
  const last = turns.at(-1);
  const call = last?.calls[0];
  const doing = call === undefined ? (last?.text ?? "") : `${call.name} ${call.arguments}`;
  const because = `${stuck.seen} A nudge did not help. Last it did: ${doing.slice(0, 300).toWellFormed()}`;
  return { kind: "stopped", code: "AGENT_STUCK", because, ...(lastRefusal === undefined ? {} : { lastRefusal }) };
}

function argumentsAnswered(turn: TurnRecord, name: string, answer: string): string | null {
  const index = turn.calls.findIndex((call, at) => call.name === name && turn.results?.[at] === answer);
  return turn.calls[index]?.arguments ?? null;
}

/** What was once accepted parses again, unless the schema has changed under a stored run. */
function reread<T>(name: string, text: string, schema: z.ZodType<T>): T {
  const parsed = parseArguments(name, text, schema);
  if (parsed.ok) return parsed.value;
  throw new OrionError(
    "STORED_CALL",
    `a stored ${name} no longer fits its schema (${parsed.because}); start the run anew`,
  );
}
