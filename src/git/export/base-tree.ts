/**
 * What a workspace is measured against: the files of the base commit, ready
 * for quick questions. Read from the mirror, never from the workspace.
 */
import type { TreeEntry } from "../../domain/ports/git-port.ts";
import type { IgnoredPaths } from "./ignored-paths.ts";

export interface BaseTree {
  readonly files: ReadonlyMap<string, TreeEntry>;
  /** every directory that holds a file, without a trailing slash */
  readonly directories: ReadonlySet<string>;
  readonly ignored: IgnoredPaths;
  /** The submodule this path is or lies in, or null. */
  readonly submoduleAt: (path: string) => string | null;
}

export function baseTree(entries: readonly TreeEntry[], ignored: IgnoredPaths): BaseTree {
  const files = new Map<string, TreeEntry>();
  const directories = new Set<string>();
  const submodules = new Set<string>();
  for (const entry of entries) {
    files.set(entry.path, entry);
    if (entry.mode === "160000") submodules.add(entry.path);
    for (const parent of parentsOf(entry.path)) {
      if (directories.has(parent)) break;
      directories.add(parent);
    }
  }
  const submoduleAt = (path: string) => {
    if (submodules.size === 0) return null;
    if (submodules.has(path)) return path;
    return parentsOf(path).find((parent) => submodules.has(parent)) ?? null;
  };
  return { files, directories, ignored, submoduleAt };
}

/** `a/b/c` → `a/b`, `a` */
export function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    parents.push(path.slice(0, slash));
  }
  return parents;
}

/** Orion's own files in a workspace and anything of git's: never part of a change. */
export function isDropped(path: string): boolean {
  return path === ".orion" || path.startsWith(".orion/") || path.split("/").includes(".git");
}
