/**
 * Rules about the tree as a whole, asked once every entry is known: no path
 * below a file, no two names that are one where case does not count. Pure.
 */
import type { FileChange } from "../../domain/ports/git-port.ts";
import { type BaseTree, isDropped, parentsOf } from "./base-tree.ts";
import { foldName } from "./name-rules.ts";
import { refuse } from "./refuse.ts";

/**
 * Files of the base that the workspace no longer has.
 * @param present every file and link the stream named
 */
export function deletions(base: BaseTree, present: ReadonlySet<string>): FileChange[] {
  const deleted: FileChange[] = [];
  for (const [path, entry] of base.files) {
    if (present.has(path) || entry.mode === "160000" || isDropped(path)) continue;
    deleted.push({ kind: "delete", path });
  }
  return deleted;
}

/**
 * @param present every file and link the stream named
 * @throws OrionError EXPORT_REFUSED when one entry stands below another that is no directory
 */
export function judgeNesting(present: ReadonlySet<string>): void {
  const clear = new Set<string>();
  for (const path of present) {
    for (const parent of parentsOf(path)) {
      if (clear.has(parent)) break;
      if (present.has(parent)) {
        throw refuse("below-a-file", path, `stands below ${parent}, which is no directory`, "export it again");
      }
      clear.add(parent);
    }
  }
}

/** @throws OrionError EXPORT_REFUSED when a new name and another name of the resulting tree differ in case alone */
export function judgeCollisions(base: BaseTree, changes: readonly FileChange[]): void {
  const fresh = changes.filter((change) => change.kind === "write" && !base.files.has(change.path));
  if (fresh.length === 0) return;
  const gone = new Set(changes.filter((change) => change.kind === "delete").map((change) => change.path));
  const spellings = new Map<string, string>();
  for (const path of base.files.keys()) {
    if (!gone.has(path)) learn(spellings, path);
  }
  for (const { path } of fresh) {
    for (const part of [path, ...parentsOf(path)]) {
      const other = spellings.get(foldPath(part)) ?? part;
      if (other !== part && !base.directories.has(part)) {
        throw refuse("case-collision", path, `and ${JSON.stringify(other)} differ in case alone`, "rename one of them");
      }
    }
    learn(spellings, path);
  }
}

/** Notes how a path and the directories above it are spelled. */
function learn(spellings: Map<string, string>, path: string): void {
  for (const part of [path, ...parentsOf(path)]) {
    const fold = foldPath(part);
    if (spellings.get(fold) === part) return;
    spellings.set(fold, part);
  }
}

function foldPath(path: string): string {
  return path.split("/").map(foldName).join("/");
}
