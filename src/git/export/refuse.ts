/**
 * How a workspace is refused, and the bounds it is measured by. Nothing here
 * looks at a workspace.
 */
import { OrionError } from "../../domain/errors.ts";

export interface ExportLimits {
  /** files written or deleted by the change */
  readonly changedEntries: number;
  readonly changedFileBytes: number;
  readonly changedBytes: number;
  /** entries of the whole stream, those that are dropped included */
  readonly streamEntries: number;
  /** of the whole stream, as declared by its headers and as read */
  readonly streamBytes: number;
  readonly deadlineMs: number;
}

const MIB = 1024 * 1024;

export const EXPORT_LIMITS: ExportLimits = {
  changedEntries: 5_000,
  changedFileBytes: 2 * MIB,
  changedBytes: 25 * MIB,
  streamEntries: 200_000,
  streamBytes: 2_048 * MIB,
  deadlineMs: 60_000,
};

export type ExportRule =
  | "not-a-tar"
  | "cut-short"
  | "deadline"
  | "stream-entries"
  | "stream-bytes"
  | "changed-entries"
  | "changed-file-bytes"
  | "changed-bytes"
  | "path-shape"
  | "name"
  | "git-look-alike"
  | "entry-type"
  | "setuid"
  | "pax-record"
  | "symlink-changed"
  | "submodule"
  | "named-twice"
  | "below-a-file"
  | "case-collision";

const SHOWN_NAME = 200;

/** @param entry as the stream names it; null when the whole stream is at fault */
export function refuse(
  rule: ExportRule,
  entry: string | null,
  what: string,
  remedy: string,
  cause?: unknown,
): OrionError {
  const shown = entry === null ? "the workspace" : JSON.stringify(entry.slice(0, SHOWN_NAME));
  return new OrionError("EXPORT_REFUSED", `${shown} ${what} (rule ${rule}); ${remedy}`, { rule, entry }, cause);
}
