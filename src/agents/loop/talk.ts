/**
 * A thread while one process works on it: its turns, what the model is sent,
 * the workspace once it is open, what was spent. Made anew at every resume.
 */
import type { Sandbox } from "../../domain/ports/sandbox-port.ts";
import type { TurnRecord } from "../../domain/ports/store-port.ts";
import { createOutputs, type Outputs, outputReference } from "../actions/outputs.ts";
import type { AgentTask } from "../agent-task.ts";
import type { Spent } from "./limits.ts";
import { createThread, type Thread } from "./thread.ts";

export interface Talk {
  /** turns of this thread whose actions have run, oldest first */
  readonly turns: TurnRecord[];
  readonly thread: Thread;
  readonly outputs: Outputs;
  readonly sandbox: () => Promise<Sandbox>;
  /** counted over all threads of the role in the run */
  nextOrdinal: number;
  /** known price of the turns since this call began */
  usd: number;
  spent(): Spent;
}

export function openTalk<F>(task: AgentTask<F>): Talk {
  const now = task.now ?? (() => performance.now());
  const started = now();
  let opened: Promise<Sandbox> | null = null;
  const talk: Talk = {
    turns: [],
    thread: createThread(task.brief, task.limits.threadChars),
    outputs: createOutputs(),
    sandbox: () => {
      opened ??= task.sandbox();
      return opened;
    },
    nextOrdinal: 1 + Math.max(0, ...task.turns.earlier.map((turn) => turn.ordinal)),
    usd: 0,
    spent: () => ({ turns: talk.turns.length, minutes: (now() - started) / 60_000, usd: talk.usd }),
  };
  return talk;
}

/** Takes a turn whose actions have run into the thread. */
export function addTurn(talk: Talk, turn: TurnRecord): void {
  talk.turns.push(turn);
  talk.thread.add(turn);
  for (const [index, result] of (turn.results ?? []).entries()) {
    talk.outputs.show(outputReference(turn.ordinal, index), result);
  }
}
