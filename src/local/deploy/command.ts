/**
 * Runs one command of a release to its end, or starts its service. Every
 * process leads a group of its own, so that ending it ends its children too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { OrionError } from "../../domain/errors.ts";
import type { OwnedProcess } from "./host-state.ts";

/** How long the output of a process that has ended is waited for. */
const OUTPUT_MS = 1_000;

export interface CommandPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** every line it prints, on both streams */
  readonly onLine: (line: string) => void;
  /** told of the process when it has started and when it has ended */
  readonly onProcess: (process: OwnedProcess, running: boolean) => void;
}

export interface RunningCommand {
  readonly pid: number;
  /** exit code, or the signal's name; resolves when its output is read to the end, as far as it comes at once */
  readonly ended: Promise<number | string>;
  /** the same, or null while it runs */
  outcome(): number | string | null;
}

/** @throws OrionError COMMAND_FAILED when it cannot be started */
export async function startCommand(argv: readonly string[], place: CommandPlace): Promise<RunningCommand> {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, {
    cwd: place.cwd,
    env: { ...place.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  await started(child, argv);
  const owned = { pid: child.pid ?? 0, startedAt: startTimeOf(child.pid ?? 0) ?? "" };
  place.onProcess(owned, true);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", place.onLine);
  }
  let outcome: number | string | null = null;
  const ended = new Promise<number | string>((resolve) => {
    const end = (code: number | null, signal: string | null): void => {
      if (outcome !== null) return;
      place.onProcess(owned, false);
      outcome = signal ?? code ?? 0;
      resolve(outcome);
    };
    child.once("close", end);
    // a process that it left behind may hold its output open for ever
    child.once("exit", (code, signal) => setTimeout(end, OUTPUT_MS, code, signal).unref());
  });
  return { pid: owned.pid, ended, outcome: () => outcome };
}

/**
 * @throws OrionError COMMAND_FAILED with how it ended
 * @throws the signal's reason when it aborts; the process is then gone
 */
export async function runCommand(argv: readonly string[], place: CommandPlace, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const running = await startCommand(argv, place);
  const kill = (): void => killGroup(running.pid, "SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  const outcome = await running.ended;
  signal.removeEventListener("abort", kill);
  signal.throwIfAborted();
  if (outcome !== 0)
    throw new OrionError("COMMAND_FAILED", `${argv.join(" ")} ended with ${outcome}; its output says why`, {
      outcome,
    });
}

/** Ends a process and its children; nothing happens when it is gone. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/**
 * @returns the kernel's start time of a running process, in clock ticks since boot; null when it has ended
 * @source proc(5), /proc/pid/stat, fields 3 and 22
 */
export function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // a zombie has ended, only nobody asked how
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null; // no such process: the only thing that was asked
  }
}

function started(child: ChildProcess, argv: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) =>
      reject(new OrionError("COMMAND_FAILED", `${argv.join(" ")} cannot be started; is it installed?`, {}, cause)),
    );
  });
}
