/**
 * An AgentTask for tests: green's role, a folder, and a memory of saved turns
 * as a database would give them back.
 */
import { type AgentEvent, type AgentTask, DEFAULT_LIMITS } from "../../../src/agents/agent-task.ts";
import { type GreenFinish, greenRole } from "../../../src/agents/roles.ts";
import type { Model } from "../../../src/domain/ports/model-port.ts";
import type { Sandbox } from "../../../src/domain/ports/sandbox-port.ts";
import type { TurnRecord } from "../../../src/domain/ports/store-port.ts";

export interface Rig {
  readonly task: AgentTask<GreenFinish>;
  readonly events: AgentEvent[];
  /** each save, oldest first, as JSON gives it back */
  readonly saves: TurnRecord[];
  /** the stored turns: the newest save of each ordinal */
  readonly stored: () => TurnRecord[];
}

export function rig(model: Model, sandbox: Sandbox | null, changes: Partial<AgentTask<GreenFinish>> = {}): Rig {
  const events: AgentEvent[] = [];
  const saves: TurnRecord[] = [...(changes.turns?.earlier ?? [])];
  const task: AgentTask<GreenFinish> = {
    role: greenRole(),
    brief: "Make the tests pass.",
    thread: "green",
    run: { id: "run-1", ordinal: 1 },
    cacheKey: "green:1",
    model,
    sandbox: async () => sandbox ?? Promise.reject(new Error("this test needs no sandbox")),
    replay: false,
    judge: async () => ({ accepted: true }),
    limits: DEFAULT_LIMITS,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...changes,
    turns: {
      earlier: changes.turns?.earlier ?? [],
      save: async (turn) => {
        await changes.turns?.save(turn);
        saves.push(JSON.parse(JSON.stringify(turn)));
      },
    },
  };
  return {
    task,
    events,
    saves,
    stored: () => [...new Map(saves.map((turn) => [`${turn.role} ${turn.ordinal}`, turn])).values()],
  };
}
