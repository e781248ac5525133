/**
 * A Tool is an ability of Orion's own, such as sending a Slack message; one
 * file each in `src/tools/`. It is not an action of the agents' toolbox.
 */
import { z } from "zod";
import type { Person } from "./task.ts";

/** Who asked, and what Orion may look up for them; nothing of anybody else's can be reached through it. */
export interface Asker {
  readonly person: Person;
  /** addresses that the person wrote out themselves */
  readonly urls: readonly string[];
  /** what Orion keeps about this person, and about the repository they ask in; a line each */
  recall(): Promise<readonly string[]>;
  /** searches the repository they ask in; a line each, best first */
  search(kind: "code" | "issues", words: string): Promise<readonly string[]>;
}

export interface ToolContext<Settings> {
  /** parsed from the environment by the tool's own schema */
  readonly settings: Settings;
  /** global fetch in production; a fake one in a test */
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** missing where nobody asks: in a terminal, and when Orion announces something */
  readonly asker?: Asker;
}

export interface Tool<Input extends z.ZodType = z.ZodType, Settings extends z.ZodType = z.ZodType> {
  /** PascalCase and ending in Tool, e.g. `SlackTool` */
  readonly name: string;
  /** one sentence: what it does */
  readonly description: string;
  /** true when it changes something outside: then only for people who may write, once */
  readonly effect: boolean;
  readonly input: Input;
  /** environment variables it needs, e.g. `z.object({ SLACK_TOKEN: z.string() })` */
  readonly settings: Settings;
  /** @returns what Orion is told, at most a few lines */
  execute(input: z.output<Input>, context: ToolContext<z.output<Settings>>): Promise<string>;
}

/** Known by every copy of this module, also by one that a test loads for itself. */
const MADE = Symbol.for("codemaestro.tool");

/** @returns true for what `defineTool` made; anything else was checked by nobody */
export function isTool(value: unknown): value is Tool {
  return typeof value === "object" && value !== null && MADE in value;
}

const NAME = /^[A-Z][A-Za-z0-9]{1,40}Tool$/;

/**
 * Checks a tool's shape where it is written, so that a wrong one stops the boot.
 * @throws TypeError naming what is wrong
 */
export function defineTool<Input extends z.ZodType, Settings extends z.ZodType = z.ZodObject<Record<never, never>>>(
  tool: Omit<Tool<Input, Settings>, "settings" | "effect"> & { settings?: Settings; effect?: boolean },
): Tool<Input, Settings> {
  if (!NAME.test(tool.name))
    throw new TypeError(`tool name ${JSON.stringify(tool.name)}: write PascalCase ending in Tool`);
  if (tool.description.trim() === "") throw new TypeError(`${tool.name}: describe in one sentence what it does`);
  if (typeof tool.execute !== "function") throw new TypeError(`${tool.name}: execute is no function`);
  judgeInput(tool.name, tool.input);
  const settings = tool.settings ?? (z.object({}) as unknown as Settings);
  const made = { ...tool, settings, effect: tool.effect ?? true };
  return Object.defineProperty(made, MADE, { value: true });
}

/** A model is told the arguments as JSON Schema; what cannot be told would fail at the first question. */
function judgeInput(name: string, input: z.ZodType): void {
  let type: unknown;
  try {
    ({ type } = z.toJSONSchema(input, { io: "input", unrepresentable: "throw" }));
  } catch (cause) {
    throw new TypeError(`${name}: its input cannot be told to a model; use strings, numbers, lists and objects`, {
      cause,
    });
  }
  if (type !== "object") throw new TypeError(`${name}: its input must be an object, z.object({ … })`);
}
