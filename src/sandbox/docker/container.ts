/**
 * The life of one container: made, started, filled, removed with its volume.
 * Every way out of making one removes what was made.
 */
import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import { OrionError } from "../../domain/errors.ts";
import { engineStatus } from "./connection.ts";
import { SANDBOX_USER, SHELL } from "./profile.ts";
import { type Commands, commandsIn } from "./shell/commands.ts";
import { BOOT, lines } from "./shell/shell.ts";
import { openExec, type Streams } from "./shell/stream.ts";

/** A running container nobody has put anything into yet. */
export interface EmptyBox {
  readonly container: Docker.Container;
  readonly commands: Commands;
  /** waits for the content's tar stream */
  readonly loader: Streams;
}

/** @throws OrionError SANDBOX_NOT_MADE with the engine's words */
export async function makeBox(docker: Docker, options: Docker.ContainerCreateOptions): Promise<EmptyBox> {
  const container = await startContainer(docker, options);
  const commands = commandsIn(container, SHELL);
  try {
    const [loader] = await Promise.all([commands.door.enter(() => openLoader(container)), commands.warmUp()]);
    return { container, commands, loader };
  } catch (cause) {
    commands.detach();
    await removeContainer(container);
    throw cause;
  }
}

/** @throws OrionError SANDBOX_NOT_MADE */
export async function startContainer(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  beforeStart: (container: Docker.Container) => Promise<void> = async () => undefined,
): Promise<Docker.Container> {
  let container: Docker.Container | null = null;
  try {
    container = await docker.createContainer(options);
    await beforeStart(container);
    await container.start();
    return container;
  } catch (cause) {
    if (container !== null) await removeContainer(container);
    throw new OrionError(
      "SANDBOX_NOT_MADE",
      `the engine made no container of ${options.Image}; see the cause, and whether the image is there`,
      { image: options.Image ?? null, container: options.name ?? null },
      cause,
    );
  }
}

/** Removes a container and its volume; one that is already gone is fine. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    // 404: gone. 409: somebody else's removal of it is under way.
    if (engineStatus(error) !== 404 && engineStatus(error) !== 409) throw error;
  }
}

async function openLoader(container: Docker.Container): Promise<Streams> {
  const loader = await openExec(container, { cmd: [SHELL, "-c", BOOT, "orion"], user: SANDBOX_USER });
  const ready = new Promise<void>((resolve) => {
    loader.onStdout(lines((line) => line === "orion-ready" && resolve()));
  });
  loader.socket.write(`${readFileSync(new URL("./inside/load.sh", import.meta.url), "utf8")}\0`);
  await Promise.race([ready, loader.ended]);
  return loader;
}

/**
 * Streams content into a process inside and waits until that says how it went.
 * @param word what the process's last line begins with, before its exit code
 * @returns what it printed before that line
 * @throws OrionError SANDBOX_NOT_FILLED with what the process printed
 */
export async function feed(streams: Streams, content: AsyncIterable<Uint8Array>, word: string): Promise<Buffer> {
  const said: Buffer[] = [];
  const hear = (chunk: Buffer) => {
    said.push(Buffer.from(chunk));
  };
  streams.onStdout(hear);
  streams.onStderr(hear);
  let over = false;
  const ended = streams.ended.then(() => {
    over = true;
  });
  for await (const chunk of content) {
    if (over) break;
    if (!streams.socket.write(chunk)) await Promise.race([drained(streams), ended]);
  }
  streams.socket.end();
  await ended;
  const all = Buffer.concat(said);
  const at = all.indexOf(`\n${word} 0\n`);
  if (at >= 0) return all.subarray(0, at);
  const text = all.toString("utf8").trim().slice(-2_000);
  throw new OrionError("SANDBOX_NOT_FILLED", `the workspace took no files: ${text}`, { output: text });
}

function drained(streams: Streams): Promise<void> {
  return new Promise((resolve) => streams.socket.once("drain", resolve));
}

/** Content of nothing: for processes that only have to be waited for. */
export async function* nothing(): AsyncIterable<Uint8Array> {}
