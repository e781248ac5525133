/**
 * The story the demo tells: a repository enters the forge, a person files an
 * issue, and everybody waits until Orion has ended its run.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { OrionError } from "../../domain/errors.ts";
import type { Evidence } from "../../domain/evidence.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { Run, Task } from "../../domain/task.ts";
import { asPerson, type Place } from "../forge/person.ts";
import type { Forge } from "../forge/start-forge.ts";
import { eventLine } from "./screen.ts";

const POLL_MS = 100;
const EVENTS_READ = 1_000;
const OUTPUT_BYTES = 16 * 1024 * 1024;

export interface Stage {
  readonly owner: string;
  readonly name: string;
  readonly repositoryId: number;
  /** the bare repository on disk */
  readonly path: string;
  readonly person: { readonly login: string; readonly token: string };
  readonly defaultBranch: string;
  /** where the default branch stood before anybody asked for anything */
  readonly defaultSha: string;
}

/** Puts the repository into the forge, with a person who may write to it. */
export async function setStage(forge: Forge, from: string, own: boolean): Promise<Stage> {
  const owner = own ? "codemaestro" : "local";
  const name = own ? "codemaestro" : repositoryName(from);
  const person = forge.addUser({ login: "maya" });
  const defaultBranch = own ? "master" : await defaultBranchOf(from);
  const source = own ? { from, ref: await git(["-C", from, "rev-parse", "HEAD"]) } : { from };
  const repository = await forge.importRepository({
    owner,
    name,
    ...source,
    as: defaultBranch,
    collaborators: { maya: "admin" },
  });
  const defaultSha = await git(["-C", repository.path, "rev-parse", `refs/heads/${defaultBranch}`]);
  return { owner, name, repositoryId: repository.id, path: repository.path, person, defaultBranch, defaultSha };
}

/** What HEAD points at in the source; `main` when it points at no branch. */
async function defaultBranchOf(from: string): Promise<string> {
  return /^ref: refs\/heads\/(\S+)\s+HEAD$/m.exec(await git(["ls-remote", "--symref", from, "HEAD"]))?.[1] ?? "main";
}

/** @throws OrionError NOT_A_REPOSITORY before anything is started for it */
export async function requireRepository(from: string): Promise<void> {
  const head = await git(["ls-remote", from, "HEAD"]).catch((cause: unknown) => {
    throw new OrionError(
      "NOT_A_REPOSITORY",
      `${from} is no git repository that can be read from here; name a path or a clone URL`,
      { from },
      cause,
    );
  });
  if (head === "") throw new OrionError("NOT_A_REPOSITORY", `${from} has no commit yet; make one first`, { from });
}

function repositoryName(from: string): string {
  const name = basename(from.replace(/\/+$/, "").replace(/\.git$/, "")).replace(/[^A-Za-z0-9._-]/g, "-");
  return name === "" || name.startsWith(".") ? "repository" : name;
}

/** Files the issue as the person would on GitHub. @returns its number */
export async function fileIssue(forge: Forge, stage: Stage, text: string): Promise<number> {
  const [title = "", ...rest] = text.split("\n");
  const body = rest.join("\n").trim();
  const { number } = await asPerson(forge, stage.person.token).fileIssue(placeOf(stage), { title, body });
  if (number === undefined) throw new TypeError("an issue without a number");
  return number;
}

/** The repository, by name. */
export function placeOf({ owner, name }: Stage): Place {
  return { owner, repo: name };
}

/** The clone URL of the person, their token in it. */
export function cloneUrl(forge: Forge, { person, owner, name }: Stage): string {
  return `${forge.url.replace("//", `//${person.login}:${person.token}@`)}/${owner}/${name}.git`;
}

export interface Ending {
  readonly task: Task;
  readonly run: Run;
  readonly evidence: Evidence | null;
  readonly elapsedMs: number;
}

/** Shows every event as it comes and returns when the run has ended. */
export async function watch(
  store: Store,
  repositoryId: number,
  issue: number,
  print: (line: string) => void,
  givenUpMs: number,
): Promise<Ending> {
  const startedAt = Date.now();
  let shown = 0;
  for (;;) {
    const task = await store.taskByIssue(repositoryId, issue);
    if (task !== null) {
      const events = await store.events(task.id, EVENTS_READ);
      for (const event of events.slice(shown)) print(eventLine(event, event.at.getTime() - startedAt));
      shown = events.length;
      const run = (await store.runsOf(task.id))[0];
      if (run !== undefined && run.endedAt !== null) {
        return { task, run, evidence: await store.evidence(run.id), elapsedMs: Date.now() - startedAt };
      }
    }
    if (Date.now() - startedAt > givenUpMs) {
      throw new OrionError(
        "DEMO_TIMEOUT",
        `no run ended within ${givenUpMs / 60_000} minutes; the lines above say where it stands`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Clones as anybody would and returns what `git log --stat` shows of the branch. */
export async function logOfClone(forge: Forge, stage: Stage, branch: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "orion-demo-"));
  try {
    await git(["clone", "--quiet", cloneUrl(forge, stage), folder]);
    return await git([
      "-C",
      folder,
      "log",
      "--stat",
      "--format=%h %an: %s",
      `origin/${stage.defaultBranch}..origin/${branch}`,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the commit a branch of the bare repository points at now */
export function headOf(stage: Stage, branch: string): Promise<string> {
  return git(["-C", stage.path, "rev-parse", `refs/heads/${branch}`]);
}

/** Never synchronous: the forge that answers lives in this very process. */
export async function git(argv: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    GIT_TERMINAL_PROMPT: "0",
  };
  const { stdout } = await promisify(execFile)("git", [...argv], { encoding: "utf8", env, maxBuffer: OUTPUT_BYTES });
  return stdout.trim();
}
