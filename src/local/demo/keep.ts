/** The folders of demos: one each, the last ten kept for looking at. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const KEPT_DEMOS = 10;

/** @returns the name of a new demo, also its folder's in `parent`; older ones beyond ten are removed */
export function openFolder(parent: string): string {
  const id = `demo_${new Date().toISOString().replace(/\D/g, "").slice(0, 17)}`;
  const folder = join(parent, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pid"), String(process.pid));
  prune(parent);
  return id;
}

/** Old demos are for looking at, not for keeping; one that still runs is left alone. */
function prune(folder: string): void {
  for (const old of readdirSync(folder).sort().slice(0, -KEPT_DEMOS)) {
    if (!isRunning(join(folder, old, "pid"))) rmSync(join(folder, old), { recursive: true, force: true });
  }
}

function isRunning(pidFile: string): boolean {
  if (!existsSync(pidFile)) return false;
  try {
    process.kill(Number(readFileSync(pidFile, "utf8")), 0);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
