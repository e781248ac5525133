/**
 * `npm run dev`, the local mirror: the same parts as in production, left running
 * on this machine, on a database of their own. Restarted by node on a change.
 */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import pg from "pg";
import { ConfigError } from "../config.ts";
import { describeError, OrionError } from "../domain/errors.ts";
import { DEMO_SCRIPT } from "./cloud.ts";
import type { Forge } from "./forge/start-forge.ts";
import { type LocalWorld, startLocalWorld } from "./world.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const DEFAULT_PORT = 3_000;
const OWNER = "codemaestro";

/**
 * A mirror must never write into production's memory.
 * @throws OrionError DATABASE_ELSEWHERE unless the URL is on this machine or the caller insists
 */
export function assertLocalDatabase(url: string | undefined, insists: boolean): void {
  if (url === undefined || url === "" || insists) return;
  // As the driver reads it: a query parameter may name another host than the URL does.
  const { host } = new pg.Client({ connectionString: url });
  if (["localhost", "127.0.0.1", "::1"].includes(host) || host.startsWith("/")) return;
  throw new OrionError(
    "DATABASE_ELSEWHERE",
    `DATABASE_URL is on ${host}, and npm run dev would write there; unset it to get a local database, or set ORION_DEV_DATABASE_ELSEWHERE=1 if you mean it`,
    { host },
  );
}

async function main(): Promise<void> {
  const env = process.env;
  assertLocalDatabase(env.DATABASE_URL, env.ORION_DEV_DATABASE_ELSEWHERE === "1");
  const dataDir = resolve(env.ORION_DATA_DIR || join(ROOT, ".data"));
  const port = Number(env.PORT || DEFAULT_PORT);
  const world = await startLocalWorld({
    env,
    postgresDir: join(dataDir, "postgres"),
    dataDir: join(dataDir, "dev"),
    database: "orion_dev",
    script: env.ORION_MODEL_SCRIPT ? resolve(env.INIT_CWD ?? ".", env.ORION_MODEL_SCRIPT) : DEMO_SCRIPT,
    orionPort: port,
    forgePort: port === 0 ? 0 : port + 1,
    onLine: (line) => console.log(line),
  });
  await welcome(world);
  const stop = (): void => {
    world.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(describeError(error));
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

async function welcome({ orion, forge, scripted, databaseUrl }: LocalWorld): Promise<void> {
  console.log(`\nOrion       ${orion.url}   (sandbox: ${orion.sandbox})`);
  console.log(`Database    ${databaseUrl}`);
  if (scripted) console.log("Model       a script plays the model; set OPENAI_API_KEY for a real one");
  if (forge === null) return;
  const { repository, person } = await ownRepository(forge);
  console.log(`Forge       ${forge.url}/${repository}`);
  console.log(
    `Clone       git clone ${forge.url.replace("//", `//${person.login}:${person.token}@`)}/${repository}.git`,
  );
  console.log("\nAsk Orion for something:\n");
  console.log(`  curl -s ${forge.apiUrl}/repos/${repository}/issues -H "authorization: token ${person.token}" \\`);
  console.log(`    -d '{"title":"Orion, we need a new tool: \`SlackTool\` to send notifications."}'\n`);
}

/** This checkout's own repository, in the forge since the first start. */
async function ownRepository(
  forge: Forge,
): Promise<{ readonly repository: string; readonly person: { readonly login: string; readonly token: string } }> {
  const person = forge.addUser({ login: "maya" });
  const name = "codemaestro";
  const repository = `${OWNER}/${name}`;
  const ref = execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
  await forge.importRepository({ owner: OWNER, name, from: ROOT, ref, as: "master", collaborators: { maya: "admin" } });
  return { repository, person };
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof ConfigError ? error.message : describeError(error));
    process.exit(1);
  });
}
