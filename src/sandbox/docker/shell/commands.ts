/**
 * Runs commands in one container: deadline, abort, and what an end means. It
 * does not know what the commands are for.
 */
import type Docker from "dockerode";
import type { ExecOptions } from "../../../domain/ports/sandbox-port.ts";
import { collectOutput, type Output } from "../../output.ts";
import type { Door } from "./door.ts";
import { type ShellPool, shellPool } from "./pool.ts";
import { gone, stateOf } from "./reach.ts";
import type { Shell, ShellEnd } from "./shell.ts";

/** What a command came to, its output still bytes. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly outOfMemory: boolean;
  readonly output: Output;
  readonly durationMs: number;
}

export interface CommandRequest extends ExecOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly maxOutputBytes?: number;
}

export interface Commands {
  /** through which every process enters this container */
  readonly door: Door;
  /** @throws OrionError SANDBOX_GONE when the container is */
  run(request: CommandRequest): Promise<CommandEnd>;
  /** Opens a shell ahead of the first command. */
  warmUp(): Promise<void>;
  detach(): void;
}

/** How long a killed command may take to be gone before its shell is given up. */
const KILL_GRACE_MS = 3_000;

/** @param bash path of bash inside; @param env what commands get on top of the container's variables */
export function commandsIn(container: Docker.Container, bash: string, env: readonly string[] = []): Commands {
  const pool = shellPool(container, bash, env);
  return {
    door: pool.door,
    run: (request) => run(container, pool, request),
    warmUp: () => pool.warmUp(),
    detach: () => pool.detach(),
  };
}

async function run(container: Docker.Container, pool: ShellPool, request: CommandRequest): Promise<CommandEnd> {
  const started = performance.now();
  const output = collectOutput(request.maxOutputBytes);
  const ended = (exitCode: number | null, timedOut: boolean, outOfMemory: boolean): CommandEnd => {
    return { exitCode, timedOut, outOfMemory, output, durationMs: Math.round(performance.now() - started) };
  };
  if (request.signal?.aborted === true) return ended(null, false, false);
  const shell = await pool.take();
  const command = { argv: request.argv, cwd: request.cwd, env: request.env ?? {} };
  const running = shell.run(command, (chunk) => output.push(chunk));
  const end = endOf(pool, shell);
  const bound = bounded(request, end, () => shell.detach());
  const how = await running;
  await bound.settle();
  pool.giveBack(shell);
  const timedOut = bound.why() === "deadline";
  if (how === null) return ended(null, timedOut, await wasForMemory(container, end));
  const outOfMemory = how.oomKills > 0 && how.code !== 0;
  return ended(isKill(how, bound.why()) ? null : how.code, timedOut, outOfMemory);
}

function isKill(how: NonNullable<ShellEnd>, why: Why): boolean {
  return why !== null || (how.oomKills > 0 && how.code === 137);
}

/** @returns what ends the command that runs on that shell now, however often it is called */
function endOf(pool: ShellPool, shell: Shell): () => Promise<void> {
  const group = shell.current();
  return async () => {
    const pid = await group;
    if (pid !== null) await pool.end(shell, pid);
  };
}

/**
 * Why a shell was lost: the command took it along, or the container went.
 * @throws OrionError SANDBOX_GONE
 */
async function wasForMemory(container: Docker.Container, end: () => Promise<void>): Promise<boolean> {
  const state = await stateOf(container);
  if (state?.Running !== true && state?.OOMKilled !== true) throw gone(container);
  if (state.Running) await end();
  return state.OOMKilled;
}

type Why = "deadline" | "signal" | null;

/** Kills a command at its deadline or on its signal; gives the shell up when that does not end it. */
function bounded(request: CommandRequest, end: () => Promise<void>, giveUp: () => void) {
  let why: Why = null;
  let grace: NodeJS.Timeout | undefined;
  let killing: Promise<void> = Promise.resolve();
  const kill = (because: "deadline" | "signal") => {
    if (why !== null) return;
    why = because;
    const spent = new Promise<void>((resolve) => {
      grace = setTimeout(resolve, KILL_GRACE_MS);
    });
    killing = Promise.race([end().catch(giveUp), spent.then(giveUp)]);
  };
  const onAbort = () => kill("signal");
  const deadline = setTimeout(() => kill("deadline"), request.deadlineMs);
  request.signal?.addEventListener("abort", onAbort, { once: true });
  // It may have come while the shell was opened.
  if (request.signal?.aborted === true) onAbort();
  return {
    why: (): Why => why,
    /** A kill under way must be over first, or it would take the next command's processes for this one's. */
    async settle(): Promise<void> {
      clearTimeout(deadline);
      request.signal?.removeEventListener("abort", onAbort);
      await killing;
      clearTimeout(grace);
    },
  };
}
