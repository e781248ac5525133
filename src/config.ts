/**
 * Every environment variable, documented once. `loadConfig` turns them into a
 * typed Config or says which variable is wrong and what it must be. It reads
 * nothing itself: the environment is handed in.
 */
import { z } from "zod";

export interface VariableFacts {
  readonly about: string;
  /** never logged, never shown */
  readonly secret?: boolean;
  /** shown in .env.example */
  readonly example?: string;
  /** variable of the host's that is taken where this one is unset */
  readonly standIn?: string;
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().positive();
const amount = z.coerce.number().positive();
const names = z.string().transform((text): string[] => text.match(/[^\s,]+/g) ?? []);
const strongSecret = z
  .string()
  .min(32, "must have at least 32 characters; make one with `openssl rand -hex 32`")
  .refine((value) => value !== "development", "must not be Probot's default");
const privateKey = z
  .string()
  .transform((text) => (text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("utf8")))
  .transform((text) => text.replaceAll("\\n", "\n"))
  .refine((text) => text.includes("PRIVATE KEY-----"), "must be the App's PEM private key, as it is or base64");

/** Order and words of this table are the order and words of `.env.example` and the README. */
export const VARIABLES = {
  NODE_ENV: variable(z.enum(["production", "development", "test"]).default("development"), {
    about: "production refuses everything that only suits one machine",
  }),
  ORION_ROLE: variable(z.enum(["all", "web", "worker"]).default("all"), {
    about: "web takes webhooks, worker does runs, all does both",
  }),
  HOST: variable(z.string().optional(), { about: "address to listen on; 127.0.0.1, in production 0.0.0.0" }),
  PORT: variable(port.default(3_000), { about: "port to listen on; 0 takes any free one" }),
  ORION_PUBLIC_URL: variable(z.url().optional(), {
    about: "where people reach this server, for links to run pages; on Render RENDER_EXTERNAL_URL stands in",
    example: "https://orion.example.org",
    standIn: "RENDER_EXTERNAL_URL",
  }),
  ORION_DATA_DIR: variable(z.string().default(".data"), { about: "git mirrors, and on one machine the database" }),
  ORION_DEV_DATABASE_ELSEWHERE: variable(z.enum(["0", "1"]).default("0"), {
    about: "1 lets npm run dev use a DATABASE_URL on another machine",
  }),
  DATABASE_URL: variable(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must be a postgresql:// URL")
      .optional(),
    {
      about: "PostgreSQL, the memory and the queue; npm run dev brings its own",
      secret: true,
      example: "postgresql://orion:…@db.example.org/orion",
    },
  ),
  MIGRATE_DATABASE_URL: variable(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must be a postgresql:// URL")
      .optional(),
    {
      about: "the same database as its owner, for npm run migrate; DATABASE_URL may then be a login without rights",
      secret: true,
    },
  ),
  ORION_ALLOW_MIGRATION: variable(names.default([]), {
    about: "sha256 of a destructive migration.sql that npm run migrate may apply all the same",
  }),
  ORION_BACKUP_DIR: variable(z.string().optional(), {
    about: "folder for a pg_dump before migrations are applied; none is made when unset",
  }),
  ORION_REPOSITORY: variable(
    z
      .string()
      .regex(/^[^/\s]+\/[^/\s]+$/, "must be owner/name")
      .optional(),
    {
      about: "Orion's own repository as owner/name; on Render RENDER_GIT_REPO_SLUG stands in",
      example: "you/codemaestro",
    },
  ),
  ORION_COMMIT: variable(z.string().optional(), {
    about: "the commit this process runs; on Render RENDER_GIT_COMMIT stands in, in a checkout git's HEAD",
  }),
  ORION_PAUSED: variable(z.enum(["0", "1"]).default("0"), {
    about: "1 lets no work start or go on, in every repository; what runs keeps its place",
  }),
  RENDER_API_KEY: variable(z.string().min(1).optional(), {
    about: "follows deploys on Render and rolls them back",
    secret: true,
  }),
  RENDER_SERVICE_ID: variable(z.string().optional(), {
    about: "the service Orion runs as; Render sets it",
    example: "srv-…",
  }),
  RENDER_API_URL: variable(z.url().default("https://api.render.com"), {
    about: "Render's API, or a host shaped like it",
  }),
  APP_ID: variable(z.coerce.number().int().positive().optional(), { about: "the GitHub App's id", example: "123456" }),
  PRIVATE_KEY: variable(privateKey.optional(), {
    about: "the GitHub App's private key, PEM or base64 of it",
    secret: true,
  }),
  WEBHOOK_SECRET: variable(strongSecret.optional(), { about: "signs webhooks; at least 32 characters", secret: true }),
  ORION_SETUP_TOKEN: variable(strongSecret.optional(), {
    about:
      "lets its holder register the App on /setup while none is set; drawn and printed when unset, in production required",
    secret: true,
  }),
  GITHUB_API_URL: variable(z.url().default("https://api.github.com"), {
    about: "API of GitHub, or of a GitHub Enterprise Server",
  }),
  OPENAI_API_KEY: variable(z.string().min(1).optional(), {
    about: "key of the model; without one npm run dev plays a script",
    secret: true,
  }),
  OPENAI_BASE_URL: variable(z.url().optional(), { about: "another server that speaks the OpenAI API" }),
  ORION_MODEL: variable(z.string().default("gpt-5.1"), { about: "the model's name" }),
  ORION_MODELS: variable(names.default([]), {
    about: "more models that a repository may name in .github/orion.yml (model), comma separated",
    example: "gpt-5-mini,gpt-5.4",
  }),
  ORION_MODEL_API: variable(z.enum(["responses", "chat"]).default("responses"), {
    about: "chat for servers without the Responses API",
  }),
  ORION_MODEL_SCRIPT: variable(z.string().optional(), {
    about: "a script that plays the model on one machine, see docs/model-script.md",
  }),
  ORION_MODEL_IDLE_SECONDS: variable(count.default(120), { about: "a stream silent this long is asked again" }),
  ORION_SANDBOX: variable(z.enum(["auto", "docker", "process"]).default("auto"), {
    about: "auto takes Docker when an engine answers; process isolates nothing and is refused in production",
  }),
  DOCKER_HOST: variable(z.string().optional(), {
    about: "the Docker engine, e.g. tcp://10.0.0.5:2376; the local socket when unset",
  }),
  DOCKER_CERT_PATH: variable(z.string().optional(), {
    about: "folder with ca.pem, cert.pem and key.pem for an engine over TLS",
  }),
  ORION_SANDBOX_DIR: variable(z.string().optional(), {
    about: "where process sandboxes lie; a folder under the system's temporary one when unset",
  }),
  ORION_SANDBOX_IMAGE: variable(z.string().optional(), {
    about: "image of the sandbox; built from the Dockerfile when unset",
  }),
  ORION_SANDBOX_MEMORY_MB: variable(count.default(3_072), { about: "memory of one sandbox, its workspace included" }),
  ORION_SANDBOX_WORKSPACE_MB: variable(count.default(1_024), { about: "size of one workspace" }),
  ORION_SANDBOX_CPUS: variable(amount.default(2), { about: "processors of one sandbox" }),
  ORION_SANDBOX_PIDS: variable(count.default(512), { about: "processes of one sandbox" }),
  ORION_SANDBOX_WARM: variable(z.coerce.number().int().min(0).default(1), {
    about: "spare containers kept started of each image in use",
  }),
  ORION_SETUP_NETWORK: variable(z.enum(["bridge", "host"]).default("bridge"), {
    about: "network of the set-up phase; agents never have one",
  }),
  ORION_SETUP_ENV: variable(names.default([]), {
    about: "variables handed to the set-up phase, comma separated, e.g. a registry's address; never secrets",
  }),
  ORION_BUDGET_USD: variable(amount.default(5), { about: "most a task may cost, unless a maintainer says otherwise" }),
  ORION_BUDGET_MAX_USD: variable(amount.default(20), {
    about: "most a maintainer may let a task cost by /orion budget; never less than ORION_BUDGET_USD",
  }),
  ORION_BUDGET_DAY_USD: variable(amount.default(100), {
    about: "most that all work together may cost in a day (UTC); what is left goes on after midnight",
  }),
  ORION_RUNS_PER_HOUR: variable(count.default(5), {
    about: "how much work one person may start in an hour; four times as many questions",
  }),
  ORION_MAX_TURNS: variable(count.default(120), { about: "most turns of one agent" }),
  ORION_MAX_MINUTES: variable(count.default(40), { about: "most minutes of one agent" }),
  ORION_MAX_TRIES: variable(count.default(30), {
    about: "how often a run begins again when GitHub, the model or the engine does not answer; pauses grow to a minute",
  }),
  ORION_HUNKS: variable(z.coerce.number().int().min(0).default(3), {
    about: "hunks taken back to see whether the tests notice; each costs one test run",
  }),
  ORION_ALLOW_UNPROTECTED: variable(z.enum(["0", "1"]).default("0"), {
    about: "1 lets Orion push where the default branch is not protected; the living comment then always warns",
  }),
  ORION_COMMENT_SECONDS: variable(z.coerce.number().min(0).max(60).default(5), {
    about: "least seconds between two edits of a task's living comment",
  }),
  ORION_CONCURRENCY: variable(count.default(4), { about: "runs one worker does at a time" }),
} as const;

/** What the deploy host for one machine calls its service; no id of Render's looks like it. */
export const SERVICE_OF_THIS_MACHINE = "srv-of-this-machine";

type Table = typeof VARIABLES;
export type Config = { readonly [Name in keyof Table]: z.output<Table[Name]["schema"]> };

/**
 * @param env names to texts, as the process gives them; empty texts count as unset
 * @throws ConfigError naming every wrong variable and what it must be
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, facts }] of Object.entries(VARIABLES)) {
    // an empty text counts as unset
    const given = env[name] || (facts.standIn && env[facts.standIn]) || undefined;
    const result = schema.safeParse(given);
    if (result.success) values[name] = result.data;
    else
      problems.push(
        `${name} ${result.error.issues.map((issue) => issue.message).join("; ")} (${VARIABLES[name as keyof Table].facts.about})`,
      );
  }
  if (env.RENDER === "true" && env.RENDER_SERVICE_ID !== SERVICE_OF_THIS_MACHINE && values.NODE_ENV !== "production")
    problems.push("NODE_ENV must be production on Render; anything else lets through what only suits one machine");
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return values as Config;
}

/** @returns the values of every secret variable that is set, and the password within the database's URL, for redaction */
export function secretsOf(config: Config): readonly string[] {
  const password = config.DATABASE_URL === undefined ? "" : decodeURIComponent(new URL(config.DATABASE_URL).password);
  const values = Object.entries(VARIABLES).flatMap(([name, { facts }]) => {
    const value = config[name as keyof Config];
    return facts.secret === true && typeof value === "string" ? [value] : [];
  });
  return password === "" ? values : [...values, password];
}

/** @returns the text of `.env.example`; the file is checked against it */
export function envExample(): string {
  const blocks = Object.entries(VARIABLES).map(([name, { schema, facts }]) => {
    const fallback = schema.safeParse(undefined).data;
    const shown =
      facts.example ?? (fallback === undefined ? "" : Array.isArray(fallback) ? fallback.join(",") : String(fallback));
    return `# ${facts.about}${facts.secret === true ? " (secret)" : ""}\n# ${name}=${shown}\n`;
  });
  return `# Every variable that CodeMaestro reads, with its default. Copy to .env and uncomment what differs.\n\n${blocks.join("\n")}`;
}

function variable<Schema extends z.ZodType>(
  schema: Schema,
  facts: VariableFacts,
): { readonly schema: Schema; readonly facts: VariableFacts } {
  return { schema, facts };
}
