/**
 * Do the tests notice? Takes single hunks of a change back, one at a time, and
 * gives the text the file would then have. Pure; running is the verify stage's.
 */
import type { FileDiff, Hunk } from "../../domain/ports/git-port.ts";

export interface Reversal {
  readonly path: string;
  /** `path:line` for a person */
  readonly label: string;
  /** the file without this hunk; null when the file would not exist */
  readonly content: string | null;
}

/**
 * @param text the file at head; hunks refer to its lines
 * @returns the text with one hunk taken back, or null when the hunk does not fit the text
 */
export function revertHunk(text: string, hunk: Hunk): string | null {
  const lines = text.split("\n");
  const body = hunk.text
    .split("\n")
    .slice(1)
    .filter((line) => !line.startsWith("\\"));
  while (body.at(-1) === "") body.pop();
  const after = body.filter((line) => !line.startsWith("-")).map((line) => line.slice(1));
  const before = body.filter((line) => !line.startsWith("+")).map((line) => line.slice(1));
  const start = after.length === 0 ? hunk.newStart : hunk.newStart - 1;
  const fits = after.every((line, offset) => lines[start + offset] === line);
  if (!fits) return null;
  return [...lines.slice(0, start), ...before, ...lines.slice(start + after.length)].join("\n");
}

/**
 * Which hunks to try: the largest first, since what is large and unnoticed matters most.
 * @param read the head's text of a path, or null when it is not text
 * @param most how many reversals at most; each costs one run of the tests
 */
export function chooseReversals(
  diffs: readonly FileDiff[],
  read: (path: string) => string | null,
  most: number,
): readonly Reversal[] {
  const candidates = diffs.flatMap((diff) =>
    diff.status === "deleted" ? [] : diff.hunks.map((hunk) => ({ diff, hunk, size: hunk.text.length })),
  );
  return candidates
    .sort((one, other) => other.size - one.size)
    .flatMap(({ diff, hunk }): Reversal[] => {
      const label = `${diff.path}:${hunk.newStart}`;
      if (diff.status === "added") return [{ path: diff.path, label, content: null }];
      const text = read(diff.path);
      const content = text === null ? null : revertHunk(text, hunk);
      return content === null ? [] : [{ path: diff.path, label, content }];
    })
    .slice(0, most);
}
