/**
 * Runs commands in one container over its persistent shells: deadlines, abort,
 * kill, and a fresh shell where one was lost or still has writers. It does not
 * know what the commands are for.
 */
import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import { OrionError } from "../../../domain/errors.ts";
import type { ExecOptions } from "../../../domain/sandbox-port.ts";
import { collectOutput, type Output } from "../../output.ts";
import { engineStatus } from "../connection.ts";
import { SANDBOX_USER } from "../profile.ts";
import { BOOT, lines, type Shell, type ShellEnd, shellOver } from "./shell.ts";
import { openExec } from "./stream.ts";

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
  /** @throws OrionError SANDBOX_GONE when the container is */
  run(request: CommandRequest): Promise<CommandEnd>;
  /** Opens the shells ahead of the first command. */
  warmUp(): Promise<void>;
  detach(): void;
}

/** How long a killed command may take to be gone before its shell is given up. */
const KILL_GRACE_MS = 3_000;

/** @param shell path of bash inside; @param env what the shells get on top of the container's */
export function commandsIn(container: Docker.Container, shell: string, env: readonly string[] = []): Commands {
  const shellScript = readFileSync(new URL("../inside/shell.sh", import.meta.url), "utf8");
  const killerScript = readFileSync(new URL("../inside/killer.sh", import.meta.url), "utf8");
  const idle: Shell[] = [];
  const all = new Set<Shell>();
  let killer: Promise<Killer> | null = null;

  async function openShell(): Promise<Shell> {
    const streams = await reach(container, () => openExec(container, execOf(shell, env)));
    const opened = shellOver(streams, shellScript);
    all.add(opened);
    return opened;
  }

  function openKiller(): Promise<Killer> {
    killer ??= killerIn(container, shell, killerScript);
    return killer;
  }

  async function end(target: Shell, group: Promise<number | null>): Promise<void> {
    const pid = await group;
    if (pid === null) return;
    const spared = [...all].filter((other) => other !== target).map((other) => other.session());
    const sessions = spared.filter((session) => session !== null);
    try {
      await (await openKiller()).end(pid, sessions);
    } catch {
      // The killer itself was lost, for memory most likely: another one does it, or the container is gone.
      killer = null;
      await (await openKiller()).end(pid, sessions);
    }
  }

  async function run(request: CommandRequest): Promise<CommandEnd> {
    const started = performance.now();
    const output = collectOutput(request.maxOutputBytes);
    if (request.signal?.aborted === true) return ended(null, false, output, started);
    const target = takeIdle(idle) ?? (await openShell());
    const command = { argv: request.argv, cwd: request.cwd, env: request.env ?? {} };
    const running = target.run(command, (chunk) => output.push(chunk));
    const group = target.current();
    const bound = bounded(
      request,
      () => end(target, group),
      () => target.detach(),
    );
    const how = await running;
    bound.clear();
    if (target.usable()) idle.push(target);
    else refill();
    if (how === null) return lost(target, group, bound.why(), output, started);
    return judge(how, bound.why(), output, started);
  }

  // A shell that still has writers stays open, so that they do not die of a closed pipe; the next command gets another.
  function refill(): void {
    if (hasUsable(idle)) return;
    void openShell().then(
      (opened) => idle.push(opened),
      () => undefined,
    );
  }

  // The command took its shell with it, or the engine or the container went.
  async function lost(
    target: Shell,
    group: Promise<number | null>,
    why: Why,
    output: Output,
    started: number,
  ): Promise<CommandEnd> {
    const state = await stateOf(container);
    if (state?.Running !== true && state?.OOMKilled !== true) throw gone(container);
    if (state.Running) await end(target, group);
    return { ...ended(null, why === "deadline", output, started), outOfMemory: state.OOMKilled };
  }

  return {
    run,
    async warmUp() {
      const [opened] = await Promise.all([openShell(), openKiller()]);
      idle.push(opened);
    },
    detach() {
      for (const opened of all) opened.detach();
      void killer?.then(
        (opened) => opened.detach(),
        () => undefined,
      );
    },
  };
}

function execOf(shell: string, env: readonly string[]) {
  return { cmd: [shell, "-c", BOOT, "orion"], user: SANDBOX_USER, env };
}

function takeIdle(idle: Shell[]): Shell | null {
  for (let shell = idle.pop(); shell !== undefined; shell = idle.pop()) if (shell.usable()) return shell;
  return null;
}

function judge(how: NonNullable<ShellEnd>, why: Why, output: Output, started: number): CommandEnd {
  const outOfMemory = how.oomKills > 0 && how.code !== 0;
  const killed = why !== null || (outOfMemory && how.code === 137);
  return { ...ended(killed ? null : how.code, why === "deadline", output, started), outOfMemory };
}

function hasUsable(idle: readonly Shell[]): boolean {
  return idle.some((shell) => shell.usable());
}

type Why = "deadline" | "signal" | null;

/** Kills a command at its deadline or on its signal; gives the shell up when that does not end it. */
function bounded(request: CommandRequest, end: () => Promise<void>, giveUp: () => void) {
  let why: Why = null;
  let grace: NodeJS.Timeout | undefined;
  const kill = (because: "deadline" | "signal") => {
    why ??= because;
    grace ??= setTimeout(giveUp, KILL_GRACE_MS);
    end().catch(giveUp);
  };
  const onAbort = () => kill("signal");
  const deadline = setTimeout(() => kill("deadline"), request.deadlineMs);
  request.signal?.addEventListener("abort", onAbort, { once: true });
  return {
    why: (): Why => why,
    clear() {
      clearTimeout(deadline);
      clearTimeout(grace);
      request.signal?.removeEventListener("abort", onAbort);
    },
  };
}

function ended(exitCode: number | null, timedOut: boolean, output: Output, started: number): CommandEnd {
  return { exitCode, timedOut, outOfMemory: false, output, durationMs: Math.round(performance.now() - started) };
}

interface Killer {
  end(pid: number, spared: readonly number[]): Promise<void>;
  detach(): void;
}

async function killerIn(container: Docker.Container, shell: string, script: string): Promise<Killer> {
  const streams = await reach(container, () => openExec(container, execOf(shell, [])));
  const waiting: (() => void)[] = [];
  streams.onStdout(
    lines((line) => {
      if (line === "ended") waiting.shift()?.();
    }),
  );
  streams.socket.write(`${script}\0`);
  const lost = streams.ended.then(() => {
    throw new OrionError("SANDBOX_KILLER_LOST", "the sandbox's killer is gone; another is started");
  });
  lost.catch(() => undefined);
  return {
    async end(pid, spared) {
      const done = new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
      streams.socket.write(`${[pid, ...spared].join(" ")}\n`);
      await Promise.race([done, lost]);
    },
    detach: () => streams.socket.destroy(),
  };
}

async function stateOf(container: Docker.Container) {
  try {
    return (await container.inspect()).State;
  } catch (error) {
    if (engineStatus(error) === 404) return null;
    throw error;
  }
}

/** @throws OrionError SANDBOX_GONE when the engine says the container is missing or does not run */
async function reach<T>(container: Docker.Container, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const state = engineStatus(error) === null ? undefined : await stateOf(container);
    if (state === null || state?.Running === false) throw gone(container, error);
    throw error;
  }
}

export function gone(container: Docker.Container, cause?: unknown): OrionError {
  return new OrionError(
    "SANDBOX_GONE",
    "the sandbox no longer runs and its workspace is lost; open it again from the last checkpoint",
    { container: container.id },
    cause,
  );
}
