/**
 * Where a text that is not in a file most nearly is: what a model needs to see
 * to quote it rightly. A guess to look at, never a place to edit.
 */
const MAX_COMPARED_LINES = 30;
const MAX_COMPARISONS = 400_000;
const LEAST_LIKENESS = 0.4;

/** @returns a sentence and the numbered lines of the nearest place, or that nothing is near */
export function nearestLines(body: string, wanted: string): string {
  const lines = body.split(/\r?\n/);
  const sought = wanted.trim().split(/\r?\n/).slice(0, MAX_COMPARED_LINES);
  const best = bestWindow(lines, sought);
  if (best === null) return "Nothing in the file is near it; read the file first.";
  const shown = lines.slice(best.start, best.start + sought.length);
  const why = shown.every((line, index) => squeeze(line) === squeeze(sought[index] ?? ""))
    ? "It differs from this place only in white space:"
    : "The nearest place is:";
  return `${why}\n${shown.map((line, index) => `${best.start + index + 1}\t${line.slice(0, 500)}`).join("\n")}`;
}

function bestWindow(lines: readonly string[], sought: readonly string[]): { start: number } | null {
  const cheap = lines.length * sought.length > MAX_COMPARISONS;
  const soughtWords = sought.map(words);
  const lineWords = lines.map(words);
  let best: { start: number; score: number } | null = null;
  for (let start = 0; start < lines.length; start += 1) {
    let score = 0;
    for (const [offset, wantedWords] of soughtWords.entries()) {
      const there = lineWords[start + offset];
      if (there === undefined) break;
      score += likeness(there, wantedWords, cheap);
    }
    if (best === null || score > best.score) best = { start, score };
  }
  return best !== null && best.score / sought.length >= LEAST_LIKENESS ? best : null;
}

interface Words {
  readonly squeezed: string;
  readonly set: ReadonlySet<string>;
}

function words(line: string): Words {
  return { squeezed: squeeze(line), set: new Set(line.match(/[\p{L}\p{N}_$]+/gu) ?? []) };
}

/** 1 for the same line but for white space; else the share of words in common. */
function likeness(one: Words, other: Words, cheap: boolean): number {
  if (one.squeezed === other.squeezed) return 1;
  if (cheap || one.set.size + other.set.size === 0) return 0;
  let common = 0;
  for (const word of one.set) if (other.set.has(word)) common += 1;
  return (2 * common) / (one.set.size + other.set.size);
}

function squeeze(line: string): string {
  return line.replaceAll(/\s+/g, " ").trim();
}
