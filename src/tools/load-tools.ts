/**
 * Finds Orion's tools at boot: every `*-tool.ts` beside this file. A wrong one
 * stops the boot with its name; one whose settings are missing stays idle.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describeError, OrionError } from "../domain/errors.ts";
import type { Tool } from "../domain/tool.ts";

export interface LoadedTool {
  readonly tool: Tool;
  readonly file: string;
  /** parsed by the tool's own schema; null while a setting is missing */
  readonly settings: unknown;
  /** names of the settings that are missing or wrong; [] when the tool is ready */
  readonly missing: readonly string[];
}

/**
 * @param directory absolute path of the tools' folder
 * @param env where settings come from
 * @throws OrionError TOOL_INVALID naming the file and what is wrong with it
 */
export async function loadTools(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly LoadedTool[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith("-tool.ts")).sort();
  const loaded = await Promise.all(files.map((file) => loadTool(directory, file, env)));
  const twice = loaded.find((one, index) => loaded.findIndex((other) => other.tool.name === one.tool.name) !== index);
  if (twice !== undefined) throw invalid(twice.file, `another file also defines ${twice.tool.name}; rename one`);
  return loaded;
}

async function loadTool(
  directory: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LoadedTool> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(pathToFileURL(join(directory, file)).href);
  } catch (cause) {
    throw invalid(file, `it does not load: ${describeError(cause)}`, cause);
  }
  const tools = Object.values(module).filter(isTool);
  const [tool] = tools;
  if (tool === undefined || tools.length > 1)
    throw invalid(file, `it exports ${tools.length} tools; export exactly one made by defineTool`);
  const settings = tool.settings.safeParse(env);
  if (settings.success) return { tool, file, settings: settings.data, missing: [] };
  return {
    tool,
    file,
    settings: null,
    missing: [...new Set(settings.error.issues.map((issue) => issue.path.join(".")))],
  };
}

function isTool(value: unknown): value is Tool {
  return (
    typeof value === "object" &&
    value !== null &&
    "execute" in value &&
    "input" in value &&
    "settings" in value &&
    "name" in value
  );
}

function invalid(file: string, why: string, cause?: unknown): OrionError {
  return new OrionError("TOOL_INVALID", `src/tools/${file}: ${why}`, { file }, cause);
}
