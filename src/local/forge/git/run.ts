/**
 * Runs git as the forge: argument arrays, no configuration of this machine's
 * owner, output as text. What a command means is decided by its callers.
 */
import { execFile } from "node:child_process";
import { devNull } from "node:os";
import { OrionError } from "../../../domain/errors.ts";

export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_MAX = 256 * 1024 * 1024;

/** Configuration for every git process, given through the environment because it must bind `safe.directory` too. */
const CONFIGURATION: readonly (readonly [key: string, value: string])[] = [
  ["safe.directory", "*"],
  ["gc.auto", "0"],
  ["core.quotePath", "false"],
  ["init.defaultBranch", "main"],
];

/**
 * @param extra further configuration, as key and value
 * @returns this process's environment without anything that steers git, and with the forge's configuration
 */
export function gitEnvironment(extra: readonly (readonly [string, string])[] = []): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([key, value]) =>
    value === undefined || (key.startsWith("GIT_") && !key.startsWith("GIT_SSL_")) ? [] : [[key, value] as const],
  );
  const pairs = [...CONFIGURATION, ...extra];
  const numbered = pairs.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ]);
  return {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_SYSTEM: devNull,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_CONFIG_COUNT: String(pairs.length),
    LC_ALL: "C",
    ...Object.fromEntries(numbered),
  };
}

/**
 * Runs git and gives its exit code.
 * @param dir the repository it runs in
 * @throws OrionError FORGE_GIT when git could not be started
 */
export function tryGit(
  dir: string,
  args: readonly string[],
  options: { readonly input?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const env = { ...gitEnvironment(), ...options.env };
    const child = execFile("git", args, { cwd: dir, env, maxBuffer: OUTPUT_MAX }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") {
        reject(new OrionError("FORGE_GIT", `git ${args[0] ?? ""} could not run; is git installed?`, { dir }, error));
        return;
      }
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input);
  });
}

/**
 * @returns what git printed
 * @throws OrionError FORGE_GIT with git's own words when it ends with another code than 0
 */
export async function git(
  dir: string,
  args: readonly string[],
  options: { readonly input?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryGit(dir, args, options);
  if (code === 0) return stdout;
  throw new OrionError("FORGE_GIT", `git ${args.join(" ")} ended with ${code}: ${stderr.trim()}`, { dir, code });
}
