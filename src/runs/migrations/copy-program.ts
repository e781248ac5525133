/** Brings the program of `inside/` into a sandbox. It holds nothing of Orion but its own text. */
import { readdirSync, readFileSync } from "node:fs";
import type { Sandbox } from "../../domain/ports/sandbox-port.ts";

const INSIDE = new URL("./inside/", import.meta.url);

/** @param folder where its files will lie, relative to the workspace */
export async function copyProgram(sandbox: Sandbox, folder: string): Promise<void> {
  for (const entry of readdirSync(INSIDE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const below = path.slice(INSIDE.pathname.length).replace(/^\/+/, "");
    await sandbox.writeFile(`${folder}/${below}`, readFileSync(path));
  }
}
