/** Orion's worker as the process that a deployment starts, so that it can be killed. */

import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { PROCESS_ENV } from "../../support/process-env.ts";
import { until } from "./until.ts";

const PROGRAM = join(resolve(import.meta.dirname, "../../.."), "src/main.ts");

export interface WorkerProcess {
  /** Sends the signal and waits for the end. @returns the exit code; null when the signal itself ended it */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>;
}

/** @param variables all of its environment but PATH */
export async function startWorkerProcess(variables: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const env = { ...PROCESS_ENV, ...variables, ORION_ROLE: "worker" };
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  const exit = new Promise<number | null>((ended) => child.once("exit", (code) => ended(code)));
  const works = () => (lines.includes("Orion works") ? true : null);
  await until(works, () => `the worker to start; it said:\n${lines.join("\n")}`);
  return {
    end: (signal) => {
      child.kill(signal);
      return exit;
    },
  };
}
