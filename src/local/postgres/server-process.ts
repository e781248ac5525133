/**
 * The PostgreSQL server as a process: in a session of its own, its output in a
 * file, its life not tied to ours. Whether it came up is asked elsewhere.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, statSync, truncateSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterIn } from "./cluster.ts";
import type { ServiceUser } from "./service-user.ts";

const LOG_MAX_BYTES = 5_000_000;
const LOG_TAIL_CHARACTERS = 2_000;

export interface ServerProcess {
  readonly program: string;
  readonly home: string;
  readonly port: number;
  readonly user: ServiceUser | null;
  readonly settings: Readonly<Record<string, string>>;
}

export function spawnServer({ program, home, port, user, settings }: ServerProcess): ChildProcess {
  const all = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    // a socket's path may not exceed 107 bytes, and a checkout may lie deep
    unix_socket_directories: "",
    max_connections: "300",
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openLog(home);
  try {
    const child = spawn(program, ["-D", clusterIn(home), ...flags], {
      ...user,
      cwd: "/",
      env: {},
      detached: true,
      stdio: ["ignore", log, log],
    });
    // a program that cannot be started has no pid, which hasEnded tells; without a listener it would end us
    child.on("error", () => undefined);
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

export function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

export async function logTail(home: string): Promise<string> {
  return (await readFile(logFile(home), "utf8")).slice(-LOG_TAIL_CHARACTERS);
}

function logFile(home: string): string {
  return join(home, "postgres.log");
}

function openLog(home: string): number {
  const log = openSync(logFile(home), "a", 0o600);
  if (statSync(logFile(home)).size > LOG_MAX_BYTES) truncateSync(logFile(home));
  return log;
}
