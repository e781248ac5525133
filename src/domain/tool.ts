/**
 * A Tool is an ability of Orion's own, such as sending a Slack message; one
 * file each in `src/tools/`. It is not an action of the agents' toolbox.
 */
import { z } from "zod";

export interface ToolContext<Settings> {
  /** parsed from the environment by the tool's own schema */
  readonly settings: Settings;
  /** global fetch in production; a fake one in a test */
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
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
  const settings = tool.settings ?? (z.object({}) as unknown as Settings);
  return { ...tool, settings, effect: tool.effect ?? true };
}
