/**
 * What the base commit's own .gitignore files leave out, at every level. A
 * .gitignore the workspace brought or changed has no say here.
 */
import ignore, { type Ignore } from "ignore";
import type { TreeEntry } from "../../domain/git-port.ts";

/** @param path without a trailing slash */
export type IgnoredPaths = (path: string, isDirectory: boolean) => boolean;

/** The .gitignore files among the entries; git does not follow one that is a symlink. */
export function ignoreFiles(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  return entries.filter(
    (entry) => entry.mode.startsWith("100") && (entry.path === ".gitignore" || entry.path.endsWith("/.gitignore")),
  );
}

/** @param files path of each .gitignore and its text */
export function ignoredPaths(files: readonly { readonly path: string; readonly text: string }[]): IgnoredPaths {
  const rules = new Map<string, Ignore>();
  for (const { path, text } of files) {
    // git reads patterns byte by byte, so case counts
    rules.set(path.slice(0, -".gitignore".length), ignore({ ignorecase: false }).add(text));
  }
  const directories = new Map<string, boolean>([["", false]]);

  function directoryIgnored(directory: string): boolean {
    const known = directories.get(directory);
    if (known !== undefined) return known;
    const ignored = judge(directory);
    directories.set(directory, ignored);
    return ignored;
  }

  /** @param path with a trailing slash when it is a directory */
  function judge(path: string): boolean {
    const parent = path.slice(0, path.lastIndexOf("/", path.length - 2) + 1);
    if (directoryIgnored(parent)) return true;
    for (let level = parent; ; level = level.slice(0, level.lastIndexOf("/", level.length - 2) + 1)) {
      const verdict = verdictOf(rules.get(level), path.slice(level.length), parent.slice(level.length));
      if (verdict !== "silent") return verdict === "ignored";
      if (level === "") return false;
    }
  }

  return (path, isDirectory) => (isDirectory ? directoryIgnored(`${path}/`) : judge(path));
}

function verdictOf(rule: Ignore | undefined, path: string, parent: string): "ignored" | "kept" | "silent" {
  if (rule === undefined) return "silent";
  const { ignored, unignored } = rule.test(path);
  if (unignored) return "kept";
  if (!ignored) return "silent";
  // the library passes a parent's verdict down, but a deeper file may have taken the parent back in
  return parent !== "" && rule.test(parent).ignored ? "silent" : "ignored";
}
