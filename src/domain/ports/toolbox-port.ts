/** Orion's tools as the rest of the house calls them, and what is stored of every call. */
import type { z } from "zod";
import type { Person } from "../task.ts";
import type { Asker } from "../tool.ts";

/** A tool that was found at boot. */
export interface ToolFacts {
  readonly name: string;
  readonly description: string;
  readonly effect: boolean;
  readonly input: z.ZodType;
  /** names of settings that are missing or wrong; [] when it can be called */
  readonly missing: readonly string[];
}

export interface ToolRequest {
  readonly tool: string;
  /** as it was asked for; the tool's own schema judges it */
  readonly input: unknown;
  /** where it comes from, e.g. `run:<id>`; with `key` it is the same call again */
  readonly scope: string;
  readonly key: string;
  /** for whom it is done */
  readonly person: Person;
  /** missing when nobody asks, e.g. an announcement */
  readonly asker?: Asker;
  /** Asked right before a tool with an effect runs: may this person write here, now? */
  readonly mayAct: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

export type ToolOutcome =
  | { readonly kind: "done"; readonly text: string }
  | { readonly kind: "failed"; readonly because: string }
  /** not called at all */
  | { readonly kind: "refused"; readonly because: string }
  /** it may have taken effect; it is not called again */
  | { readonly kind: "unknown"; readonly because: string };

export interface Toolbox {
  readonly tools: readonly ToolFacts[];
  /** @throws the signal's reason when it aborts */
  call(request: ToolRequest): Promise<ToolOutcome>;
}

export interface ToolCallRecord {
  readonly scope: string;
  readonly key: string;
  readonly outcome: "started" | "done" | "failed" | "unknown";
  /** what the tool said, or why it failed */
  readonly output: string | null;
}

export interface ToolStore {
  /**
   * Stores the call unless it is there already.
   * @returns the record, and whether this call made it
   */
  beginToolCall(call: {
    readonly scope: string;
    readonly key: string;
    readonly tool: string;
    readonly effect: boolean;
    /** secrets already taken out */
    readonly input: unknown;
    readonly personId: number;
  }): Promise<{ readonly record: ToolCallRecord; readonly fresh: boolean }>;
  endToolCall(scope: string, key: string, outcome: "done" | "failed" | "unknown", output: string): Promise<void>;
}
