/**
 * Which lines of which files people asked to have changed: the lines of the
 * threads, and `path:line` or `path:line-line` in their own words. Pure.
 */
import type { FileDiff } from "../../domain/ports/git-port.ts";
import type { Point, Thread } from "../../domain/task.ts";

const MENTION = /(?<![\w./@:-])([\w@.-]+(?:\/[\w@.-]+)*)(?::|#L)(\d{1,7})(?:-L?(\d{1,7}))?(?!\w)/g;

/** More than that is no line any more. */
const MAX_LINES = 200;

export interface Lines {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

/** @returns places written out in the words; their lines are those of the branch as it is */
export function linesInWords(points: readonly Point[]): readonly Lines[] {
  return points.flatMap(({ words }) =>
    [...words.matchAll(MENTION)].map(([, path = "", first = "", last]) => ({
      path,
      first: Number(first),
      last: Math.min(Number(last ?? first), Number(first) + MAX_LINES),
    })),
  );
}

/** @returns the lines a thread is about in the commit it names; null where it is about no line that stands */
export function linesOfThread({ path, line, startLine, side }: Thread): Lines | null {
  return line === null || side === "LEFT" ? null : { path, first: Math.min(startLine ?? line, line), last: line };
}

/**
 * @param diffs from the commit the lines are of to the branch as it is
 * @returns where those of the lines that have not changed stand now, from 1
 */
export function moved({ path, first, last }: Lines, diffs: readonly FileDiff[]): readonly number[] {
  const diff = diffs.find((one) => one.path === path);
  const lines = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return diff === undefined ? lines : lines.flatMap((line) => movedLine(line, diff) ?? []);
}

function movedLine(line: number, { hunks, status }: FileDiff): number | null {
  if (status === "deleted") return null;
  let shift = 0;
  for (const hunk of hunks) {
    const { oldStart, oldLines, newStart, newLines } = hunkPlace(hunk.text);
    const begins = oldLines === 0 ? oldStart + 1 : oldStart;
    if (line < begins) break;
    if (line < begins + oldLines) return withinHunk(line - oldStart, newStart, hunk.text);
    shift += newLines - oldLines;
  }
  return line + shift;
}

/** @param offset of the line within the old side of the hunk */
function withinHunk(offset: number, newStart: number, text: string): number | null {
  let [old, now] = [-1, newStart - 1];
  for (const line of text.split("\n").slice(1)) {
    if (line.startsWith("\\")) continue;
    if (!line.startsWith("-")) now += 1;
    if (!line.startsWith("+")) old += 1;
    if (old === offset && !line.startsWith("+")) return line.startsWith("-") ? null : now;
  }
  return null;
}

/** @returns the lines that a file's hunks take away, from 1, as the old file counts them */
export function linesTaken({ hunks }: FileDiff): ReadonlySet<number> {
  const taken = new Set<number>();
  for (const { text } of hunks) {
    let at = hunkPlace(text).oldStart - 1;
    for (const line of text.split("\n").slice(1)) {
      if (line.startsWith("+") || line.startsWith("\\")) continue;
      at += 1;
      if (line.startsWith("-")) taken.add(at);
    }
  }
  return taken;
}

function hunkPlace(text: string): { oldStart: number; oldLines: number; newStart: number; newLines: number } {
  const [, oldStart = "0", oldLines = "1", newStart = "0", newLines = "1"] =
    /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text) ?? [];
  const [from, size, to, length] = [oldStart, oldLines, newStart, newLines].map(Number);
  return { oldStart: from ?? 0, oldLines: size ?? 1, newStart: to ?? 0, newLines: length ?? 1 };
}
