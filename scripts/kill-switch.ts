/**
 * `npm run kill-switch`, or `node scripts/kill-switch.ts` where nothing is
 * installed: takes the last merge on the default branch back and pushes that,
 * by a person, with their own git and credentials. Orion need not run, and
 * plays no part in it.
 *
 * Exit codes: 0 done; 1 nothing was pushed; 2 wrong usage; 3 pushed, but not seen live.
 */
import { realpathSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { DeployHost } from "../src/domain/ports/deploy-port.ts";
import { buildRevert } from "./kill-switch/build.ts";
import { chooseUndo, findPlace, type Place } from "./kill-switch/choose.ts";
import { followDeploy, followReadyz } from "./kill-switch/follow.ts";
import { type Env, type PersonsGit, personsGit, Refusal } from "./kill-switch/git.ts";

const USAGE = `usage: node scripts/kill-switch.ts [options], anywhere in a clone
  --commit <sha>    undo this commit or merge instead of the last one
  --count <n>       undo n commits in a row
  --diff            show the whole change before asking
  --yes             do not ask
  --url <address>   then wait until <address>/readyz runs it
  --remote <name>   --branch <name>   where the default branch is, if it cannot be told
  --minutes <n>     how long to wait for the deploy (15)`;

const OPTIONS = {
  commit: { type: "string" },
  count: { type: "string" },
  remote: { type: "string" },
  branch: { type: "string" },
  url: { type: "string" },
  minutes: { type: "string", default: "15" },
  seconds: { type: "string", default: "3" },
  diff: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

export interface Surroundings {
  readonly cwd: string;
  readonly env: Env;
  readonly onLine: (line: string) => void;
  /** null where nobody can answer */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** the deploy host that the variables name, or null */
  readonly hostOf: (env: Env) => Promise<Pick<DeployHost, "deploys"> | null>;
}

/** @returns the exit code */
export async function killSwitch(argv: readonly string[], around: Surroundings): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS });
    const count = values.count === undefined ? undefined : Number(values.count);
    if (values.help || (count !== undefined && !(Number.isInteger(count) && count > 0))) {
      around.onLine(USAGE);
      return values.help ? 0 : 2;
    }
    return await takeBack(values, count, around);
  } catch (error) {
    if (error instanceof Refusal) around.onLine(error.message);
    else if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))
      around.onLine(`${error.message}\n${USAGE}`);
    else throw error;
    return error instanceof Refusal ? 1 : 2;
  }
}

async function takeBack(options: Options, count: number | undefined, around: Surroundings): Promise<number> {
  const top = personsGit(around.cwd, around.env).attempt("rev-parse", "--show-toplevel");
  if (top.code !== 0) throw new Refusal("this is no clone of a repository; go into one first");
  const git = personsGit(top.out, around.env);
  const wishes = { remote: options.remote, branch: options.branch, commit: options.commit, count };
  const place = findPlace(git, wishes);
  const undo = chooseUndo(git, place, wishes);
  const commit = buildRevert(git, place, undo);
  around.onLine(`On ${place.branch} of ${place.url}, undo ${undo.how}:`);
  for (const { sha, subject } of undo.commits) around.onLine(`  ${sha.slice(0, 7)} ${subject}`);
  around.onLine(git.run("diff", ...(options.diff ? ["--patch", "--stat"] : ["--stat"]), place.head, commit));
  if (!options.yes && !(await agreed(around))) {
    around.onLine("Nothing was pushed.");
    return 1;
  }
  push(git, place, commit);
  around.onLine(
    `Pushed ${commit} to ${place.branch}. To land it again: git pull && git revert ${commit.slice(0, 12)} && git push`,
  );
  return follow(options, commit, around);
}

async function agreed({ ask }: Surroundings): Promise<boolean> {
  if (ask === null) throw new Refusal("nobody is here to agree; look at the change above and say --yes");
  return /^y(es)?$/i.test((await ask("Push this? [y/N] ")).trim());
}

/** A plain push, as anybody's: what the server does not allow stays undone. */
function push(git: PersonsGit, { remote, branch }: Place, commit: string): void {
  const { code, words } = git.attempt("push", "--no-verify", remote, `${commit}:refs/heads/${branch}`);
  if (code === 0) return;
  if (/non-fast-forward|fetch first|stale info/.test(words))
    throw new Refusal(`somebody pushed to ${branch} meanwhile, so nothing was pushed; look at it, then run this again`);
  const aside = `git push ${remote} ${commit}:refs/heads/feature/revert-by-hand`;
  throw new Refusal(
    `${remote} did not take it: ${words}\nWho may push ${branch} can run this, or push the same commit aside and open a pull request of it:\n  ${aside}`,
  );
}

async function follow(options: Options, commit: string, { env, onLine, hostOf }: Surroundings): Promise<number> {
  const patience = { everyMs: Number(options.seconds) * 1_000, deadlineMs: Number(options.minutes) * 60_000, onLine };
  const host = await hostOf(env);
  if (host !== null && !(await followDeploy(host, commit, patience))) return 3;
  if (options.url !== undefined && !(await followReadyz(options.url, commit, patience))) return 3;
  if (host === null && options.url === undefined)
    onLine("Your host deploys it now; --url <address> would wait for that.");
  return 0;
}

async function main(): Promise<number> {
  return killSwitch(process.argv.slice(2), {
    cwd: process.cwd(),
    env: process.env,
    onLine: (line) => console.log(line),
    ask: process.stdin.isTTY ? askAtTerminal : null,
    hostOf: renderOf,
  });
}

/** Loaded only where it is wanted: everything else here needs no installed package. */
async function renderOf(env: Env): Promise<Pick<DeployHost, "deploys"> | null> {
  const { RENDER_API_KEY: apiKey, RENDER_SERVICE_ID: serviceId, RENDER_API_URL: apiUrl } = env;
  if (!apiKey || !serviceId) return null;
  try {
    const { renderHost } = await import("../src/render/render-host.ts");
    return renderHost({ apiUrl: apiUrl || "https://api.render.com", apiKey, serviceId });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
    console.log("The deploy is not followed: that needs the packages (npm ci).");
    return null;
  }
}

/** Opened for the one question: while it is open, git could not ask for a password. */
async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

const [, started] = process.argv;
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) process.exitCode = await main();
