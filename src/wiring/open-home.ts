/**
 * Chooses where sandboxes live: a Docker engine when one answers, a plain child
 * process only where a script plays the model on one machine.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { describeError, OrionError } from "../domain/errors.ts";
import type { SandboxHome } from "../domain/ports/sandbox-port.ts";
import { dockerAnswers, dockerConnection, dockerTrouble, isOpenToAll } from "../sandbox/docker/connection.ts";
import { dockerHome } from "../sandbox/docker/home.ts";
import { ensureSandboxImage } from "../sandbox/docker/image.ts";
import { processHome } from "../sandbox/process/home.ts";
import type { Surroundings } from "./surroundings.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export interface HomeFacts {
  readonly env: Surroundings["env"];
  /** a script plays the model, so that nothing unknown is run */
  readonly scripted: boolean;
  /** tells the sandboxes of this memory from those of others on the same engine */
  readonly scope: string;
  readonly onLine: (line: string) => void;
}

/** @throws OrionError DOCKER_UNREACHABLE, DOCKER_OPEN, DOCKER_CERTS, PROCESS_SANDBOX_REFUSED, SANDBOX_IMAGE */
export async function openHome(config: Config, { env, scripted, scope, onLine }: HomeFacts): Promise<SandboxHome> {
  const setupEnv = Object.fromEntries(
    config.ORION_SETUP_ENV.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  const inProcess = (): SandboxHome =>
    processHome({
      dir: config.ORION_SANDBOX_DIR ?? processFolder(resolve(config.ORION_DATA_DIR)),
      setupEnv,
      programs: env.PATH ?? "",
      onLine,
      allowed: { scripted, production: config.NODE_ENV === "production" },
    });
  if (config.ORION_SANDBOX === "process") return inProcess();
  const docker = engineOf(config);
  if (config.NODE_ENV === "production" && isOpenToAll(docker))
    throw new OrionError(
      "DOCKER_OPEN",
      "DOCKER_HOST names an engine that takes anybody; give it certificates and set DOCKER_CERT_PATH (docs/sandbox-machine.md)",
      { dockerHost: config.DOCKER_HOST ?? "" },
    );
  const trouble = await dockerTrouble(docker);
  if (trouble !== null) {
    if (config.ORION_SANDBOX === "auto" && scripted && config.NODE_ENV !== "production") return inProcess();
    throw new OrionError(
      "DOCKER_UNREACHABLE",
      `no Docker engine answers (${describeError(trouble)}); start one, or set DOCKER_HOST`,
      { dockerHost: config.DOCKER_HOST ?? "local socket" },
      trouble,
    );
  }
  return dockerHome({
    docker,
    image: config.ORION_SANDBOX_IMAGE ?? (await ensureSandboxImage({ docker, root: ROOT, onLine })),
    // Whoever names an image of their own has put the compilers in.
    ...(config.ORION_SANDBOX_IMAGE === undefined
      ? { imageWith: (toolchain) => ensureSandboxImage({ docker, root: ROOT, onLine, toolchain }) }
      : {}),
    limits: {
      memoryMb: config.ORION_SANDBOX_MEMORY_MB,
      workspaceMb: config.ORION_SANDBOX_WORKSPACE_MB,
      pids: config.ORION_SANDBOX_PIDS,
      cpus: config.ORION_SANDBOX_CPUS,
    },
    setupEnv,
    setupNetwork: config.ORION_SETUP_NETWORK,
    scope,
    warm: config.ORION_SANDBOX_WARM,
    onLine,
  });
}

function engineOf(config: Config) {
  return dockerConnection(config.DOCKER_HOST ?? null, readTls(config.DOCKER_CERT_PATH));
}

/** @returns whether the engine that a Config names answers */
export function engineAnswers(config: Config): Promise<boolean> {
  return dockerAnswers(engineOf(config));
}

/** Outside every checkout: what lies around a workspace must not be found by walking up from it. */
function processFolder(dataDir: string): string {
  return join(tmpdir(), `codemaestro-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}`);
}

function readTls(
  folder: string | undefined,
): { readonly ca: string; readonly cert: string; readonly key: string } | null {
  if (folder === undefined) return null;
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  try {
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  } catch (cause) {
    throw new OrionError(
      "DOCKER_CERTS",
      `DOCKER_CERT_PATH must hold ca.pem, cert.pem and key.pem, readable for this user (${describeError(cause)})`,
      { folder },
      cause,
    );
  }
}
