/**
 * Brings the program of `inside/` into a sandbox: as its first content, or into
 * one that holds a commit already. It holds nothing of Orion but its own text.
 */
import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "tar-stream";
import type { Sandbox, TarSource } from "../../domain/ports/sandbox-port.ts";

const INSIDE = fileURLToPath(new URL("./inside/", import.meta.url));

interface ProgramFile {
  /** relative to the program's folder, with forward slashes */
  readonly path: string;
  readonly bytes: Uint8Array;
}

function programFiles(): readonly ProgramFile[] {
  return readdirSync(INSIDE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => ({ path: relative(INSIDE, path).replaceAll("\\", "/"), bytes: readFileSync(path) }));
}

/**
 * @param files more of them, by path
 * @returns content for a sandbox: the program as `inside/`, and the files
 */
export function programTar(files: Readonly<Record<string, string>>): TarSource {
  return async function* () {
    const tar = pack();
    for (const { path, bytes } of programFiles()) tar.entry({ name: `inside/${path}` }, Buffer.from(bytes));
    for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
    tar.finalize();
    yield* tar as AsyncIterable<Uint8Array>;
  };
}

/** @param folder where its files will lie, relative to the workspace */
export async function copyProgram(sandbox: Sandbox, folder: string): Promise<void> {
  for (const { path, bytes } of programFiles()) await sandbox.writeFile(`${folder}/${path}`, bytes);
}
