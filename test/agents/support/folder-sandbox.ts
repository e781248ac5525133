/**
 * A Sandbox for tests: a folder of the machine and child processes. It shuts
 * nothing in; only for commands a test wrote itself.
 */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ExecOptions, ExecResult, Sandbox } from "../../../src/domain/ports/sandbox-port.ts";

export interface FolderSandbox extends Sandbox {
  /** the commands that ran, oldest first */
  readonly ran: readonly string[];
}

export async function folderSandbox(files: Readonly<Record<string, string>> = {}): Promise<FolderSandbox> {
  const workdir = await mkdtemp(join(tmpdir(), "agents-"));
  const ran: string[] = [];
  const sandbox: FolderSandbox = {
    name: "folder",
    workdir,
    ran,
    exec(argv, options) {
      ran.push(argv.at(-1) ?? "");
      return run(argv, workdir, options);
    },
    async readFile(path) {
      try {
        return await readFile(join(workdir, path));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
    },
    async writeFile(path, bytes) {
      await mkdir(dirname(join(workdir, path)), { recursive: true });
      await writeFile(join(workdir, path), bytes);
    },
    export: () => {
      throw new Error("not part of these tests");
    },
    close: () => rm(workdir, { recursive: true, force: true }),
  };
  for (const [path, text] of Object.entries(files)) await sandbox.writeFile(path, Buffer.from(text));
  return sandbox;
}

function run(argv: readonly string[], cwd: string, options: ExecOptions): Promise<ExecResult> {
  const started = performance.now();
  const [command = "", ...rest] = argv;
  const child = spawn(command, rest, { cwd, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  child.stderr.on("data", (part: Buffer) => parts.push(part));
  let timedOut = false;
  const kill = () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.deadlineMs);
  options.signal?.addEventListener("abort", kill, { once: true });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", kill);
      const output = Buffer.concat(parts).toString("utf8");
      resolve({ exitCode, timedOut, outOfMemory: false, output, durationMs: performance.now() - started });
    });
  });
}
