/**
 * `bash`: one command in a fresh, non-interactive shell of the sandbox. What
 * the command may reach is the sandbox's business; nothing is judged here.
 */
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import type { ExecResult } from "../../domain/ports/sandbox-port.ts";
import { storable } from "../storable.ts";
import { type Action, defineAction } from "./action.ts";
import { cutMiddle } from "./outputs.ts";

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 600;

const input = z.object({
  command: z.string().min(1),
  timeout_seconds: z.number().int().positive().max(MAX_SECONDS).optional().describe("default 120, max 600"),
});

export function bashAction(): Action {
  return defineAction({
    name: "bash",
    description:
      "Run a command in a fresh shell in the workspace, offline. Long output is cut; read output:N shows it.",
    input,
    changes: true,
    summary: ({ command }) => command,
    async run({ command, timeout_seconds }, context) {
      const seconds = timeout_seconds ?? DEFAULT_SECONDS;
      const sandbox = await context.sandbox();
      const result = await sandbox.exec(["bash", "-c", command], {
        deadlineMs: seconds * 1000,
        signal: context.signal,
      });
      const printed = storable(stripVTControlCharacters(result.output)).trimEnd();
      if (printed.length > context.outputChars) context.outputs.keep(context.reference, printed);
      const shown = cutMiddle(printed, context.outputChars, context.reference);
      return shown === "" ? ending(result, seconds) : `${ending(result, seconds)}\n${shown}`;
    },
  });
}

function ending(result: ExecResult, seconds: number): string {
  if (result.timedOut) return `timed out after ${seconds} s and was killed`;
  if (result.outOfMemory) return "killed: out of memory";
  return result.exitCode === null ? "killed" : `exit ${result.exitCode}`;
}
