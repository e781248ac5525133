/**
 * What a set-up made in a folder, and how a workspace gets it: a real folder
 * for each, a link for each child. It runs nothing.
 */
import { lstat, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

/** @returns every folder below `root`, relative, links not followed */
export async function foldersBelow(root: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  return new Set(folders.map((entry) => relative(root, join(entry.parentPath, entry.name))));
}

/** @returns the top-most folders that are there now and were not before */
export async function newFolders(root: string, before: ReadonlySet<string>): Promise<readonly string[]> {
  const now = await foldersBelow(root);
  const parent = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const known = (path: string) => path === "" || before.has(path);
  return [...now].filter((path) => !known(path) && known(parent(path)) && !/(^|\/)\.git$/.test(path)).sort();
}

/**
 * Links the folders kept below `from` into the workspace.
 * @returns those the workspace's content already had: they hold more than links
 */
export async function linkFolders(from: string, workspace: string, folders: readonly string[]): Promise<string[]> {
  const mixed: string[] = [];
  for (const folder of folders) {
    const there = await kindOf(join(workspace, folder));
    if (there !== null) mixed.push(folder);
    if (there === "other") continue;
    await linkChildren(join(from, folder), join(workspace, folder), join(from, folder));
  }
  return mixed;
}

async function linkChildren(from: string, into: string, top: string): Promise<void> {
  await mkdir(into, { recursive: true });
  for (const child of await readdir(from, { withFileTypes: true })) {
    const source = join(from, child.name);
    const target = join(into, child.name);
    if ((await kindOf(target)) !== null) continue;
    const link = child.isSymbolicLink() ? await readlink(source) : null;
    // A link that leaves the folder, such as npm's to a workspace package, means the workspace's own.
    if (link !== null && !resolve(from, link).startsWith(`${top}/`)) await symlink(link, target);
    else if (child.isDirectory() && child.name.startsWith("@")) await linkChildren(source, target, top);
    else await symlink(source, target);
  }
}

async function kindOf(path: string): Promise<"folder" | "other" | null> {
  try {
    return (await lstat(path)).isDirectory() ? "folder" : "other";
  } catch {
    return null;
  }
}
