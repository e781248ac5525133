/** The one error of a set-up's command, the same for every home. */
import { OrionError } from "../domain/errors.ts";

export interface CommandFailure {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly outOfMemory: boolean;
  readonly output: string;
}

/** @returns OrionError SETUP_FAILED with the command and the tail of what it printed */
export function setupFailed(key: string, command: string, end: CommandFailure): OrionError {
  const tail = end.output.trim().slice(-4_000);
  return new OrionError(
    "SETUP_FAILED",
    `the set-up command \`${command}\` ${howEnded(end)}; correct it in the repository's settings\n${tail}`,
    { key, command, output: tail },
  );
}

function howEnded(end: CommandFailure): string {
  if (end.timedOut) return "ran past its deadline";
  if (end.outOfMemory) return "ran out of memory";
  return `ended with ${end.exitCode ?? "a kill"}`;
}
