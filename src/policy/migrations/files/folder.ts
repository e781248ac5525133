/**
 * Judges a folder of migrations in order, each as new on top of those before
 * it. Works on texts; who reads them from disk or git stands elsewhere.
 */
import { judgeInOrder } from "../judge.ts";
import { NOTHING_KNOWN } from "../schema/scene.ts";
import type { Verdict } from "../verdict.ts";
import { layoutOf } from "./layout.ts";
import { sectionTool, upPart } from "./sections.ts";

export interface FileVerdict {
  /** Relative to the folder. */
  readonly file: string;
  readonly verdict: Verdict;
}
export interface FolderVerdict {
  readonly files: readonly FileVerdict[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/**
 * @param texts every file by its path relative to the folder
 * @param only judged and reported; the others only tell what stands before them. Everything when left out
 */
export function judgeFolder(texts: ReadonlyMap<string, string>, only?: ReadonlySet<string>): FolderVerdict {
  const { migrations, style, notes } = layoutOf([...texts.keys()]);
  const [first] = migrations;
  const tool = style === "plain" && first !== undefined ? sectionTool(texts.get(first) ?? "") : null;
  let context = { ...NOTHING_KNOWN, ownTransaction: style === "plain" ? ("allowed" as const) : ("refused" as const) };
  const files: FileVerdict[] = [];
  for (const file of migrations) {
    const text = texts.get(file) ?? "";
    const forward = tool !== null && sectionTool(text) === tool ? upPart(text, tool) : text;
    const { verdict, after } = judgeInOrder(forward, context);
    const readable = !isUnreadable(verdict);
    context = { ...context, ...after, complete: readable && (context.complete || file === first) };
    if (only === undefined || only.has(file)) files.push({ file, verdict });
  }
  const sections = tool === null ? [] : [`only the Up part of each file is judged, as ${tool} marks it`];
  return { files, notes: [...notes, ...sections] };
}

export function isUnreadable(verdict: Verdict): boolean {
  return verdict.findings.some(({ rule }) => rule === "unreadable");
}
