/**
 * The points of a fix as agents read them: number, place, the lines as they
 * were commented on, and what was said there before. Pure; the caller fences it.
 */
import type { Point, Run, Thread } from "../../domain/task.ts";

const HUNK_LINES = 30;

/** @returns the words that started the run, point by point where there are points */
export function askedOf({ points, text }: Pick<Run, "points" | "text">): string {
  const [only, ...more] = points;
  if (only === undefined || (more.length === 0 && only.thread === null)) return text;
  return points.map(pointText).join("\n\n");
}

function pointText({ id, words, thread }: Point): string {
  if (thread === null) return `Point ${id}, on the whole:\n${words}`;
  return [
    `Point ${id}, on ${placeText(thread)}:\n${words}`,
    ...(thread.hunk === "" ? [] : [`The lines it is about, the last one above all:\n${hunkTail(thread.hunk)}`]),
    ...(thread.before.length === 0 ? [] : [`Said there before:\n${thread.before.join("\n")}`]),
  ].join("\n");
}

function placeText({ path, line, startLine, side, commit, outdated }: Thread): string {
  if (line === null) return path;
  const lines = startLine === null || startLine === line ? `line ${line}` : `lines ${startLine} to ${line}`;
  const which = side === "LEFT" ? ", which the pull request takes away" : ` as of ${commit.slice(0, 7)}`;
  return `${path}, ${lines}${which}${outdated ? " (changed since)" : ""}`;
}

/** The header and what stands nearest to the line commented on. */
function hunkTail(hunk: string): string {
  const lines = hunk.split("\n");
  if (lines.length <= HUNK_LINES) return hunk;
  return ["…", ...lines.slice(-HUNK_LINES)].join("\n");
}
