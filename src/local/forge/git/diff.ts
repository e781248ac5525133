/**
 * What differs between two commits, file by file, with patches as GitHub shows
 * them: from the first `@@`.
 */
import { git } from "./run.ts";

export interface FileDifference {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** null for binary files */
  readonly patch: string | null;
}

const STATUSES: Readonly<Record<string, FileDifference["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

/** The empty tree, to compare a first commit with. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** @param from a commit or tree; @param to likewise */
export async function differences(dir: string, from: string, to: string): Promise<readonly FileDifference[]> {
  const plain = ["-M", "--no-ext-diff", "--no-textconv", "--no-color", "--full-index", "--no-abbrev", "-z"];
  // one after the other, each part ended by an empty field but the last
  const text = await git(dir, ["diff", "--raw", "--numstat", "--patch", ...plain, from, to]);
  const { raw, numbers, patches } = partsOf(text);
  const counted = parseNumbers(numbers);
  const patched = patches.split(/^(?=diff --git )/m).filter((part) => part !== "");
  return parseRaw(raw).map((entry, index) => {
    const { additions, deletions } = counted[index] ?? { additions: 0, deletions: 0 };
    return { ...entry, additions, deletions, patch: hunksOf(patched[index] ?? "") };
  });
}

/** Raw records begin with `:`; the patch is what follows the first empty field that no number's record explains. */
function partsOf(text: string): {
  readonly raw: readonly string[];
  readonly numbers: readonly string[];
  readonly patches: string;
} {
  const fields = text.split("\0");
  let at = 0;
  while (fields[at]?.startsWith(":")) at += /[RC]\d*$/.test(fields[at] ?? "") ? 3 : 2;
  const from = at;
  // of a renamed file the name is empty, and both names follow
  for (let match = NUMBERS.exec(fields[at] ?? ""); match !== null; match = NUMBERS.exec(fields[at] ?? ""))
    at += match[3] === "" ? 3 : 1;
  return { raw: fields.slice(0, from), numbers: fields.slice(from, at), patches: fields.slice(at + 1).join("\0") };
}

const NUMBERS = /^(-|\d+)\t(-|\d+)\t(.*)$/s;

type RawEntry = Pick<FileDifference, "path" | "previousPath" | "status" | "sha">;

function parseRaw(parts: readonly string[]): readonly RawEntry[] {
  const entries: RawEntry[] = [];
  for (let at = 0; at < parts.length; ) {
    const match = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([A-Z])/.exec(parts[at] ?? "");
    if (match === null) break;
    const [, before = "", after = "", letter = "M"] = match;
    const twoNames = letter === "R" || letter === "C";
    const first = parts[at + 1] ?? "";
    entries.push({
      path: twoNames ? (parts[at + 2] ?? "") : first,
      previousPath: twoNames ? first : null,
      status: STATUSES[letter] ?? "changed",
      sha: letter === "D" ? before : after,
    });
    at += twoNames ? 3 : 2;
  }
  return entries;
}

function parseNumbers(parts: readonly string[]): readonly { readonly additions: number; readonly deletions: number }[] {
  const found: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < parts.length; ) {
    const match = NUMBERS.exec(parts[at] ?? "");
    if (match === null) break;
    found.push({ additions: countOf(match[1]), deletions: countOf(match[2]) });
    at += match[3] === "" ? 3 : 1;
  }
  return found;
}

/** `-` stands for a binary file, which has no lines. */
function countOf(text: string | undefined): number {
  return text === undefined || text === "-" ? 0 : Number(text);
}

function hunksOf(patch: string): string | null {
  const start = patch.search(/^@@ /m);
  return start === -1 ? null : patch.slice(start).replace(/\n$/, "");
}

/**
 * The part of a patch that shows a line, up to that line.
 * @param side RIGHT counts lines of the new file, LEFT of the old one
 * @returns null when the patch does not show the line
 */
export function hunkAround(patch: string, line: number, side: "LEFT" | "RIGHT"): string | null {
  for (const hunk of patch.split(/^(?=@@ )/m)) {
    const match = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(hunk);
    if (match === null) continue;
    const lines = hunk.replace(/\n$/, "").split("\n");
    const skipped = side === "RIGHT" ? "-" : "+";
    let at = Number(side === "RIGHT" ? match[2] : match[1]) - 1;
    for (const [index, text] of lines.entries()) {
      if (index === 0 || text.startsWith(skipped) || text.startsWith("\\")) continue;
      at += 1;
      if (at === line) return lines.slice(0, index + 1).join("\n");
    }
  }
  return null;
}
