/**
 * `.github/orion.yml`: how a repository says it is installed and tested.
 * Reading only; what holds when the file is silent is in `convention.ts`.
 */
import { parse } from "yaml";
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";

export const SETTINGS_PATHS = [".github/orion.yml", ".github/orion.yaml"] as const;

const commandLines = z.union([z.string().transform((line) => [line]), z.array(z.string())]);

export const settingsSchema = z.strictObject({
  /** image of the sandbox; Orion's own when absent */
  image: z.string().min(1).optional(),
  /** shell lines that install dependencies, with network */
  setup: commandLines.optional(),
  /** more files that the set-up depends on, as globs */
  setupFiles: z.array(z.string()).default([]),
  test: z
    .union([
      z.string().transform((command) => ({ command })),
      z.strictObject({
        command: z.string().min(1),
        /** where the command leaves its JUnit XML, relative to the workspace */
        report: z.string().min(1).optional(),
        timeoutMinutes: z.number().positive().max(60).optional(),
      }),
    ])
    .optional(),
  /** tools that are called once when a pull request is ready and when it is live; `{message}` in a text is replaced */
  notify: z
    .array(z.strictObject({ tool: z.string().min(1), input: z.record(z.string(), z.unknown()) }))
    .max(10)
    .default([]),
  /** globs of files that are tests or belong to them */
  testFiles: z.array(z.string()).default([]),
});

export type RepositorySettings = z.output<typeof settingsSchema>;

/**
 * @param text the YAML as committed; null when the repository has no such file
 * @throws OrionError SETTINGS_INVALID naming the key and what it must be
 */
export function parseSettings(text: string | null): RepositorySettings {
  if (text === null) return settingsSchema.parse({});
  let raw: unknown;
  try {
    raw = parse(text) ?? {};
  } catch (cause) {
    throw invalid(`it is not valid YAML: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  const result = settingsSchema.safeParse(raw);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "the file" : issue.path.join(".");
  throw invalid(`${where}: ${issue?.message ?? "not understood"}`, result.error);
}

function invalid(why: string, cause: unknown): OrionError {
  return new OrionError("SETTINGS_INVALID", `${SETTINGS_PATHS[0]}: ${why}; mend it on the default branch`, {}, cause);
}
