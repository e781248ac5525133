/**
 * Exact replacement in a text: each old text must stand there exactly once, and
 * either all edits apply or none. Pure; the file is read and written elsewhere.
 */
import { nearestLines } from "./nearest-lines.ts";

export interface Edit {
  readonly old: string;
  readonly new: string;
}

export interface Change {
  /** where it begins in the text it was applied to, from 1 */
  readonly line: number;
  readonly removed: string;
  readonly added: string;
}

export type EditResult =
  | { readonly kind: "applied"; readonly text: string; readonly changes: readonly Change[] }
  | { readonly kind: "refused"; readonly because: string };

const BOM = "\uFEFF";

/** Applies the edits in order; the byte order mark and the line ends of the text are kept. */
export function applyEdits(text: string, edits: readonly Edit[]): EditResult {
  const bom = text.startsWith(BOM) ? BOM : "";
  let body = text.slice(bom.length);
  const changes: Change[] = [];
  for (const [index, edit] of edits.entries()) {
    const label = edits.length === 1 ? "old" : `edits[${index}].old`;
    const { old, replacement } = fitLineEnds(body, edit);
    const refusal = refuse(body, old, replacement, label);
    if (refusal !== null) {
      return {
        kind: "refused",
        because: edits.length === 1 ? refusal : `${refusal}\nNo edit of this call was applied.`,
      };
    }
    const at = body.indexOf(old);
    changes.push({ line: lineOf(body, at), removed: old, added: replacement });
    body = body.slice(0, at) + replacement + body.slice(at + old.length);
  }
  return { kind: "applied", text: bom + body, changes };
}

/**
 * Whether the text looks as it would after these edits: undoing them is
 * unambiguous, and doing them again leads back to this text.
 */
export function alreadyApplied(text: string, edits: readonly Edit[]): boolean {
  let undone = text.startsWith(BOM) ? text.slice(1) : text;
  const body = undone;
  for (const edit of edits.toReversed()) {
    const { old, replacement } = fitLineEnds(undone, { old: edit.new, new: edit.old });
    if (old === "") {
      if (replacement === "" || undone.includes(replacement)) return false;
      continue;
    }
    if (positions(undone, old).length !== 1) return false;
    undone = undone.replace(old, () => replacement);
  }
  const redone = applyEdits(
    undone,
    edits.filter((edit) => edit.new !== ""),
  );
  return redone.kind === "applied" && redone.text === body;
}

function refuse(body: string, old: string, replacement: string, label: string): string | null {
  if (old === "") return `${label} is empty, but the file has content; quote the lines to replace`;
  if (old === replacement) return `${label} and new are the same; nothing to do`;
  const found = positions(body, old);
  if (found.length === 1) return null;
  if (found.length > 1) {
    const lines = found.slice(0, 10).map((at) => lineOf(body, at));
    return `${label} stands there ${found.length} times, at lines ${lines.join(", ")}; add lines around it until it is unique`;
  }
  const there = replacement.trim() === "" ? [] : positions(body, replacement);
  const hint = there.length === 1 ? ` The new text already stands at line ${lineOf(body, there[0] ?? 0)}.` : "";
  return `${label} is not in the file.${hint} ${nearestLines(body, old)}`;
}

/** The old text in the line ends that match, and the new text in those of the place it goes to. */
function fitLineEnds(body: string, edit: Edit): { readonly old: string; readonly replacement: string } {
  const oldLf = toLf(edit.old.startsWith(BOM) ? edit.old.slice(1) : edit.old);
  const spellings = [oldLf, toCrlf(oldLf)];
  const old = spellings.find((spelling) => spelling !== "" && body.includes(spelling)) ?? oldLf;
  const crlf = old.includes("\n") ? old.includes("\r\n") : mostlyCrlf(body);
  return { old, replacement: crlf ? toCrlf(toLf(edit.new)) : toLf(edit.new) };
}

function mostlyCrlf(body: string): boolean {
  const ends = positions(body, "\n").length;
  return ends > 0 && positions(body, "\r\n").length * 2 > ends;
}

function toLf(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function toCrlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

/** Every place of `part`, overlapping ones too. */
function positions(body: string, part: string): number[] {
  const found: number[] = [];
  for (let at = body.indexOf(part); at !== -1; at = body.indexOf(part, at + 1)) found.push(at);
  return found;
}

function lineOf(body: string, at: number): number {
  return positions(body.slice(0, at), "\n").length + 1;
}
