/**
 * Do the lines that people added still stand? A line is gone when a person who
 * reads the difference sees it taken away, and no difference as short as that
 * one would leave it. Pure.
 */

/** Cells of the comparison; above that git's own difference decides alone. */
const MAX_CELLS = 16_000_000;
const BOTH = 1;
const SKIP_BEFORE = 2;
const SKIP_AFTER = 3;

export interface LineFacts {
  /** lines of the file before; [] is an empty one */
  readonly before: readonly string[];
  /** null when the file is gone */
  readonly after: readonly string[] | null;
  /** lines that must stand, from 1 */
  readonly people: ReadonlySet<number>;
  /** lines that git's difference takes away, from 1 */
  readonly taken: ReadonlySet<number>;
}

/** @returns lines of people that do not stand any more, from 1 */
export function linesGone({ before, after, people, taken }: LineFacts): readonly number[] {
  const gone = [...people].filter((line) => after === null || taken.has(line)).sort((one, other) => one - other);
  if (gone.length === 0 || after === null) return gone;
  if (before.length * after.length > MAX_CELLS) return gone;
  return missing(before, after, people);
}

/** Lines of people that no longest common subsequence holds, where as many of theirs as possible are held. */
function missing(before: readonly string[], after: readonly string[], people: ReadonlySet<number>): readonly number[] {
  const steps = align(before, after, people);
  const gone: number[] = [];
  let [row, column] = [0, 0];
  while (row < before.length) {
    const step = column < after.length ? steps[row * after.length + column] : SKIP_BEFORE;
    if (step === SKIP_BEFORE && people.has(row + 1)) gone.push(row + 1);
    if (step !== SKIP_AFTER) row += 1;
    if (step !== SKIP_BEFORE) column += 1;
  }
  return gone;
}

/** The best step at each pair of lines: first the length of what is kept counts, then how much of it is people's. */
function align(before: readonly string[], after: readonly string[], people: ReadonlySet<number>): Uint8Array {
  const ids = new Map<string, number>();
  const idOf = (line: string): number => {
    const known = ids.get(line);
    if (known !== undefined) return known;
    ids.set(line, ids.size);
    return ids.size - 1;
  };
  const [from, to] = [before.map(idOf), after.map(idOf)];
  const kept = before.length + 1;
  const steps = new Uint8Array(before.length * after.length);
  let below = new Float64Array(after.length + 1);
  for (let row = before.length - 1; row >= 0; row -= 1) {
    const here = new Float64Array(after.length + 1);
    const worth = kept + (people.has(row + 1) ? 1 : 0);
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const both = from[row] === to[column] ? worth + (below[column + 1] ?? 0) : -1;
      const [skipBefore, skipAfter] = [below[column] ?? 0, here[column + 1] ?? 0];
      const best = Math.max(both, skipBefore, skipAfter);
      here[column] = best;
      steps[row * after.length + column] = best === both ? BOTH : best === skipBefore ? SKIP_BEFORE : SKIP_AFTER;
    }
    below = here;
  }
  return steps;
}
