/**
 * Was a conflict resolved honestly? No marker stays, nothing is touched but what
 * conflicts and what the pull request had changed itself, and no line that a
 * person or an earlier run wrote goes without being named. Pure.
 */
import { conflictText, type Labels, markersLeft } from "./conflict-text.ts";

/** A line, or a whole file, that the resolution does without. */
export interface Replaced {
  readonly file: string;
  /** as it stood; missing when the whole file goes */
  readonly line?: string | undefined;
  readonly because: string;
}

export interface ResolutionFacts {
  readonly labels: Labels;
  /** files that conflict, as the automatic merge has them; null when they are not in it */
  readonly conflicts: ReadonlyMap<string, string | null>;
  /** paths changed against the automatic merge */
  readonly changed: readonly string[];
  /** a conflicting file as it was handed in; null when it is gone */
  readonly after: ReadonlyMap<string, string | null>;
  /** paths the pull request had changed before, and where a file of those was moved to */
  readonly own: readonly string[];
  /** the pull request's frozen tests */
  readonly frozen: readonly string[];
  readonly replaced: readonly Replaced[];
}

const MOST_NAMED = 20;

/** @returns what must be mended, in words for whoever resolves; null when nothing */
export function judgeResolution(facts: ResolutionFacts): string | null {
  const { conflicts, changed, own, frozen } = facts;
  const beside = changed.filter((path) => !conflicts.has(path));
  const touched = beside.filter((path) => frozen.includes(path));
  if (touched.length > 0) return `these tests are frozen and do not conflict, put them back: ${touched.join(", ")}`;
  const foreign = beside.filter((path) => !own.includes(path));
  if (foreign.length > 0)
    return `these files neither conflict nor belong to the pull request, undo: ${foreign.join(", ")}`;
  const marked = [...conflicts].flatMap(([path, before]) => markersIn(facts, path, before));
  if (marked.length > 0) return `conflict markers are left, resolve them: ${marked.join("; ")}`;
  const lost = [...conflicts].flatMap(([path, before]) => lostFrom(facts, path, before));
  if (lost.length === 0) return null;
  const rest = lost.length > MOST_NAMED ? `\n- and ${lost.length - MOST_NAMED} more` : "";
  return `lines that somebody wrote are gone. Put them back, or name each in \`replaced\` with the reason; a person reads it:\n${lost
    .slice(0, MOST_NAMED)
    .map((line) => `- ${line}`)
    .join("\n")}${rest}`;
}

function markersIn({ after, labels }: ResolutionFacts, path: string, before: string | null): readonly string[] {
  const text = after.get(path) ?? null;
  if (text === null || before === null) return [];
  const left = markersLeft(text, conflictText(before, labels).agreed, labels);
  return left.length === 0 ? [] : [`${path}, line ${left.join(", ")}`];
}

function lostFrom(facts: ResolutionFacts, path: string, before: string | null): readonly string[] {
  if (before === null) return [];
  const named = facts.replaced.filter((one) => one.file === path);
  const text = facts.after.get(path) ?? null;
  if (text === null) return named.some(({ line }) => line === undefined) ? [] : [`${path}: the whole file`];
  const excused = new Set(named.map(({ line }) => (line ?? "").trim()));
  return missingLines(before, text, facts.labels)
    .filter(({ line }) => !excused.has(line.trim()))
    .map(({ line, whose }) => `${path}: \`${line.trim()}\` (${whose})`);
}

interface Missing {
  readonly line: string;
  readonly whose: string;
}

/** A line counts as often as it stands there; brackets and blank lines say nothing by themselves. */
function missingLines(before: string, after: string, labels: Labels): readonly Missing[] {
  const { agreed, conflicts } = conflictText(before, labels);
  const left = countLines(after.split("\n"));
  const take = (line: string, whose: string): readonly Missing[] => {
    const key = line.trim();
    if (!/[\p{L}\p{N}]/u.test(key)) return [];
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count > 0 ? [] : [{ line, whose }];
  };
  return [
    ...agreed.flatMap((line) => take(line, "both sides have it")),
    ...conflicts.flatMap(({ ours, base, theirs }) => {
      const shared = ours.filter((line) => has(theirs, line));
      return [
        ...shared.flatMap((line) => take(line, "both sides have it")),
        ...written(ours, base).flatMap((line) => (has(shared, line) ? [] : take(line, "the pull request's"))),
        ...written(theirs, base).flatMap((line) => (has(shared, line) ? [] : take(line, "the default branch's"))),
      ];
    }),
  ];
}

function has(lines: readonly string[], line: string): boolean {
  return lines.some((one) => one.trim() === line.trim());
}

/** What a side wrote: its lines beyond those that both began with. */
function written(side: readonly string[], base: readonly string[]): readonly string[] {
  const old = countLines(base);
  return side.filter((line) => {
    const count = old.get(line.trim()) ?? 0;
    old.set(line.trim(), count - 1);
    return count <= 0;
  });
}

function countLines(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  return counts;
}
