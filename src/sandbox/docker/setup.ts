/**
 * One set-up of a repository's dependencies: content in, commands with network,
 * what they made kept as an image. It does not decide whether one is needed.
 */
import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { describeError, OrionError } from "../../domain/errors.ts";
import type { SandboxSetup, TarSource } from "../../domain/ports/sandbox-port.ts";
import { setupFailed } from "../setup-failed.ts";
import { feed, nothing, removeContainer, startContainer } from "./container.ts";
import { LABEL, spareContainerName } from "./names.ts";
import { SANDBOX_USER, type SandboxLimits, setupContainer, WORKDIR } from "./profile.ts";
import { commandsIn } from "./shell/commands.ts";
import { BOOT } from "./shell/shell.ts";
import { type ExecRequest, openExec } from "./shell/stream.ts";

export interface SetupFile {
  /** absolute, inside the set-up's container */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface SetupRules {
  readonly limits: SandboxLimits;
  /** what installers need: a registry's address, a CA bundle's path; never a secret */
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly SetupFile[];
  readonly network: "bridge" | "host";
  /** for each command */
  readonly deadlineMs: number;
  readonly onLine: (line: string) => void;
}

export const FOLDERS_LABEL = "orion.folders";
export const BASE_LABEL = "orion.base";
export const DEPS_LABEL = "orion.deps";

export interface SetupRequest {
  readonly setup: SandboxSetup;
  readonly image: string;
  readonly imageId: string;
  readonly content: TarSource;
  readonly target: { readonly repo: string; readonly tag: string };
}

/**
 * Runs the commands and commits what they made under `target`.
 * @throws OrionError SETUP_FAILED with the command and the tail of its output, ABORTED by the signal
 */
export async function runSetup(
  docker: Docker,
  rules: SetupRules,
  request: SetupRequest,
  signal: AbortSignal,
): Promise<void> {
  const facts = {
    containerName: spareContainerName(),
    image: request.image,
    limits: rules.limits,
    labels: { [LABEL]: "1" },
  };
  const container = await startContainer(docker, setupContainer(facts, rules.network), (made) =>
    putFiles(made, rules.files),
  );
  try {
    await asRoot(container, scriptText("begin-setup.sh"), nothing(), "image");
    await fill(container, request.content);
    await asRoot(container, `cd ${WORKDIR} && find . -type d -print0 >/deps/.orion-before`, nothing(), "content");
    await runCommands(container, rules, request.setup, signal);
    const folders = await asRoot(container, scriptText("end-setup.sh"), nothing(), "result");
    await commit(container, request, folders.toString("utf8").split("\0").filter(Boolean));
  } finally {
    await removeContainer(container);
  }
}

async function runCommands(
  container: Docker.Container,
  rules: SetupRules,
  setup: SandboxSetup,
  signal: AbortSignal,
): Promise<void> {
  const env = Object.entries(rules.env).map(([name, value]) => `${name}=${value}`);
  const commands = commandsIn(container, "bash", env);
  try {
    for (const command of setup.commands) {
      rules.onLine(`set-up: ${command}`);
      const argv = ["bash", "-eo", "pipefail", "-c", command];
      const end = await commands.run({ argv, cwd: WORKDIR, deadlineMs: rules.deadlineMs, signal });
      if (signal.aborted) throw new OrionError("ABORTED", "the set-up was called off", { key: setup.key });
      if (end.exitCode !== 0) throw setupFailed(setup.key, command, { ...end, output: end.output.text() });
    }
  } finally {
    commands.detach();
  }
}

async function fill(container: Docker.Container, content: TarSource): Promise<void> {
  const streams = await openExec(container, { cmd: ["bash", "-c", BOOT, "orion"], user: SANDBOX_USER });
  streams.socket.write(`${scriptText("load.sh")}\0`);
  await feed(streams, content(), "orion-load");
}

/** @throws OrionError SETUP_FAILED when the image lacks what a set-up needs */
async function asRoot(
  container: Docker.Container,
  script: string,
  content: AsyncIterable<Uint8Array>,
  what: string,
): Promise<Buffer> {
  const request: ExecRequest = { cmd: ["bash", "-c", BOOT, "orion"], user: "0:0" };
  try {
    const streams = await openExec(container, request);
    streams.socket.write(`(\n${script}\n)\nprintf '\\norion-root %d\\n' "$?"\0`);
    return await feed(streams, content, "orion-root");
  } catch (cause) {
    throw new OrionError(
      "SETUP_FAILED",
      `the set-up's ${what} could not be readied; an image needs bash, tar, find and coreutils: ${describeError(cause)}`,
      { what },
      cause,
    );
  }
}

async function commit(container: Docker.Container, request: SetupRequest, folders: readonly string[]): Promise<void> {
  const labels = {
    [LABEL]: "1",
    [DEPS_LABEL]: "1",
    [BASE_LABEL]: request.imageId,
    [FOLDERS_LABEL]: JSON.stringify(folders),
  };
  await container.commit({
    _query: { container: container.id, pause: false, ...request.target },
    _body: { Labels: labels },
  });
}

async function putFiles(container: Docker.Container, files: readonly SetupFile[]): Promise<void> {
  if (files.length === 0) return;
  const tar = pack();
  for (const file of files) {
    tar.entry({ name: file.path.replace(/^\/+/, ""), mode: 0o644, uid: 0, gid: 0 }, Buffer.from(file.bytes));
  }
  tar.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of tar as AsyncIterable<Uint8Array>) parts.push(part);
  await container.putArchive(Buffer.concat(parts), { path: "/" });
}

function scriptText(name: string): string {
  return readFileSync(new URL(`./inside/${name}`, import.meta.url), "utf8");
}
