/**
 * One header of a workspace's tar stream → what it means, or why the workspace
 * is refused. Pure: the bytes behind the header are somebody else's.
 */
import type { TreeEntry } from "../../domain/ports/git-port.ts";
import { type BaseTree, isDropped, parentsOf } from "./base-tree.ts";
import { entryPath, judgeNewComponent, judgePathLength } from "./name-rules.ts";
import { refuse } from "./refuse.ts";

/** What the stream says about an entry. */
export interface EntryHeader {
  readonly name: string;
  /** null when the type flag is none of the well-known ones, e.g. GNU sparse */
  readonly type: string | null;
  readonly mode: number;
  readonly size: number;
  /** where the entry's header begins in the stream */
  readonly offset: number;
  readonly linkname: string | null;
  /** names of the PAX records that came with it */
  readonly pax: readonly string[];
}

export type EntryVerdict =
  | { readonly kind: "drop" }
  /** a symlink of the base, unchanged */
  | { readonly kind: "kept-link"; readonly path: string; readonly target: string; readonly base: TreeEntry }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly mode: "100644" | "100755";
      readonly base: TreeEntry | null;
    };

const DROP: EntryVerdict = { kind: "drop" };

const PAX_ACCEPTED = new Set([
  "path",
  "linkpath",
  "size",
  "mtime",
  "atime",
  "ctime",
  "uid",
  "gid",
  "uname",
  "gname",
  "comment",
  "LIBARCHIVE.creationtime",
]);

/** @throws OrionError EXPORT_REFUSED naming the entry and the rule */
export function judgeEntry(header: EntryHeader, base: BaseTree): EntryVerdict {
  const path = entryPath(header.name);
  if (path === null || isDropped(path)) return DROP;
  const isDirectory = header.type === "directory";
  const tracked = base.files.get(path) ?? null;
  // first: what is ignored is asked of every folder above, and a deep path would take seconds
  if (tracked === null) judgePathLength(path);
  if (tracked === null && base.ignored(path, isDirectory)) return DROP;
  judgePax(header);
  const submodule = base.submoduleAt(path);
  if (submodule !== null) return judgeInSubmodule(header, path, submodule);
  if (header.type === "symlink") return judgeSymlink(header, path, tracked);
  if (!isDirectory && header.type !== "file") throw refusedType(header);
  judgeNewNames(path, base);
  if (isDirectory) return DROP;
  if ((header.mode & 0o6000) !== 0) {
    throw refuse("setuid", header.name, "is setuid or setgid", "take the bit away with chmod");
  }
  return { kind: "file", path, mode: (header.mode & 0o100) === 0 ? "100644" : "100755", base: tracked };
}

function judgePax(header: EntryHeader): void {
  for (const key of header.pax) {
    if (PAX_ACCEPTED.has(key)) continue;
    throw refuse("pax-record", header.name, `carries the record ${JSON.stringify(key.slice(0, 80))}`, paxRemedy(key));
  }
}

function paxRemedy(key: string): string {
  if (key.startsWith("GNU.sparse")) return "copy the file so that it has no holes";
  return "remove the file's extended attributes";
}

function judgeInSubmodule(header: EntryHeader, path: string, submodule: string): EntryVerdict {
  if (header.type === "directory") return DROP;
  throw refuse(
    "submodule",
    header.name,
    path === submodule ? "replaces a submodule" : `lies in the submodule ${submodule}`,
    "leave submodules as they are; change them in their own repository",
  );
}

function judgeSymlink(header: EntryHeader, path: string, tracked: TreeEntry | null): EntryVerdict {
  if (tracked?.mode === "120000" && header.linkname !== null) {
    return { kind: "kept-link", path, target: header.linkname, base: tracked };
  }
  throw refusedType(header);
}

function refusedType(header: EntryHeader): Error {
  const type = header.type ?? "of an unknown or sparse type";
  return refuse("entry-type", header.name, `is ${type}, neither file nor directory`, "replace it by a regular file");
}

/** Only what the base does not have is judged, part by part. */
function judgeNewNames(path: string, base: BaseTree): void {
  if (base.files.has(path)) return;
  for (const part of [path, ...parentsOf(path)]) {
    if (base.directories.has(part)) return;
    judgeNewComponent(part.slice(part.lastIndexOf("/") + 1), path);
  }
}
