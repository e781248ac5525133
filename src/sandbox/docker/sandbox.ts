/**
 * A Sandbox over one container. It holds no state of its own besides the
 * connection, so the same container can be found again by another process.
 */
import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import { OrionError } from "../../domain/errors.ts";
import type { ExecOptions, ExecResult, Sandbox } from "../../domain/ports/sandbox-port.ts";
import type { LeftOut } from "../left-out.ts";
import { relativeTo } from "../tar.ts";
import { checkEnv, outsideWorkspace, workspacePath } from "../workspace-path.ts";
import { engineStatus } from "./connection.ts";
import { feed, removeContainer } from "./container.ts";
import { HOME, SANDBOX_USER, SHELL, WORKDIR } from "./profile.ts";
import type { Commands } from "./shell/commands.ts";
import { stateOf } from "./shell/reach.ts";
import { openExec } from "./shell/stream.ts";

export interface DockerSandboxFacts {
  readonly name: string;
  readonly container: Docker.Container;
  readonly commands: Commands;
  /** folders the set-up made, relative to the workspace */
  readonly folders: readonly string[];
  readonly onClosed: () => void;
}

const FILE_MAX_BYTES = 32 * 1024 * 1024;
/** What still goes through the shell, as one argument in base64. */
const SMALL_BYTES = 48 * 1024;
const IO_DEADLINE_MS = 60_000;

export function dockerSandbox(facts: DockerSandboxFacts): Sandbox {
  const { container, commands } = facts;
  const readScript = scriptText("read.sh");
  const writeScript = scriptText("write.sh");
  const inside = (argv: readonly string[], maxOutputBytes?: number) =>
    commands.run({
      argv,
      cwd: WORKDIR,
      deadlineMs: IO_DEADLINE_MS,
      ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
    });

  async function readFile(path: string): Promise<Uint8Array | null> {
    const file = `${WORKDIR}/${workspacePath(path)}`;
    const argv = ["bash", "-c", readScript, "read", file, String(FILE_MAX_BYTES)];
    // Twice the bound, so that head and tail together hold every byte there can be.
    const end = await inside(argv, 2 * FILE_MAX_BYTES);
    if (end.exitCode === 0) return end.output.bytes();
    if (end.exitCode === 44) return null;
    if (end.exitCode === 45) throw tooLarge(path);
    throw ioFailed("read", path, end.output.text());
  }

  async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
    const file = `${WORKDIR}/${workspacePath(path)}`;
    if (bytes.byteLength > FILE_MAX_BYTES) throw tooLarge(path);
    if (bytes.byteLength > SMALL_BYTES) return writeLarge(path, file, bytes);
    const base64 = Buffer.from(bytes).toString("base64");
    const end = await inside(["bash", "-c", writeScript, "write", file, base64]);
    if (end.exitCode === 44) throw outsideWorkspace(path);
    if (end.exitCode !== 0) throw ioFailed("write", path, end.output.text());
  }

  async function writeLarge(path: string, file: string, bytes: Uint8Array): Promise<void> {
    const check = await inside(["bash", "-c", writeScript, "write", file, ""]);
    if (check.exitCode === 44) throw outsideWorkspace(path);
    const cmd = [SHELL, "-c", writeScript, "write", file];
    await commands.door.enter(async () => {
      const streams = await openExec(container, { cmd, user: SANDBOX_USER });
      await feed(streams, once(bytes), "orion-write");
    });
  }

  async function* exportTar(): AsyncIterable<Uint8Array> {
    const leftOut = await leftOutOf(facts, async () => {
      const end = await inside(["cat", `${HOME}/.orion-mixed`]);
      return end.exitCode === 0 ? end.output.text().split("\0") : [];
    });
    const reopen = await commands.door.shut();
    try {
      await container.pause();
      const archive = await container.getArchive({ path: WORKDIR });
      yield* relativeTo("workspace", chunksOf(archive), leftOut);
    } finally {
      await goOn(container).finally(reopen);
    }
  }

  let closing: Promise<void> | null = null;
  return {
    name: facts.name,
    workdir: WORKDIR,
    exec: (argv, options) => execute(commands, argv, options),
    readFile,
    writeFile,
    export: exportTar,
    close() {
      closing ??= closeOnce(facts);
      return closing;
    },
  };
}

async function goOn(container: Docker.Container): Promise<void> {
  try {
    await container.unpause();
  } catch (error) {
    // It was closed meanwhile, or never stood still; what still stands still is trouble.
    const state = engineStatus(error) === null ? undefined : await stateOf(container);
    if (state !== null && state?.Paused !== false) throw error;
  }
}

async function execute(commands: Commands, argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
  checkEnv(options.env ?? {});
  const end = await commands.run({ ...options, argv, cwd: WORKDIR });
  return { ...end, output: end.output.text() };
}

async function closeOnce(facts: DockerSandboxFacts): Promise<void> {
  facts.commands.detach();
  facts.onClosed();
  await removeContainer(facts.container);
}

/** A folder of the set-up that the content has too is exported, all but the links in it. */
async function leftOutOf(facts: DockerSandboxFacts, readMixed: () => Promise<readonly string[]>): Promise<LeftOut> {
  const { folders } = facts;
  const said = folders.length === 0 ? [] : await readMixed();
  const mixed = folders.filter((folder) => said.includes(folder));
  return { folders: folders.filter((folder) => !mixed.includes(folder)), mixed, linkPrefix: "/deps/" };
}

async function* chunksOf(stream: NodeJS.ReadableStream): AsyncIterable<Uint8Array> {
  for await (const chunk of stream) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

function scriptText(name: string): string {
  return readFileSync(new URL(`./inside/${name}`, import.meta.url), "utf8");
}

function tooLarge(path: string): OrionError {
  return new OrionError(
    "SANDBOX_FILE_TOO_LARGE",
    `${path} is over ${FILE_MAX_BYTES} bytes; read or write a part of it by a command`,
    {
      path,
      maxBytes: FILE_MAX_BYTES,
    },
  );
}

function ioFailed(what: string, path: string, output: string): OrionError {
  return new OrionError("SANDBOX_FILE_FAILED", `${what} of ${path} failed: ${output.trim().slice(-500)}`, { path });
}
