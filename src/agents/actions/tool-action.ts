/**
 * One of Orion's tools as an action of the agent that answers. What the call may
 * do is judged where it is carried out; agents in a sandbox get no such action.
 */
import type { z } from "zod";
import { type Action, defineAction } from "./action.ts";

export interface ToolActionFacts {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
}

/** @param call carries it out; `key` is the same when the same turn is carried out again */
export function toolAction(
  { name, description, input }: ToolActionFacts,
  call: (input: unknown, key: string, signal: AbortSignal) => Promise<string>,
): Action {
  return defineAction({
    name,
    description,
    input,
    changes: false,
    summary: (given) => JSON.stringify(given),
    run: (given, context) => call(given, context.reference, context.signal),
  });
}
