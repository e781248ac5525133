/** What must never be there when the work is over: a moved default branch, a sandbox, a process of one. */
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "./project.ts";

/** @returns what was left behind, in words; [] when nothing was. Asked while the forge answers */
export async function findLeftovers(dataDir: string, projects: readonly Project[]): Promise<readonly string[]> {
  const moved = await Promise.all(projects.map(movedMain));
  const boxes = await readdirOrNone(join(dataDir, "sandboxes", "boxes"));
  return [...moved.flat(), ...boxes.map((box) => `the sandbox ${box} is still there`)];
}

async function movedMain(project: Project): Promise<readonly string[]> {
  const now = (await project.branches()).main;
  const { owner, repo } = project.place;
  return now === project.mainSha
    ? []
    : [`main of ${owner}/${repo} moved from ${project.mainSha} to ${now ?? "nothing"}`];
}

/** @returns processes that still work there, in words. Asked when the forge has ended, which has some of its own */
export async function processesIn(dataDir: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
    const inside = cwd.startsWith(dataDir) || environment.split("\0").some((one) => one.startsWith(`HOME=${dataDir}`));
    if (inside)
      found.push(`process ${pid} is still there: ${await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "")}`);
  }
  return found;
}

async function readdirOrNone(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
