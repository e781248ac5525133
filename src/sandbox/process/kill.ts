/**
 * Finds and ends what a process sandbox left running. A process belongs to a
 * sandbox when its HOME is that sandbox's: it inherits that wherever it forks.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Ends a process group; one that is already gone is fine. */
export function killGroup(pid: number): void {
  signal(-pid);
}

/**
 * Ends every process with that HOME and waits until none is left.
 * @returns without doing anything where there is no /proc
 */
export async function killHome(home: string): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const left = processesOf(home);
    if (left.length === 0) return;
    for (const pid of left) signal(pid);
    await delay(5);
  }
}

function processesOf(home: string): number[] {
  const wanted = `HOME=${home}`;
  return list("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => read(`/proc/${pid}/environ`).split("\0").includes(wanted))
    .map(Number);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

// A process may end, or be another user's, between being listed and being read.
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
