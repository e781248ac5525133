/**
 * Whether this machine has an engine to test against, and the image to test
 * with. Under CI it must; elsewhere its absence is said aloud.
 */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { connectDocker, dockerAnswers, dockerConnection } from "../../src/sandbox/docker/connection.ts";
import { type DockerHomeOptions, dockerHome } from "../../src/sandbox/docker/home.ts";
import { ensureSandboxImage } from "../../src/sandbox/docker/image.ts";

export const docker = dockerConnection(process.env.DOCKER_HOST ?? null);
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Test files run side by side; none may sweep what another one made. */
export const scope = `test-${process.pid}`;

/** @throws under CI when no engine answers */
export async function engineHere(): Promise<boolean> {
  if (await dockerAnswers(docker)) return true;
  const message =
    "NO DOCKER ENGINE ANSWERS: the Docker sandbox goes untested (bash scripts/docker-engine.sh starts one)";
  if (process.env.CI === "true") throw new Error(message);
  console.error(`\n*** ${message} ***\n`);
  // A file without a test counts as broken; this one says why it has no other.
  it("goes untested: no Docker engine answers, which only CI may not bear", () =>
    expect(process.env.CI).not.toBe("true"));
  return false;
}

export async function homeHere(more: Partial<DockerHomeOptions> = {}) {
  const image = await ensureSandboxImage({ docker, root, onLine: () => undefined });
  const limits = { memoryMb: 1024, workspaceMb: 256, pids: 256, cpus: 2 };
  return dockerHome({ docker, image, limits, setupEnv: {}, onLine: () => undefined, scope, ...more });
}

/** Removes what a test prepared, so that it takes no place of a real set-up. */
export async function forgetSetup(reference: string): Promise<void> {
  await connectDocker(docker).getImage(reference).remove({ force: true });
}
