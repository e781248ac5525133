/**
 * Makes sure an engine has Orion's sandbox image, built from the Dockerfile's
 * `sandbox` target. It builds; it never pushes, and it removes nothing.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { describeError, OrionError } from "../../domain/errors.ts";
import type { Toolchain } from "../../domain/ports/sandbox-port.ts";
import { connectDocker, type DockerConnection, engineStatus } from "./connection.ts";
import { LABEL } from "./names.ts";
import { pullImage } from "./prepared.ts";

export interface SandboxImageRequest {
  readonly docker: DockerConnection;
  /** folder that holds the Dockerfile */
  readonly root: string;
  /** more than the agents' tools; null when absent */
  readonly toolchain?: Toolchain | null;
  readonly onLine: (line: string) => void;
}

/** Debian's packages of each, see the Dockerfile's last stage but one. */
const PACKAGES: Readonly<Record<Toolchain, string>> = { go: "golang-go", rust: "cargo" };
const BASE = "node:24-bookworm-slim";
const BASE_SCRIPT = "scripts/base-image.sh";
/** All the `sandbox` target needs of the repository. */
const CONTEXT = ["Dockerfile"];

/**
 * @returns the image's name, `orion-sandbox:<hash of what it is built from>`
 * @throws OrionError SANDBOX_IMAGE when it is missing and cannot be built, with what to run
 */
export async function ensureSandboxImage(request: SandboxImageRequest): Promise<string> {
  const docker = connectDocker(request.docker);
  const files = await Promise.all(
    CONTEXT.map(async (name) => ({ name, bytes: await readFile(join(request.root, name)) })),
  );
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file.name}\0`).update(file.bytes);
  const packages = request.toolchain ? PACKAGES[request.toolchain] : null;
  if (packages !== null) hash.update(packages);
  const image = `orion-sandbox${request.toolchain ? `-${request.toolchain}` : ""}:${hash.digest("hex").slice(0, 24)}`;
  if (await isPresent(docker, image)) return image;
  await ensureBase(docker, request);
  request.onLine(`building ${image}; this happens once`);
  await build(docker, image, files, packages);
  return image;
}

async function isPresent(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (engineStatus(error) === 404) return false;
    throw error;
  }
}

async function ensureBase(docker: Docker, request: SandboxImageRequest): Promise<void> {
  if (await isPresent(docker, BASE)) return;
  request.onLine(`pulling ${BASE}`);
  try {
    await pullImage(docker, BASE);
  } catch (pulling) {
    request.onLine(`${BASE} cannot be pulled here; making it from Debian's and npm's packages`);
    await makeBase(request, pulling);
  }
}

async function makeBase(request: SandboxImageRequest, pulling: unknown): Promise<void> {
  if (request.docker.kind === "socket") {
    const engine = `DOCKER_HOST=unix://${request.docker.path}`;
    try {
      await promisify(execFile)("env", [engine, "bash", join(request.root, BASE_SCRIPT)]);
      return;
    } catch (cause) {
      throw noBase(`${describeError(pulling)}; ${describeError(cause)}`, cause);
    }
  }
  throw noBase(describeError(pulling), pulling);
}

function noBase(why: string, cause: unknown): OrionError {
  return new OrionError(
    "SANDBOX_IMAGE",
    `${BASE} is neither on the engine nor to be had: run \`bash ${BASE_SCRIPT}\` as root where the engine runs (${why})`,
    { base: BASE },
    cause,
  );
}

async function build(
  docker: Docker,
  image: string,
  files: readonly { name: string; bytes: Buffer }[],
  packages: string | null,
): Promise<void> {
  const context = pack();
  for (const file of files) context.entry({ name: file.name, mode: 0o644 }, file.bytes);
  context.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of context as AsyncIterable<Uint8Array>) parts.push(part);
  const progress = await docker.buildImage(Readable.from([Buffer.concat(parts)]), {
    t: image,
    target: packages === null ? "sandbox" : "sandbox-with",
    buildargs: packages === null ? { BASE } : { BASE, PACKAGES: packages },
    labels: { [LABEL]: "1" },
    rm: true,
    forcerm: true,
  });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      progress,
      (error) => (error ? reject(buildFailed(image, said, error)) : resolve()),
      (event: { stream?: string }) => {
        if (event.stream !== undefined) said.push(event.stream);
      },
    );
  });
}

function buildFailed(image: string, said: readonly string[], cause: unknown): OrionError {
  const tail = said.join("").trim().slice(-2_000);
  return new OrionError("SANDBOX_IMAGE", `${image} was not built: ${describeError(cause)}\n${tail}`, { image }, cause);
}
