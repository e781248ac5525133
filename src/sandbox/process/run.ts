/**
 * One command as a child process in its own group. It is not isolated: it may
 * read and write whatever Orion's user may.
 */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { ExecOptions, ExecResult } from "../../domain/ports/sandbox-port.ts";
import { collectOutput } from "../output.ts";
import { killGroup } from "./kill.ts";

/** The folders of one sandbox. */
export interface Box {
  readonly root: string;
  readonly workspace: string;
  readonly home: string;
  readonly tmp: string;
  /** folders of programs behind the system's own, as in PATH; "" for none */
  readonly programs: string;
}

export function boxAt(root: string, programs: string): Box {
  return { root, workspace: join(root, "workspace"), home: join(root, "home"), tmp: join(root, "tmp"), programs };
}

/** Nothing of Orion's own environment gets in; its Node comes first. */
export function boxEnv(box: Box): Record<string, string> {
  const path = [
    dirname(process.execPath),
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
    "/usr/local/sbin",
    "/usr/sbin",
    "/sbin",
  ];
  return {
    PATH: [...path, ...(box.programs === "" ? [] : [box.programs])].join(":"),
    HOME: box.home,
    TMPDIR: box.tmp,
    XDG_CACHE_HOME: join(box.home, ".cache"),
    npm_config_cache: join(box.home, ".npm"),
    CI: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    // a workspace is no part of a repository that happens to lie around it
    GIT_CEILING_DIRECTORIES: box.root,
  };
}

/** How long output that was written before the command ended may take to arrive, when others keep the pipe open. */
const DRAIN_MS = 50;

/** Runs argv in the workspace; stdout and stderr share one pipe, so they come as they were written. */
export function runIn(box: Box, argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
  const started = performance.now();
  const output = collectOutput();
  if (options.signal?.aborted === true) return Promise.resolve(result(null, false, "", started));
  const child = spawn("/bin/sh", ["-c", 'exec "$@" 2>&1', "sh", ...argv], {
    cwd: box.workspace,
    env: { ...boxEnv(box), ...options.env },
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  let why: "deadline" | "signal" | null = null;
  const kill = (because: "deadline" | "signal") => {
    why ??= because;
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const onAbort = () => kill("signal");
  const deadline = setTimeout(() => kill("deadline"), options.deadlineMs);
  options.signal?.addEventListener("abort", onAbort, { once: true });
  return new Promise<ExecResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(deadline);
      options.signal?.removeEventListener("abort", onAbort);
      void drained(child.stdout).then(() => {
        const exitCode = why !== null ? null : (code ?? signalCode(signal));
        resolve(result(exitCode, why === "deadline", output.text(), started));
      });
    });
  });
}

function result(exitCode: number | null, timedOut: boolean, output: string, started: number): ExecResult {
  return { exitCode, timedOut, outOfMemory: false, output, durationMs: Math.round(performance.now() - started) };
}

/** As a shell counts: 128 and the signal's number, of which only the common ones matter here. */
function signalCode(signal: NodeJS.Signals | null): number | null {
  const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGKILL: 137, SIGTERM: 143, SIGSEGV: 139, SIGABRT: 134 };
  return signal === null ? null : (numbers[signal] ?? 128);
}

// A process left behind keeps the pipe open; what it writes later is nobody's. It keeps a reader, or it would die of it.
async function drained(stdout: NodeJS.ReadableStream & { unref?: () => void }): Promise<void> {
  const over = Promise.withResolvers<void>();
  stdout.once("close", () => over.resolve());
  let quiet = setTimeout(() => over.resolve(), DRAIN_MS);
  const again = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => over.resolve(), DRAIN_MS);
  };
  // A chatterbox must not keep the call open for ever.
  const cap = setTimeout(() => over.resolve(), 20 * DRAIN_MS);
  stdout.on("data", again);
  await over.promise;
  clearTimeout(quiet);
  clearTimeout(cap);
  stdout.removeAllListeners("data");
  stdout.resume();
  stdout.unref?.();
}
