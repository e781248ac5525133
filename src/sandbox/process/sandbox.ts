/**
 * A Sandbox over one folder of the host. It isolates nothing; it exists for
 * scripted demonstrations and tests where no container engine is at hand.
 */
import { mkdir, open, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";
import type { ExecOptions, ExecResult, Sandbox } from "../../domain/ports/sandbox-port.ts";
import { checkEnv, outsideWorkspace, workspacePath } from "../workspace-path.ts";
import { packFrom } from "./content.ts";
import { killHome } from "./kill.ts";
import { type Box, runIn } from "./run.ts";

/** What stands in `box.json`, so that another Orion process finds the sandbox again. */
export const boxRecord = z.object({
  name: z.string(),
  runId: z.string(),
  /** folder of the kept set-up, or null */
  kept: z.string().nullable(),
  folders: z.array(z.string()),
  mixed: z.array(z.string()),
});
export type BoxRecord = z.infer<typeof boxRecord>;

export function processSandbox(box: Box, record: BoxRecord): Sandbox {
  const allowed = async () => {
    const roots = [box.workspace, ...(record.kept === null ? [] : [record.kept])];
    return Promise.all(roots.map((root) => realpath(root)));
  };

  async function exec(argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
    checkEnv(options.env ?? {});
    if (!(await exists(box.workspace))) throw gone(record.name);
    return runIn(box, argv, options);
  }

  async function read(path: string): Promise<Uint8Array | null> {
    const real = await orNull(realpath(join(box.workspace, workspacePath(path))));
    if (real === null || !within(real, await allowed())) return null;
    return (await stat(real)).isFile() ? readFile(real) : null;
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(box.workspace, workspacePath(path));
    const root = await realpath(box.workspace);
    const nearest = await nearestReal(dirname(file));
    const target = await orNull(realpath(file));
    if (!within(nearest, [root]) || (target !== null && !within(target, [root]))) throw outsideWorkspace(path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }

  return {
    name: record.name,
    workdir: box.workspace,
    exec,
    readFile: read,
    writeFile: write,
    export: () => packFrom(box.workspace, { ...leftOut(record), linkPrefix: `${record.kept ?? "\0"}/` }),
    async close() {
      await killHome(box.home);
      await rm(box.root, { recursive: true, force: true });
    },
  };
}

function leftOut(record: BoxRecord) {
  return { folders: record.folders.filter((folder) => !record.mixed.includes(folder)), mixed: record.mixed };
}

function within(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}

/** The real path of the nearest folder that exists. */
async function nearestReal(folder: string): Promise<string> {
  const real = await orNull(realpath(folder));
  return real ?? nearestReal(dirname(folder));
}

async function exists(path: string): Promise<boolean> {
  const file = await orNull(open(path));
  await file?.close();
  return file !== null;
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}

function gone(name: string): OrionError {
  return new OrionError("SANDBOX_GONE", `the sandbox ${name} was closed; open it again from the last checkpoint`, {
    name,
  });
}
