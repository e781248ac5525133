/** Pull requests that people make and merge, in every way GitHub knows. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { clone, git } from "./clone.ts";
import type { World } from "./world.ts";

export type How = "merge" | "squash" | "rebase" | "fast-forward";
export const HOWS: readonly How[] = ["merge", "squash", "rebase", "fast-forward"];
const WHO = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];

type Around = Pick<World, "forge" | "project">;

/** What a branch brings: one commit for each set of files. */
export type Commits = readonly Readonly<Record<string, string>>[];

/** A clone with an administrator's own credentials. @returns the folder; the caller removes it */
export function adminClone({ forge, project }: Around): Promise<string> {
  return clone(project.repository.cloneUrl(forge.addUser({ login: "acme" }).token));
}

/** Commits in a clone, on what is checked out there. */
export async function commitIn(folder: string, commits: Commits): Promise<void> {
  for (const files of commits) {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await git(folder, ["add", "--all"]);
    await git(folder, [...WHO, "commit", "--quiet", "-m", `change ${Object.keys(files).join(", ")}`]);
  }
}

/** @returns the number of the pull request, which is merged */
export async function mergedPull(world: Around, branch: string, commits: Commits, how: How): Promise<number> {
  const { project } = world;
  const admin = project.person("acme");
  const folder = await adminClone(world);
  try {
    await git(folder, ["checkout", "--quiet", "-b", branch]);
    await commitIn(folder, commits);
    await git(folder, ["push", "--quiet", "origin", branch]);
    const at = `/repos/${project.place.owner}/${project.place.repo}`;
    const made = await admin.call("POST", `${at}/pulls`, { head: branch, base: "main", title: `Add ${branch}` });
    const { number } = made as { number: number };
    if (how === "fast-forward") await git(folder, ["push", "--quiet", "origin", `${branch}:main`]);
    else await admin.merge(project.place, number, how);
    await project.peopleMovedMain();
    return number;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every file of a commit or branch, as a plain clone sees it. */
export async function filesAt(folder: string, commit: string): Promise<Readonly<Record<string, string>>> {
  const paths = (await git(folder, ["ls-tree", "-r", "--name-only", commit])).split("\n");
  const texts = paths.map(async (path) => [path, await git(folder, ["show", `${commit}:${path}`])] as const);
  return Object.fromEntries(await Promise.all(texts));
}
