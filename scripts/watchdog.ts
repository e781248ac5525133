/**
 * `npm run watchdog`: looks at `/readyz` of Orion's service from outside, and
 * takes a deploy that made it sick back on the platform. It is not Orion, needs
 * no database, and works when Orion does not.
 *
 * Exit codes with --once: 0 well; 1 not well, the lines say what was done; 2 wrong usage.
 */
import { realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { DeployHost } from "../src/domain/ports/deploy-port.ts";
import { renderHost } from "../src/render/render-host.ts";
import { carryOut } from "./watchdog/act.ts";
import { githubIssues, type Issues } from "./watchdog/issues.ts";
import { BAD_LOOKS, CALM_MS, judgeHealth, type Look, type Report, type Verdict } from "./watchdog/judge.ts";

const USAGE = `usage: node scripts/watchdog.ts --url https://your.orion [--once] [--seconds 10]
  --url       the service; its /readyz is looked at
  --once      ends with the first good look, or when it has judged; else it goes on
  --seconds   between two looks (10)
RENDER_API_KEY and RENDER_SERVICE_ID name the service on its host (RENDER_API_URL for another than Render);
GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN say where to open issues (GITHUB_API_URL for another than GitHub).`;

const OPTIONS = {
  url: { type: "string" },
  seconds: { type: "string", default: "10" },
  once: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** As Render's own health check. */
const ANSWER_MS = 5_000;
/** Enough to hold everything of a day's deploys. */
const DEPLOYS = 50;

export interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: string) => void;
  /** ends a watchdog that goes on */
  readonly signal?: AbortSignal;
}

interface Watched {
  readonly url: string;
  readonly serviceId: string;
  readonly everyMs: number;
  readonly host: DeployHost;
  readonly issues: Issues | null;
  readonly onLine: (line: string) => void;
}

/** @returns the exit code */
export async function watchdog(argv: readonly string[], { env, onLine, signal }: Around): Promise<number> {
  const asked = parse(argv);
  const { RENDER_API_KEY: apiKey, RENDER_SERVICE_ID: serviceId } = env;
  if (
    asked === null ||
    asked.help ||
    asked.url === undefined ||
    !apiKey ||
    !serviceId ||
    !(Number(asked.seconds) > 0)
  ) {
    onLine(USAGE);
    return asked?.help ? 0 : 2;
  }
  const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = env;
  const issues =
    repository && token
      ? githubIssues({ apiUrl: env.GITHUB_API_URL || "https://api.github.com", repository, token })
      : null;
  if (issues === null) onLine("GITHUB_REPOSITORY or GITHUB_TOKEN is not set: nobody is told but here");
  const host = renderHost({ apiUrl: env.RENDER_API_URL || "https://api.render.com", apiKey, serviceId });
  const everyMs = Number(asked.seconds) * 1_000;
  const watched = { url: asked.url, serviceId, everyMs, host, issues, onLine };
  return asked.once ? lookOnce(watched) : goOn(watched, signal);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch {
    return null;
  }
}

async function lookOnce(watched: Watched): Promise<number> {
  const looks: Look[] = [];
  for (;;) {
    const look = await lookAt(watched.url);
    looks.push(look);
    watched.onLine(`${look.ok ? "well" : "not well"}: ${look.told}`);
    if (look.ok || looks.length === BAD_LOOKS) break;
    await sleep(watched.everyMs);
  }
  const verdict = await judgeAndAct(watched, looks);
  return verdict.kind === "well" ? 0 : 1;
}

/** Keeps the last looks only; an error is told, and the next look comes all the same. */
async function goOn(watched: Watched, signal?: AbortSignal): Promise<number> {
  let looks: readonly Look[] = [];
  while (signal?.aborted !== true) {
    const look = await lookAt(watched.url);
    if (look.ok !== looks.at(-1)?.ok) watched.onLine(`${look.ok ? "well" : "not well"}: ${look.told}`);
    looks = [...looks, look].slice(-BAD_LOOKS);
    if (!look.ok && looks.length === BAD_LOOKS) {
      await judgeAndAct(watched, looks).catch((error: unknown) => watched.onLine(`watchdog: ${wordsOf(error)}`));
    }
    await sleep(watched.everyMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
  return 0;
}

async function lookAt(url: string): Promise<Look> {
  try {
    const options = { redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) } as const;
    const answer = await fetch(new URL("/readyz", url), options);
    const text = await answer.text();
    return { ok: answer.status >= 200 && answer.status < 400, told: `${answer.status} ${text.trim().slice(0, 200)}` };
  } catch (error) {
    return { ok: false, told: `no answer (${wordsOf(error)})` };
  }
}

async function judgeAndAct(watched: Watched, looks: readonly Look[]): Promise<Verdict> {
  const { host, issues, onLine } = watched;
  const sick = looks.at(-1)?.ok === false;
  const now = new Date();
  const asking = { now, looks, deploys: sick ? await deploysOf(host, onLine) : null };
  const verdict = judgeHealth({ ...asking, reports: sick ? await reportsOf(issues, now, onLine) : [] });
  if (verdict.kind === "wait" || verdict.kind === "leave") onLine(`left alone: ${verdict.because}`);
  if (verdict.kind === "call" || verdict.kind === "roll-back") await carryOut(verdict, looks, watched);
  return verdict;
}

async function deploysOf(host: DeployHost, onLine: (line: string) => void) {
  try {
    return await host.deploys(DEPLOYS);
  } catch (error) {
    onLine(wordsOf(error));
    return null;
  }
}

/** Without GitHub the host's list alone tells of an earlier rollback: a service is not left sick for want of an issue. */
async function reportsOf(issues: Issues | null, now: Date, onLine: (line: string) => void): Promise<readonly Report[]> {
  try {
    return (await issues?.told(new Date(now.getTime() - CALM_MS)))?.reports ?? [];
  } catch (error) {
    onLine(wordsOf(error));
    return [];
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  const onLine = (line: string): void => console.log(line);
  try {
    return await watchdog(process.argv.slice(2), { env: process.env, onLine, signal: stop.signal });
  } catch (error) {
    console.error(wordsOf(error));
    return 1;
  }
}

const [, started] = process.argv;
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) process.exitCode = await main();
