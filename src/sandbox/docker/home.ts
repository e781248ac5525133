/**
 * Sandboxes as containers of one Docker engine, on this machine or another.
 * Nothing of the host is shared with them; all they get and give is streams.
 */
import type Docker from "dockerode";
import { describeError } from "../../domain/errors.ts";
import type { OpenSandbox, PreparedSetup, Sandbox, SandboxHome, Toolchain } from "../../domain/ports/sandbox-port.ts";
import { checkEnv, checkNames } from "../workspace-path.ts";
import { connectDocker, type DockerConnection, engineStatus } from "./connection.ts";
import { type EmptyBox, feed, makeBox, removeContainer } from "./container.ts";
import {
  LABEL,
  mayBeInUse,
  readContainerName,
  SCOPE_LABEL,
  sandboxContainerName,
  spareContainerName,
} from "./names.ts";
import { type OwnImage, preparedImages, readFolders } from "./prepared.ts";
import { type SandboxLimits, SHELL, sandboxContainer } from "./profile.ts";
import { dockerSandbox } from "./sandbox.ts";
import type { SetupFile } from "./setup.ts";
import { type Commands, commandsIn } from "./shell/commands.ts";
import { drop, keepSpares } from "./spares.ts";

export interface DockerHomeOptions {
  readonly docker: DockerConnection;
  /** Orion's own sandbox image, see ensureSandboxImage */
  readonly image: string;
  /** the same with a compiler, made when first asked for; the image itself when absent */
  readonly imageWith?: (toolchain: Toolchain) => Promise<string>;
  readonly limits: SandboxLimits;
  /** for set-up commands only; never a secret */
  readonly setupEnv: Readonly<Record<string, string>>;
  readonly setupFiles?: readonly SetupFile[];
  /** `host` where containers of this engine have no route of their own */
  readonly setupNetwork?: "bridge" | "host";
  readonly setupDeadlineMs?: number;
  readonly onLine: (line: string) => void;
  /** tells apart Orions that share an engine: each finds and sweeps its own sandboxes only; `orion` when absent */
  readonly scope?: string;
  /** spare containers kept of each image in use; 0 when absent */
  readonly warm?: number;
}

const SETUP_DEADLINE_MS = 20 * 60_000;

/** @throws OrionError SANDBOX_ENV when a name in setupEnv cannot be one */
export function dockerHome(options: DockerHomeOptions): SandboxHome {
  checkEnv(options.setupEnv);
  const docker = connectDocker(options.docker);
  const scope = options.scope ?? "orion";
  const living = new Set<Commands>();
  const images = preparedImages(docker, ownImage(options), {
    limits: options.limits,
    env: options.setupEnv,
    files: options.setupFiles ?? [],
    network: options.setupNetwork ?? "bridge",
    deadlineMs: options.setupDeadlineMs ?? SETUP_DEADLINE_MS,
    onLine: options.onLine,
  });
  const spares = keepSpares(
    options.warm ?? 0,
    async (image) => {
      const resolver = await images.resolver(image);
      return makeBox(docker, sandboxContainer({ ...spareFacts(image, scope), limits: options.limits }, resolver));
    },
    (error) => options.onLine(`a spare sandbox could not be made: ${describeError(error)}`),
  );

  function sandboxOver(name: string, container: Docker.Container, commands: Commands, folders: readonly string[]) {
    living.add(commands);
    return dockerSandbox({ name, container, commands, folders, onClosed: () => living.delete(commands) });
  }

  async function open(request: OpenSandbox): Promise<Sandbox> {
    checkNames(request.name, request.runId);
    const image = request.prepared?.reference ?? options.image;
    const [box, folders] = await takeBox(image, request.name);
    try {
      await feed(box.loader, request.content(), "orion-load");
      // The name comes last: who finds a sandbox by it finds it filled.
      await box.container.rename({ name: sandboxContainerName(request.name, request.runId) });
    } catch (cause) {
      await drop(box);
      throw cause;
    }
    return sandboxOver(request.name, box.container, box.commands, folders);
  }

  async function takeBox(image: string, name: string): Promise<[EmptyBox, readonly string[]]> {
    const taking = spares.take(image);
    const facts = Promise.all([image === options.image ? [] : images.folders(image), removeNamed(docker, scope, name)]);
    const [taken, known] = await Promise.allSettled([taking, facts]);
    if (taken.status === "fulfilled" && known.status === "fulfilled") return [taken.value, known.value[0]];
    if (taken.status === "fulfilled") await drop(taken.value);
    throw known.status === "rejected" ? known.reason : taken.status === "rejected" ? taken.reason : undefined;
  }

  async function prepare(...args: Parameters<SandboxHome["prepare"]>): Promise<PreparedSetup> {
    const prepared = await images.prepare(...args);
    spares.fill(prepared.reference);
    return prepared;
  }

  return {
    kind: "docker",
    prepare,
    open,
    async find(name) {
      const found = await findNamed(docker, scope, name);
      if (found === null) return null;
      const commands = commandsIn(found.container, SHELL);
      await commands.warmUp();
      return sandboxOver(name, found.container, commands, readFolders(found.labels));
    },
    sweep: (keepRuns) => sweepContainers(docker, scope, keepRuns),
    async stop() {
      for (const commands of living) commands.detach();
      living.clear();
      await spares.stop();
    },
  };
}

/** Built once a process; a build that failed is tried again. */
function ownImage({ image, imageWith }: DockerHomeOptions): OwnImage {
  const made = new Map<Toolchain, Promise<string>>();
  return (toolchain) => {
    if (toolchain === null || imageWith === undefined) return Promise.resolve(image);
    const known = made.get(toolchain) ?? imageWith(toolchain);
    made.set(toolchain, known);
    known.catch(() => made.delete(toolchain));
    return known;
  };
}

function spareFacts(image: string, scope: string) {
  return { containerName: spareContainerName(), image, labels: { [LABEL]: "1", [SCOPE_LABEL]: scope } };
}

async function listNamed(docker: Docker, scope: string, name: string) {
  const filters = { label: [`${LABEL}=1`, `${SCOPE_LABEL}=${scope}`], name: [`^/orion\\.${name}\\.`] };
  return docker.listContainers({ all: true, filters });
}

async function removeNamed(docker: Docker, scope: string, name: string): Promise<void> {
  const found = await listNamed(docker, scope, name);
  await Promise.all(found.map((info) => removeContainer(docker.getContainer(info.Id))));
}

/** The running container of that name; one that stood still since its host died goes on, dead ones are removed. */
async function findNamed(docker: Docker, scope: string, name: string) {
  for (const info of await listNamed(docker, scope, name)) {
    const container = docker.getContainer(info.Id);
    if (info.State === "paused") await container.unpause();
    if (info.State === "running" || info.State === "paused") return { container, labels: info.Labels };
    await removeContainer(container);
  }
  return null;
}

/** Removes what no kept run and no living process needs; a dead container is of no use to anybody. */
async function sweepContainers(docker: Docker, scope: string, keepRuns: ReadonlySet<string>): Promise<number> {
  const all = await docker.listContainers({ all: true, filters: { label: [`${LABEL}=1`] } });
  const doomed = all.filter((info) => {
    const name = readContainerName(info.Names[0] ?? "");
    if (name === null) return false;
    if (name.kind === "spare") return !mayBeInUse(name, Date.now() - info.Created * 1000);
    if (info.Labels[SCOPE_LABEL] !== scope) return false;
    return !keepRuns.has(name.runId) || (info.State !== "running" && info.State !== "paused");
  });
  await Promise.all(doomed.map((info) => removeContainer(docker.getContainer(info.Id))));
  await removeStrayVolumes(docker);
  return doomed.length;
}

async function removeStrayVolumes(docker: Docker): Promise<void> {
  const filters = JSON.stringify({ label: [`${LABEL}=1`], dangling: ["true"] });
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  for (const volume of volumes ?? []) {
    try {
      await docker.getVolume(volume.Name).remove();
    } catch (error) {
      // Taken meanwhile, or removed by somebody else.
      if (engineStatus(error) !== 409 && engineStatus(error) !== 404) throw error;
    }
  }
}
