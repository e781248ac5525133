/**
 * The one loop of all agents: ask the model, store the turn, run its actions,
 * store their results. It decides nothing itself: what a thread means is in
 * `loop/judge-thread.ts`, what an action does in `actions/`.
 */
import { hasCode, OrionError } from "../domain/errors.ts";
import type { ModelReply } from "../domain/ports/model-port.ts";
import type { TurnRecord } from "../domain/ports/store-port.ts";
import type { AgentOutcome, AgentTask, StopCode } from "./agent-task.ts";
import { awaitsAnswer, judgeThread, malformedFinish, refusalsIn } from "./loop/judge-thread.ts";
import { limitReached } from "./loop/limits.ts";
import { newNotes, notesAfter } from "./loop/notes.ts";
import { repeatCalls, runCalls } from "./loop/run-calls.ts";
import { addTurn, openTalk, type Talk } from "./loop/talk.ts";
import { storable } from "./storable.ts";

/**
 * Leads one conversation to its end. Called again with the stored turns it goes
 * on where it was: after a kill, or with a person's answer in `notes`.
 * @throws OrionError ABORTED by the signal; MODEL_UNREACHABLE, MODEL_IDLE, SANDBOX_GONE and
 *   whatever else the ports throw: the stored turns stay good, calling again is safe
 */
export async function runAgent<F>(task: AgentTask<F>): Promise<AgentOutcome<F>> {
  const talk = openTalk(task);
  await catchUp(task, talk);
  const outcome = await converse(task, talk);
  task.onEvent({ kind: "ended", outcome: outcome.kind, summary: summaryOf(outcome) });
  return outcome;
}

async function converse<F>(given: AgentTask<F>, talk: Talk): Promise<AgentOutcome<F>> {
  for (;;) {
    const task = await withMoneyLeft(given, talk);
    const ended = judgeThread(task.role, talk.turns, task.limits);
    if (ended !== null) return ended;
    const limit = limitReached(talk.spent(), task.limits);
    if (limit !== null) return stopped(talk, limit.code, limit.because);
    await task.beforeTurn?.();
    const reply = await respond(task, talk);
    if (reply.kind === "refused") return stopped(talk, "MODEL_REFUSED", reply.because);
    const turn = turnOf(task, talk, reply.reply);
    await task.turns.save(turn);
    await settle(task, talk, turn, false);
  }
}

async function withMoneyLeft<F>(task: AgentTask<F>, talk: Talk): Promise<AgentTask<F>> {
  if (task.leftUsd === undefined) return task;
  const usd = Math.max(0, Math.min(task.limits.usd, talk.usd + (await task.leftUsd())));
  return { ...task, limits: { ...task.limits, usd } };
}

type Response =
  | { readonly kind: "reply"; readonly reply: ModelReply }
  | { readonly kind: "refused"; readonly because: string };

async function respond<F>(task: AgentTask<F>, talk: Talk): Promise<Response> {
  task.onEvent({ kind: "turn.started", turn: talk.nextOrdinal });
  const request = {
    role: task.role.name,
    turn: `${task.run.ordinal}.${talk.nextOrdinal}`,
    instructions: task.role.instructions,
    actions: task.role.schemas,
    thread: talk.thread.items(),
    cacheKey: task.cacheKey,
  };
  try {
    return { kind: "reply", reply: await task.model.respond(request, task.signal) };
  } catch (error) {
    if (hasCode(error, "MODEL_REFUSED")) return { kind: "refused", because: error.message };
    throw error;
  }
}

function turnOf<F>(task: AgentTask<F>, talk: Talk, reply: ModelReply): TurnRecord {
  const ordinal = talk.nextOrdinal;
  talk.nextOrdinal += 1;
  if (reply.costUsd !== null) talk.usd += reply.costUsd;
  task.onEvent({ kind: "turn.ended", turn: ordinal, usage: reply.usage, costUsd: reply.costUsd });
  return {
    runId: task.run.id,
    role: task.role.name,
    thread: task.thread,
    ordinal,
    text: storable(reply.text),
    calls: reply.calls.map((call) => ({ id: call.id, name: call.name, arguments: storable(call.arguments) })),
    raw: reply.raw ?? null,
    results: null,
    notes: [],
    usage: reply.usage,
    costUsd: reply.costUsd,
    model: reply.model,
  };
}

/** Runs a stored turn's actions and stores what they gave. */
async function settle<F>(task: AgentTask<F>, talk: Talk, turn: TurnRecord, again: boolean): Promise<void> {
  const acted = { ...turn, results: await runCalls(task, talk, turn, again) };
  const ends = judgeThread(task.role, [...talk.turns, acted], task.limits) !== null;
  const settled = ends ? acted : { ...acted, notes: await notesAfter(task, talk, acted) };
  await task.turns.save(settled);
  addTurn(talk, settled);
}

/** Brings thread and workspace to where the stored turns end. */
async function catchUp<F>(task: AgentTask<F>, talk: Talk): Promise<void> {
  const stored = task.turns.earlier.filter((turn) => turn.thread === task.thread);
  const open = stored.findIndex((turn) => turn.results === null);
  const whole = open === -1 ? stored : stored.slice(0, open);
  const pending = open === -1 ? [] : stored.slice(open);
  if (pending.length > 1) {
    throw new OrionError("TURNS_BROKEN", "a stored turn in mid-thread has no results; start the run anew", {
      runId: task.run.id,
      thread: task.thread,
    });
  }
  const ended = pending.length === 0 && judgeThread(task.role, whole, task.limits) !== null;
  if (task.replay && !(ended && !whole.some(awaitsAnswer))) await replay(task, talk, whole);
  for (const [index, turn] of whole.entries()) {
    const last = index === stored.length - 1;
    addTurn(talk, last && awaitsAnswer(turn) ? await hearAnswer(task, talk, turn) : turn);
  }
  for (const turn of pending) await settle(task, talk, turn, !task.replay);
}

async function replay<F>(task: AgentTask<F>, talk: Talk, turns: readonly TurnRecord[]): Promise<void> {
  let calls = 0;
  for (const turn of turns) calls += await repeatCalls(task, talk, turn);
  if (calls > 0) task.onEvent({ kind: "replayed", calls });
}

/** An answer that came is stored with the turn that asked; without one the turn stays as it is. */
async function hearAnswer<F>(task: AgentTask<F>, talk: Talk, turn: TurnRecord): Promise<TurnRecord> {
  const notes = newNotes(talk, (await task.notes?.("question")) ?? []);
  if (notes.length === 0) return turn;
  const answered = { ...turn, notes };
  await task.turns.save(answered);
  return answered;
}

function stopped<F>(talk: Talk, code: StopCode, because: string): AgentOutcome<F> {
  const lastRefusal = refusalsIn(talk.turns).at(-1) ?? malformedFinish(talk.turns);
  return { kind: "stopped", code, because, ...(lastRefusal === undefined ? {} : { lastRefusal }) };
}

function summaryOf<F>(outcome: AgentOutcome<F>): string {
  if (outcome.kind === "finished") return "handed in its result";
  return outcome.kind === "asked" ? outcome.question : `${outcome.code}: ${outcome.because}`;
}
