/**
 * Carries out the calls of one turn, in order. Every call gets a result; only a
 * failing sandbox, a failing judge or the signal end it early.
 */
import { OrionError } from "../../domain/errors.ts";
import type { ActionCall } from "../../domain/ports/model-port.ts";
import type { TurnRecord } from "../../domain/ports/store-port.ts";
import { parseArguments } from "../actions/action.ts";
import { outputReference } from "../actions/outputs.ts";
import type { AgentTask } from "../agent-task.ts";
import { storable } from "../storable.ts";
import { askSchema } from "./judge-thread.ts";
import { ACCEPTED, ASKED, isFailure, malformed, notRun, refused } from "./results.ts";
import type { Talk } from "./talk.ts";

const SUMMARY_CHARS = 140;

interface Place {
  readonly turn: number;
  readonly reference: string;
  /** true when the call may have been carried out before in this very sandbox */
  readonly again: boolean;
}

/** @returns one result per call, in order */
export async function runCalls<F>(task: AgentTask<F>, talk: Talk, turn: TurnRecord, again: boolean): Promise<string[]> {
  const results: string[] = [];
  let closing: string | null = null;
  for (const [index, call] of turn.calls.entries()) {
    if (closing !== null) {
      results.push(notRun(closing));
      continue;
    }
    const place = { turn: turn.ordinal, reference: outputReference(turn.ordinal, index), again };
    results.push(storable(await runCall(task, talk, call, place)));
    throwIfAborted(task.signal);
    if (isClosing(task, call)) closing = call.name;
  }
  return results;
}

/** Carries out stored calls once more in a fresh sandbox; what they answer is of no interest. */
export async function repeatCalls<F>(task: AgentTask<F>, talk: Talk, turn: TurnRecord): Promise<number> {
  let repeated = 0;
  for (const [index, call] of turn.calls.entries()) {
    const action = task.role.actions.find(({ schema }) => schema.name === call.name);
    const prepared = action?.changes === true ? action.prepare(call.arguments) : null;
    if (prepared?.ok !== true) continue;
    await prepared.run(
      contextOf(task, talk, { turn: turn.ordinal, reference: outputReference(turn.ordinal, index), again: false }),
    );
    throwIfAborted(task.signal);
    repeated += 1;
  }
  return repeated;
}

/** @throws OrionError ABORTED: what was not stored yet is done again by whoever resumes */
function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted)
    throw new OrionError("ABORTED", "the agent was stopped by its signal; resume it from its turns", {}, signal.reason);
}

function isClosing<F>(task: AgentTask<F>, call: ActionCall): boolean {
  return call.name === "finish" || (call.name === "ask" && task.role.mayAsk);
}

async function runCall<F>(task: AgentTask<F>, talk: Talk, call: ActionCall, place: Place): Promise<string> {
  if (call.name === "finish") return finish(task, call, place);
  if (call.name === "ask" && task.role.mayAsk) {
    const parsed = parseArguments("ask", call.arguments, askSchema);
    return parsed.ok ? ASKED : malformed(parsed.because);
  }
  const action = task.role.actions.find(({ schema }) => schema.name === call.name);
  if (action === undefined) {
    return malformed(`no action ${call.name}; there are ${task.role.schemas.map(({ name }) => name).join(", ")}`);
  }
  const prepared = action.prepare(call.arguments);
  if (!prepared.ok) return malformed(prepared.because);
  const told = { turn: place.turn, action: call.name };
  task.onEvent({ kind: "action.started", ...told, summary: oneLine(prepared.summary) });
  const result = await prepared.run(contextOf(task, talk, place));
  task.onEvent({ kind: "action.ended", ...told, summary: oneLine(result), failed: isFailure(result) });
  return result;
}

async function finish<F>(task: AgentTask<F>, call: ActionCall, place: Place): Promise<string> {
  const parsed = parseArguments("finish", call.arguments, task.role.finish);
  if (!parsed.ok) return malformed(parsed.because);
  const judgement = await task.judge(parsed.value);
  if (judgement.accepted) return ACCEPTED;
  task.onEvent({ kind: "finish.refused", turn: place.turn, because: judgement.because });
  return refused(judgement.because);
}

function contextOf<F>(task: AgentTask<F>, talk: Talk, place: Place) {
  return {
    sandbox: talk.sandbox,
    outputs: talk.outputs,
    reference: place.reference,
    again: place.again,
    outputChars: task.limits.outputChars,
    signal: task.signal,
  };
}

function oneLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length <= SUMMARY_CHARS ? line : `${line.slice(0, SUMMARY_CHARS).toWellFormed()}…`;
}
