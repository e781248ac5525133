/** Orion's server as the process that a deployment starts, so that it can be told to stop. */

import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { until } from "../flow/support/until.ts";
import { PROCESS_ENV } from "../support/process-env.ts";

const PROGRAM = join(resolve(import.meta.dirname, "../.."), "src/main.ts");
/** Less than a test may take, so that the test can still say what the server said. */
const START_MS = 45_000;

export interface ServerProcess {
  readonly url: string;
  readonly lines: readonly string[];
  kill(signal: NodeJS.Signals): void;
  /** its exit code; null when a signal ended it */
  readonly ended: Promise<number | null>;
}

/** @param variables all of its environment but PATH */
export async function startServerProcess(variables: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = spawnServer(variables);
  let ended = false;
  void server.ended.then(() => {
    ended = true;
  });
  const url = await until(
    () => {
      const found = server.lines.flatMap((line) => /^Orion listens on (\S+)$/.exec(line)?.[1] ?? [])[0] ?? null;
      if (found === null && ended) throw new Error(`the server ended; it said:\n${server.lines.join("\n")}`);
      return found;
    },
    () => `the server to listen; it said:\n${server.lines.join("\n")}`,
    START_MS,
  );
  return { ...server, url };
}

/** Does not wait until it has started. */
export function spawnServer(variables: Readonly<Record<string, string>>): Omit<ServerProcess, "url"> {
  const env = { ...PROCESS_ENV, ...variables };
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { lines, ended, kill: (signal) => void child.kill(signal) };
}
