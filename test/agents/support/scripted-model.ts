/**
 * A Model for tests: answers from a list and keeps what it was asked. It thinks
 * nothing and reaches no network.
 */
import { OrionError } from "../../../src/domain/errors.ts";
import type { ActionCall, Model, ModelReply, ModelRequest } from "../../../src/domain/ports/model-port.ts";

/** One answer; a plain object is an action's arguments. */
export interface Say {
  readonly text?: string;
  readonly calls?: readonly (readonly [name: string, args: object | string])[];
  readonly costUsd?: number | null;
  readonly raw?: unknown;
}

export interface ScriptedModel extends Model {
  /** the requests so far, frozen as the text they were when they came */
  readonly requests: readonly ModelRequest[];
}

/** @param answers the turn at which each is given is its place; an error is thrown, a function is called */
export function scriptedModel(answers: readonly (Say | Error | ((turn: number) => Say))[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    scripted: true,
    name: "scripted",
    requests,
    async respond(request, signal) {
      if (signal.aborted) throw new OrionError("ABORTED", "aborted");
      requests.push(structuredClone(request));
      const place = requests.length - 1;
      const answer = answers[Math.min(place, answers.length - 1)];
      if (answer === undefined) throw new Error("the script is empty");
      if (answer instanceof Error) throw answer;
      return replyOf(typeof answer === "function" ? answer(place + 1) : answer, request.turn);
    },
  };
}

function replyOf(say: Say, turn: string): ModelReply {
  const calls: ActionCall[] = (say.calls ?? []).map(([name, args], index) => ({
    id: `call_${turn}_${index}`,
    name,
    arguments: typeof args === "string" ? args : JSON.stringify(args),
  }));
  return {
    text: say.text ?? "",
    calls,
    usage: { inputTokens: 100, cachedTokens: 80, outputTokens: 10 },
    costUsd: say.costUsd === undefined ? 0.01 : say.costUsd,
    model: "scripted",
    ...(say.raw === undefined ? {} : { raw: say.raw }),
  };
}
