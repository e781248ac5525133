/**
 * A path as a model writes it, made relative to the workspace. A courtesy, not
 * a wall: the sandbox itself keeps what is outside out of reach.
 */
import { posix } from "node:path";

/** @returns a normal relative path, or null when it leads out of the workspace */
export function workspacePath(path: string, workdir: string): string | null {
  const relative = posix.relative(workdir, posix.resolve(workdir, path));
  return relative === "" || relative === ".." || relative.startsWith("../") ? null : relative;
}
