/**
 * Finds Orion's tools at boot: every `*-tool.ts` beside this file. A wrong one
 * stops the boot with its name; one whose settings are missing stays idle.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { describeError, OrionError } from "../domain/errors.ts";
import { isTool, type Tool } from "../domain/tool.ts";

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
  const all = (await readdir(directory)).filter((file) => !file.startsWith("."));
  const lost = all.find((file) => MEANT.test(file) && !FOUND.test(file));
  if (lost !== undefined) throw invalid(lost, `it is not found under this name; rename it to ${foundName(lost)}`);
  const files = all.filter((file) => FOUND.test(file)).sort();
  const loaded = await Promise.all(files.map((file) => loadTool(directory, file, env)));
  const twice = loaded.find((one, index) => loaded.findIndex((other) => other.tool.name === one.tool.name) !== index);
  if (twice !== undefined) throw invalid(twice.file, `another file also defines ${twice.tool.name}; rename one`);
  return loaded;
}

/** @returns the values of the tools' own settings that are secret, for redaction */
export function secretsOfTools(
  tools: readonly LoadedTool[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const names = tools.flatMap(({ tool }) =>
    tool.settings instanceof z.ZodObject ? Object.keys(tool.settings.shape) : [],
  );
  return [...new Set(names)].filter((name) => SECRET_NAME.test(name)).flatMap((name) => env[name] ?? []);
}

/** As the file of a tool is named, and as somebody might name it. */
const FOUND = /^[a-z0-9]+(-[a-z0-9]+)*-tool\.ts$/;
const MEANT = /tool\.[cm]?[jt]s$/i;
const SECRET_NAME = /KEY|SECRET|TOKEN|PASS|CREDENTIAL|AUTH|DSN|WEBHOOK/;

function foundName(file: string): string {
  const words = file.replace(/\.[^.]+$/, "").replace(/([a-z0-9])([A-Z])/g, "$1-$2");
  return `${words.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.ts`;
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
  const tools = [...new Set(Object.values(module))].filter(isTool);
  const [tool] = tools;
  if (tool === undefined || tools.length > 1)
    throw invalid(file, `it exports ${tools.length} tools; export exactly one made by defineTool`);
  const settings = settingsOf(tool, file, env);
  if (settings.success) return { tool, file, settings: settings.data, missing: [] };
  return {
    tool,
    file,
    settings: null,
    missing: [...new Set(settings.error.issues.map((issue) => issue.path.join(".") || issue.message))],
  };
}

function settingsOf(tool: Tool, file: string, env: Readonly<Record<string, string | undefined>>) {
  try {
    return tool.settings.safeParse(env);
  } catch (cause) {
    throw invalid(file, `its settings cannot be read: ${describeError(cause)}`, cause);
  }
}

function invalid(file: string, why: string, cause?: unknown): OrionError {
  return new OrionError("TOOL_INVALID", `src/tools/${file}: ${why}`, { file }, cause);
}
