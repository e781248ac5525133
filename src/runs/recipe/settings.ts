/**
 * `.github/orion.yml`: how a repository says it is installed and tested.
 * Reading only; what holds when the file is silent is in `convention.ts`.
 */
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { hasCode, OrionError } from "../../domain/errors.ts";

export const SETTINGS_PATHS = [".github/orion.yml", ".github/orion.yaml"] as const;

const commandLines = z.union([z.string().transform((line) => [line]), z.array(z.string())]);

const workerRole = z.enum(["write", "maintain", "admin"]);

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
  /** how the tests get the PostgreSQL that they are offered when a migration is judged */
  database: z
    .strictObject({
      /** environment variables that hold its address */
      variables: z
        .array(z.string().regex(/^[A-Z_][A-Z0-9_]*$/, "must be the name of an environment variable"))
        .min(1)
        .default(["DATABASE_URL"]),
      /** `empty` where the tests' own set-up applies the migrations */
      start: z.enum(["migrated", "empty"]).default("migrated"),
    })
    .prefault({}),
  /** globs of files that are tests or belong to them */
  testFiles: z.array(z.string()).default([]),
  /** what a change may touch; Orion's own protected paths stay protected */
  paths: z
    .strictObject({
      /** globs; everything when absent */
      allowed: z.array(z.string().min(1)).optional(),
      forbidden: z.array(z.string().min(1)).default([]),
    })
    .optional(),
  /** what one agent may use; lowers Orion's own caps, never raises them */
  budgets: z
    .strictObject({
      usd: z.number().positive().optional(),
      turns: z.int().positive().optional(),
      minutes: z.number().positive().optional(),
    })
    .optional(),
  /** the role it takes to have work done; `write` is the least there is */
  who: z
    .strictObject({ go: workerRole.optional(), fix: workerRole.optional(), approve: workerRole.optional() })
    .optional(),
  /** `required`: every new request waits until its plan is approved */
  approval: z.enum(["required", "none"]).default("none"),
  /** one of those the operator of this Orion allows; the operator's own when absent */
  model: z.string().min(1).max(100).optional(),
  /** how Orion's branches begin */
  branchPrefix: z
    .string()
    .regex(
      /^feature\/([a-z0-9][a-z0-9-]{0,19}-)?$/,
      "must be feature/ or feature/<a-z, 0-9, ->-, at most 29 characters",
    )
    .default("feature/"),
  /** of Orion's comments; there is English */
  language: z.literal("en").default("en"),
});

export type RepositorySettings = z.output<typeof settingsSchema>;

/**
 * @param text the YAML as committed; null when the repository has no such file
 * @throws OrionError SETTINGS_INVALID naming the line, the key and what it must be; `facts.line` counts from 1
 */
export function parseSettings(text: string | null): RepositorySettings {
  if (text === null) return settingsSchema.parse({});
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault !== undefined) throw invalid(lines.linePos(fault.pos[0]).line, `not valid YAML: ${fault.message}`, fault);
  const raw: unknown = document.toJS();
  const result = settingsSchema.safeParse(raw ?? {});
  if (result.success) return result.data;
  const [first, ...more] = result.error.issues
    .flatMap(faultsOf)
    .map(({ path, why }) => ({ line: lines.linePos(offsetOf(document.contents, path)).line, why }))
    .toSorted((one, other) => one.line - other.line)
    .slice(0, MOST_FAULTS);
  const rest = more.map(({ line, why }) => `; line ${line}: ${why}`).join("");
  throw invalid(first?.line ?? 1, `${first?.why ?? "not understood"}${rest}`, result.error);
}

/** All at once, so that a file is mended once; a page of them helps nobody. */
const MOST_FAULTS = 5;

interface SettingsFault {
  /** keys down to the one that is wrong */
  readonly path: readonly string[];
  readonly why: string;
}

function faultsOf(issue: z.core.$ZodIssue): readonly SettingsFault[] {
  const path = issue.path.map(String);
  if (issue.code === "invalid_union") {
    // of several forms it may have, the one that was meant fails further in
    const meant = issue.errors.find((one) => one.some((inner) => inner.path.length > 0 || "keys" in inner));
    if (meant !== undefined)
      return meant.flatMap((inner) => faultsOf({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const where = path.length === 0 ? "the file" : path.join(".");
  if (issue.code !== "unrecognized_keys") return [{ path, why: `${where}: ${issue.message}` }];
  return issue.keys.map((key) => ({
    path: [...path, key],
    why: `${[...path, key].join(".")}: there is no such setting`,
  }));
}

/** Where the last key of a path stands that is there at all. */
function offsetOf(node: unknown, path: readonly string[]): number {
  let found = 0;
  let here = node;
  for (const name of path) {
    if (!isMap(here)) break;
    const pair = here.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (pair === undefined) break;
    if (isScalar(pair.key)) found = pair.key.range?.[0] ?? found;
    here = pair.value;
  }
  return found;
}

function invalid(line: number, why: string, cause: unknown): OrionError {
  const text = `${SETTINGS_PATHS[0]}, line ${line}: ${why}; mend it on the default branch`;
  return new OrionError("SETTINGS_INVALID", text, { line }, cause);
}

/** What counts when a file cannot be understood, and what a person must then be told. */
export function settingsOrDefaults(text: string | null): {
  readonly settings: RepositorySettings;
  readonly problem: string | null;
} {
  try {
    return { settings: parseSettings(text), problem: null };
  } catch (error) {
    if (hasCode(error, "SETTINGS_INVALID")) return { settings: parseSettings(null), problem: error.message };
    throw error;
  }
}
