/** The one error of a set-up's command, the same for every home. */
import { OrionError } from "../domain/errors.ts";

export interface CommandFailure {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly outOfMemory: boolean;
  readonly output: string;
}

/** @returns OrionError SETUP_FAILED with the command, and head and tail of what it printed */
export function setupFailed(key: string, command: string, end: CommandFailure): OrionError {
  const tail = headAndTail(end.output.trim());
  return new OrionError(
    "SETUP_FAILED",
    `the set-up command \`${command}\` ${howEnded(end)}; mend what it says, or name another set-up in .github/orion.yml\n${tail}`,
    { key, command, output: tail },
  );
}

function headAndTail(text: string): string {
  return text.length <= 4_000 ? text : `${text.slice(0, 2_000)}\n[…]\n${text.slice(-2_000)}`;
}

function howEnded(end: CommandFailure): string {
  if (end.timedOut) return "ran past its deadline";
  if (end.outOfMemory) return "ran out of memory";
  return `ended with ${end.exitCode ?? "a kill"}`;
}
