/** Runs one action by itself, as the loop would. */
import type { Action, ActionContext } from "../../../src/agents/actions/action.ts";
import { createOutputs } from "../../../src/agents/actions/outputs.ts";
import type { Sandbox } from "../../../src/domain/ports/sandbox-port.ts";

export function contextOf(sandbox: Sandbox, changes: Partial<ActionContext> = {}): ActionContext {
  return {
    sandbox: async () => sandbox,
    outputs: createOutputs(),
    reference: "output:1",
    again: false,
    outputChars: 10_000,
    signal: new AbortController().signal,
    ...changes,
  };
}

export async function act(action: Action, args: object, context: ActionContext): Promise<string> {
  const prepared = action.prepare(JSON.stringify(args));
  if (!prepared.ok) throw new Error(prepared.because);
  return prepared.run(context);
}
