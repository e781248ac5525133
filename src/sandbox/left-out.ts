/**
 * Which entries stay out of an export because they are dependencies and not
 * the agent's work. Pure text.
 */
export interface LeftOut {
  /** folders the set-up made and the content does not have: left out whole */
  readonly folders: readonly string[];
  /** folders both the set-up and the content have: only the links in them are left out */
  readonly mixed: readonly string[];
  /** what links into the kept dependencies begin with */
  readonly linkPrefix: string;
}

/**
 * @param name relative to the workspace, without a slash at its end
 * @param link target of a symbolic link; null for every other entry
 */
export function isLeftOut(name: string, link: string | null, leftOut: LeftOut): boolean {
  if (leftOut.folders.some((folder) => within(name, folder))) return true;
  if (link === null || !link.startsWith(leftOut.linkPrefix)) return false;
  return leftOut.mixed.some((folder) => within(name, folder));
}

function within(name: string, folder: string): boolean {
  return name === folder || name.startsWith(`${folder}/`);
}
