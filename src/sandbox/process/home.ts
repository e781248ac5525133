/**
 * Sandboxes as folders and plain processes of the host: for the scripted
 * demonstration and for tests. Never for a model's work, never in production.
 */
import { mkdir, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";
import type {
  OpenSandbox,
  PreparedSetup,
  Sandbox,
  SandboxHome,
  SandboxSetup,
  TarSource,
} from "../../domain/ports/sandbox-port.ts";
import { shareWork } from "../once.ts";
import { setupFailed } from "../setup-failed.ts";
import { checkEnv, checkNames } from "../workspace-path.ts";
import { unpackInto } from "./content.ts";
import { foldersBelow, linkFolders, newFolders } from "./dependencies.ts";
import { killHome } from "./kill.ts";
import { type Box, boxAt, runIn } from "./run.ts";
import { type BoxRecord, boxRecord, processSandbox } from "./sandbox.ts";

export interface ProcessHomeOptions {
  /** everything stands below it: `boxes/<name>`, `deps/<key>` */
  readonly dir: string;
  readonly setupEnv: Readonly<Record<string, string>>;
  /** the operator's PATH: languages the system itself does not bring */
  readonly programs?: string;
  readonly onLine: (line: string) => void;
  /** it is made only where a script plays the model, and never in production */
  readonly allowed: { readonly scripted: boolean; readonly production: boolean };
}

const SETUP_DEADLINE_MS = 20 * 60_000;
const keptRecord = z.object({ folders: z.array(z.string()) });

/** @throws OrionError PROCESS_SANDBOX_REFUSED unless a script plays the model outside production */
export function processHome(options: ProcessHomeOptions): SandboxHome {
  if (!options.allowed.scripted || options.allowed.production) throw refused();
  checkEnv(options.setupEnv);
  options.onLine("WARNING: no container engine: commands run as plain processes of this machine, nothing is isolated");
  const programs = options.programs ?? "";
  const shared = shareWork<PreparedSetup>();
  const rootOf = (name: string) => join(options.dir, "boxes", name);
  const closeAt = async (name: string) => {
    const found = await readdirOrNone(rootOf(name));
    if (found.length === 0) return;
    await killHome((await realBox(boxAt(rootOf(name), programs))).home);
    await rm(rootOf(name), { recursive: true, force: true });
  };

  async function open(request: OpenSandbox): Promise<Sandbox> {
    checkNames(request.name, request.runId);
    await closeAt(request.name);
    const box = boxAt(rootOf(request.name), programs);
    try {
      await makeFolders(box);
      await unpackInto(box.workspace, request.content());
      const record = await linkPrepared(box, request);
      await writeFile(join(box.root, "box.json"), JSON.stringify(record));
      return processSandbox(await realBox(box), record);
    } catch (cause) {
      await closeAt(request.name);
      throw cause;
    }
  }

  async function find(name: string): Promise<Sandbox | null> {
    const record = await readJson(join(rootOf(name), "box.json"), boxRecord);
    return record === null ? null : processSandbox(await realBox(boxAt(rootOf(name), programs)), record);
  }

  async function sweep(keepRuns: ReadonlySet<string>): Promise<number> {
    let removed = 0;
    for (const name of await readdirOrNone(join(options.dir, "boxes"))) {
      const record = await readJson(join(rootOf(name), "box.json"), boxRecord);
      // Without a record it is being opened at this moment, or its opener died; the opener of that name removes it.
      if (record === null || keepRuns.has(record.runId)) continue;
      await closeAt(name);
      removed++;
    }
    return removed;
  }

  return {
    kind: "process",
    prepare: (setup, content, signal) =>
      shared.join(setup.key, (own) => prepareOnce(options, setup, content, own), signal),
    open,
    find,
    sweep,
    stop: async () => undefined,
  };
}

async function prepareOnce(
  options: ProcessHomeOptions,
  setup: SandboxSetup,
  content: TarSource,
  signal: AbortSignal,
): Promise<PreparedSetup> {
  const box = boxAt(join(options.dir, "deps", setup.key), options.programs ?? "");
  const prepared = { key: setup.key, reference: box.root };
  if ((await readJson(join(box.root, "kept.json"), keptRecord)) !== null) return prepared;
  await rm(box.root, { recursive: true, force: true });
  await makeFolders(box);
  const real = await realBox(box);
  if (setup.commands.length > 0) await unpackInto(real.workspace, content());
  const before = await foldersBelow(real.workspace);
  try {
    for (const command of setup.commands) await runSetupCommand(options, setup.key, real, command, signal);
  } finally {
    await killHome(real.home);
  }
  const folders = await newFolders(real.workspace, before);
  await writeFile(join(box.root, "kept.json"), JSON.stringify({ folders }));
  return prepared;
}

async function runSetupCommand(
  options: ProcessHomeOptions,
  key: string,
  box: Box,
  command: string,
  signal: AbortSignal,
): Promise<void> {
  options.onLine(`set-up: ${command}`);
  const argv = ["bash", "-eo", "pipefail", "-c", command];
  const end = await runIn(box, argv, { deadlineMs: SETUP_DEADLINE_MS, signal, env: options.setupEnv });
  if (signal.aborted) throw new OrionError("ABORTED", "the set-up was called off", { key });
  if (end.exitCode !== 0) throw setupFailed(key, command, end);
}

async function linkPrepared(box: Box, request: OpenSandbox): Promise<BoxRecord> {
  const { name, runId, prepared } = request;
  if (prepared === null) return { name, runId, kept: null, folders: [], mixed: [] };
  const found = await readJson(join(prepared.reference, "kept.json"), keptRecord);
  if (found === null) {
    throw new OrionError("IMAGE_MISSING", `the set-up ${prepared.key} is no longer kept; prepare it again`, {
      key: prepared.key,
    });
  }
  const kept = join(await realpath(prepared.reference), "workspace");
  return { name, runId, kept, folders: found.folders, mixed: await linkFolders(kept, box.workspace, found.folders) };
}

async function makeFolders(box: Box): Promise<void> {
  for (const folder of [box.workspace, box.home, box.tmp]) await mkdir(folder, { recursive: true });
}

/** With links resolved, so that what tools print and what HOME says are one and the same path. */
async function realBox(box: Box): Promise<Box> {
  return boxAt(await realpath(box.root), box.programs);
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

async function readdirOrNone(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function refused(): OrionError {
  return new OrionError(
    "PROCESS_SANDBOX_REFUSED",
    "without a container engine only a scripted model may act, and never in production; start Docker or set DOCKER_HOST",
  );
}
