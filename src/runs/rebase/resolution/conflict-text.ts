/**
 * A file with conflict markers, taken apart: what both sides agree on, and for
 * each conflict what either has and what they began with. Pure.
 */

/** How git names the two sides after its markers. */
export interface Labels {
  readonly ours: string;
  readonly theirs: string;
}

export interface Conflict {
  readonly ours: readonly string[];
  readonly base: readonly string[];
  readonly theirs: readonly string[];
}

export interface ConflictText {
  /** lines outside of every conflict, in order */
  readonly agreed: readonly string[];
  readonly conflicts: readonly Conflict[];
}

const BASE = "||||||| ";
const MIDDLE = "=======";

/** Markers in the form of diff3, as `git-port` builds them. */
export function conflictText(text: string, labels: Labels): ConflictText {
  const agreed: string[] = [];
  const conflicts: Conflict[] = [];
  let side: "agreed" | keyof Conflict = "agreed";
  let open = { ours: [] as string[], base: [] as string[], theirs: [] as string[] };
  for (const raw of text.split("\n")) {
    const line = raw.replace(/\r$/, "");
    if (side === "agreed" && isOpening(line, labels)) {
      side = "ours";
      open = { ours: [], base: [], theirs: [] };
    } else if (side === "ours" && line.startsWith(BASE)) side = "base";
    else if (side === "base" && line === MIDDLE) side = "theirs";
    else if (side === "theirs" && isClosing(line, labels)) {
      conflicts.push(open);
      side = "agreed";
    } else (side === "agreed" ? agreed : open[side]).push(line);
  }
  return { agreed, conflicts };
}

/**
 * @param agreed lines outside of the conflicts: what looks like a marker there is the file's own
 * @returns numbers, from 1, of lines that are still markers
 */
export function markersLeft(text: string, agreed: readonly string[], labels: Labels): readonly number[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  return MARKERS.flatMap((isMarker) => {
    const found = lines.flatMap((line, index) => (isMarker(line, labels) ? [index + 1] : []));
    return found.length > agreed.filter((line) => isMarker(line, labels)).length ? found : [];
  }).sort((one, other) => one - other);
}

/** Git names the common state as it likes: by an id, a path, or in words. */
const MARKERS: readonly ((line: string, labels: Labels) => boolean)[] = [
  isOpening,
  (line) => line.startsWith(BASE),
  (line) => line === MIDDLE,
  isClosing,
];

function isOpening(line: string, { ours }: Labels): boolean {
  return line.startsWith(`<<<<<<< ${ours}`);
}

function isClosing(line: string, { theirs }: Labels): boolean {
  return line.startsWith(`>>>>>>> ${theirs}`);
}
