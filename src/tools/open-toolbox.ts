/**
 * Calls Orion's tools: each call is stored, limited in time and cut in length,
 * and one with an effect happens once. What a tool does is its own file's.
 */
import { z } from "zod";
import { describeError } from "../domain/errors.ts";
import type { Toolbox, ToolCallRecord, ToolOutcome, ToolRequest, ToolStore } from "../domain/ports/toolbox-port.ts";
import type { LoadedTool } from "./load-tools.ts";
import { storableInput } from "./storable-input.ts";

const CALL_MS = 30_000;
const OUTPUT_CHARS = 8_000;

export interface ToolboxOptions {
  readonly tools: readonly LoadedTool[];
  readonly store: ToolStore;
  /** takes secrets out of what is stored and told */
  readonly clean: (text: string) => string;
  readonly fetch: typeof fetch;
  /** most milliseconds of one call */
  readonly callMs?: number;
}

export function openToolbox(options: ToolboxOptions): Toolbox {
  return {
    tools: options.tools.map(({ tool, missing }) => ({
      name: tool.name,
      description: tool.description,
      effect: tool.effect,
      input: tool.input,
      missing,
    })),
    call: (request) => call(options, request),
  };
}

async function call(options: ToolboxOptions, request: ToolRequest): Promise<ToolOutcome> {
  const loaded = options.tools.find(({ tool }) => tool.name === request.tool);
  if (loaded === undefined) return refused(`there is no tool ${request.tool}`);
  if (loaded.missing.length > 0) return refused(`${request.tool} is idle: set ${loaded.missing.join(", ")}`);
  const input = loaded.tool.input.safeParse(request.input);
  if (!input.success) return refused(`${request.tool} takes other arguments: ${z.prettifyError(input.error)}`);
  const { effect } = loaded.tool;
  if (effect && !(await request.mayAct()))
    return refused(`${request.tool} has an effect outside, and ${request.person.login} may not write here`);
  const { record, fresh } = await options.store.beginToolCall({
    scope: request.scope,
    key: request.key,
    tool: request.tool,
    effect,
    input: storableInput(input.data, options.clean),
    personId: request.person.id,
  });
  if (!fresh) {
    const before = earlier(record, effect, request.tool);
    if (before?.kind === "unknown") await end(options, request, before);
    if (before !== null) return before;
  }
  return execute(options, loaded, request, input.data);
}

/** What an earlier try of the same call came to; null when it may be tried again. */
function earlier({ outcome, output }: ToolCallRecord, effect: boolean, tool: string): ToolOutcome | null {
  switch (outcome) {
    case "done":
      return { kind: "done", text: output ?? "" };
    case "failed":
      return { kind: "failed", because: output ?? "" };
    case "unknown":
      return { kind: "unknown", because: output ?? "" };
    case "started":
      return effect ? { kind: "unknown", because: cutOff(tool) } : null;
  }
}

async function execute(
  options: ToolboxOptions,
  { tool, settings }: LoadedTool,
  request: ToolRequest,
  input: unknown,
): Promise<ToolOutcome> {
  request.signal.throwIfAborted();
  const limit = AbortSignal.timeout(options.callMs ?? CALL_MS);
  const signal = AbortSignal.any([request.signal, limit]);
  const context = { settings, fetch: options.fetch, signal, ...(request.asker && { asker: request.asker }) };
  let outcome: ToolOutcome;
  try {
    const text = await Promise.race([tool.execute(input, context), whenAborted(signal)]);
    outcome = { kind: "done", text: cut(options.clean(text)) };
  } catch (error) {
    // left as it stands: whoever goes on finds that it was begun
    if (request.signal.aborted) throw request.signal.reason;
    outcome = limit.aborted
      ? timedOut(tool.name, tool.effect)
      : { kind: "failed", because: cut(options.clean(describeError(error))) };
  }
  await end(options, request, outcome);
  return outcome;
}

function timedOut(tool: string, effect: boolean): ToolOutcome {
  if (effect)
    return { kind: "unknown", because: `${tool} did not answer in time; whether it took effect is not known` };
  return { kind: "failed", because: `${tool} did not answer in time` };
}

/** A tool that ignores its signal must not hold Orion. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

async function end({ store }: ToolboxOptions, { scope, key }: ToolRequest, outcome: ToolOutcome): Promise<void> {
  if (outcome.kind === "refused") return;
  await store.endToolCall(scope, key, outcome.kind, outcome.kind === "done" ? outcome.text : outcome.because);
}

function cutOff(tool: string): string {
  return `${tool} was cut off while it ran; whether it took effect is not known, so it is not called again`;
}

function refused(because: string): ToolOutcome {
  return { kind: "refused", because };
}

function cut(text: string): string {
  return text.length <= OUTPUT_CHARS ? text : `${text.slice(0, OUTPUT_CHARS)} [… ${text.length - OUTPUT_CHARS} more]`;
}
