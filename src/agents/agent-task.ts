/**
 * What an agent is given, what comes back, and what is told meanwhile.
 * Types only; the loop is in `run-agent.ts`.
 */
import type { z } from "zod";
import type { ActionSchema, Model, Usage } from "../domain/ports/model-port.ts";
import type { Sandbox } from "../domain/ports/sandbox-port.ts";
import type { TurnRecord } from "../domain/ports/store-port.ts";
import type { Action } from "./actions/action.ts";
import type { StuckPattern } from "./loop/stuck.ts";

export type RoleName = "plan" | "red" | "green" | "review" | "ask";

/** Who the agent is: the same bytes through a run and between runs. Made by `defineRole`. */
export interface AgentRole<F> {
  readonly name: RoleName;
  readonly instructions: string;
  readonly actions: readonly Action[];
  readonly finish: z.ZodType<F>;
  /** what the model is shown: the actions, `finish`, and `ask` where the role may ask */
  readonly schemas: readonly ActionSchema[];
  readonly mayAsk: boolean;
}

export interface AgentLimits {
  /** turns of this thread, stored ones included */
  readonly turns: number;
  /** of wall clock, from this call on */
  readonly minutes: number;
  /** what may be spent from this call on; turns of unknown price are not counted */
  readonly usd: number;
  /** refused finishes of this thread */
  readonly refusals: number;
  /** shown of one command's output: half head, half tail */
  readonly outputChars: number;
  /** size of the thread at which old outputs are masked */
  readonly threadChars: number;
}

export const DEFAULT_LIMITS: AgentLimits = {
  turns: 120,
  minutes: 40,
  usd: 5,
  refusals: 3,
  outputChars: 10_000,
  threadChars: 400_000,
};

export type Judgement = { readonly accepted: true } | { readonly accepted: false; readonly because: string };

export interface AgentTask<F> {
  readonly role: AgentRole<F>;
  /** the first user message; the same bytes again when the thread is resumed */
  readonly brief: string;
  /** names the thread within the run, e.g. `green`, `review-2` */
  readonly thread: string;
  readonly run: { readonly id: string; readonly ordinal: number };
  /** one per role and repository */
  readonly cacheKey: string;
  readonly model: Model;
  /** asked once, when the first action needs it; a refusal propagates */
  readonly sandbox: () => Promise<Sandbox>;
  /** true: the sandbox is fresh, and the stored commands and edits of this thread are executed again in it first */
  readonly replay: boolean;
  readonly turns: {
    /** every stored turn of this role in this run, oldest first */
    readonly earlier: readonly TurnRecord[];
    /** inserts or replaces by ordinal; awaited twice a turn */
    save(turn: TurnRecord): Promise<void>;
  };
  /** What the host saw of a finish's claims; its reason is read by the agent, and by a person at the end. */
  judge(finish: F): Promise<Judgement>;
  readonly limits: AgentLimits;
  /** What everybody together may still spend: asked before each question, for people change it meanwhile. */
  readonly leftUsd?: () => Promise<number>;
  /**
   * Fenced messages people wrote; asked after every turn and stored with it, and where the thread
   * waits for an answer to its question. One that already stands in the thread is not added again.
   */
  readonly notes?: (after: "turn" | "question") => Promise<readonly string[]>;
  /** Asked before each question to the model; what it throws propagates, and the stored turns stay good. */
  readonly beforeTurn?: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly onEvent: (event: AgentEvent) => void;
  /** milliseconds; `performance.now` unless a test says otherwise */
  readonly now?: () => number;
}

export type StopCode =
  | "LIMIT_TURNS"
  | "LIMIT_MINUTES"
  | "LIMIT_USD"
  | "FINISH_REFUSED"
  | "AGENT_STUCK"
  | "MODEL_REFUSED";

export type AgentOutcome<F> =
  | { readonly kind: "finished"; readonly value: F }
  /** called again with an answer in `notes`, the thread goes on */
  | { readonly kind: "asked"; readonly question: string; readonly default: string }
  | {
      readonly kind: "stopped";
      readonly code: StopCode;
      /** whole sentences for a person */
      readonly because: string;
      /** why the last finish was refused, when one was */
      readonly lastRefusal?: string;
    };

export type AgentEvent =
  | { readonly kind: "turn.started"; readonly turn: number }
  | { readonly kind: "turn.ended"; readonly turn: number; readonly usage: Usage; readonly costUsd: number | null }
  | { readonly kind: "action.started"; readonly turn: number; readonly action: string; readonly summary: string }
  | {
      readonly kind: "action.ended";
      readonly turn: number;
      readonly action: string;
      readonly summary: string;
      readonly failed: boolean;
    }
  | { readonly kind: "finish.refused"; readonly turn: number; readonly because: string }
  | { readonly kind: "nudge"; readonly turn: number; readonly pattern: StuckPattern; readonly text: string }
  | { readonly kind: "steer"; readonly turn: number; readonly text: string }
  | { readonly kind: "replayed"; readonly calls: number }
  | { readonly kind: "ended"; readonly outcome: "finished" | "asked" | "stopped"; readonly summary: string };
