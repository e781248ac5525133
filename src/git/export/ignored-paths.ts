/**
 * What the base commit's own .gitignore files leave out, at every level. A
 * .gitignore the workspace brought or changed has no say here.
 */
import ignore, { type Ignore } from "ignore";
import type { TreeEntry } from "../../domain/ports/git-port.ts";

/** What tools leave behind and no repository means to keep, whether or not it says so; a tracked file is never left out. */
const LEAVINGS: readonly string[] = [
  ...["node_modules/", "__pycache__/", "*.py[co]", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/"],
  ...[".venv/", ".nyc_output/", ".DS_Store"],
];

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
  const leavings = ignore({ ignorecase: false }).add([...LEAVINGS]);

  function directoryIgnored(directory: string): boolean {
    const known = directories.get(directory);
    if (known !== undefined) return known;
    const ignored = judge(directory);
    directories.set(directory, ignored);
    if (!ignored) takeBackIn(directory);
    return ignored;
  }

  /** The library passes a directory's verdict down; where a deeper file overruled it, the shallower rules must know. */
  function takeBackIn(directory: string): void {
    for (const level of levelsOf(directory)) {
      const path = directory.slice(level.length);
      const rule = rules.get(level);
      if (rule?.test(path).ignored === true) rule.add(`!/${path.replace(/[\\*?[\]!# ]/g, "\\$&")}`);
    }
  }

  /** @param path with a trailing slash when it is a directory */
  function judge(path: string): boolean {
    const [parent = ""] = levelsOf(path);
    if (directoryIgnored(parent)) return true;
    if (leavings.ignores(path)) return true;
    for (const level of levelsOf(path)) {
      const verdict = rules.get(level)?.test(path.slice(level.length));
      if (verdict?.unignored === true) return false;
      if (verdict?.ignored === true) return true;
    }
    return false;
  }

  return (path, isDirectory) => (isDirectory ? directoryIgnored(`${path}/`) : judge(path));
}

/** The directories above a path, deepest first: `a/b/c` → `a/b/`, `a/`, ``. */
function levelsOf(path: string): readonly string[] {
  const levels: string[] = [];
  for (let slash = path.lastIndexOf("/", path.length - 2); slash >= 0; slash = path.lastIndexOf("/", slash - 1)) {
    levels.push(path.slice(0, slash + 1));
    if (slash === 0) break;
  }
  return [...levels, ""];
}
