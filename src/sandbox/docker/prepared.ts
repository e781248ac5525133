/**
 * Which set-ups are kept: as images, one a key, the newest few. The set-up
 * itself is in setup.ts.
 */
import type Docker from "dockerode";
import { OrionError } from "../../domain/errors.ts";
import type { PreparedSetup, SandboxSetup, TarSource, Toolchain } from "../../domain/ports/sandbox-port.ts";
import { shareWork } from "../once.ts";
import { engineStatus } from "./connection.ts";
import { BASE_LABEL, DEPS_LABEL, FOLDERS_LABEL, runSetup, type SetupRules } from "./setup.ts";

export interface PreparedImages {
  /** @throws OrionError SETUP_FAILED, IMAGE_MISSING, ABORTED */
  prepare(setup: SandboxSetup, content: TarSource, signal?: AbortSignal): Promise<PreparedSetup>;
  /**
   * Folders the set-up of an image made, relative to the workspace.
   * @throws OrionError IMAGE_MISSING when the image was pruned; prepare again
   */
  folders(reference: string): Promise<readonly string[]>;
  /** @throws OrionError IMAGE_MISSING */
  resolver(reference: string): Promise<"image" | "engine">;
}

export type OwnImage = (toolchain: Toolchain | null) => Promise<string>;

/** Set by the Dockerfile on an image that knows localhost without a hosts file. */
const LOCALHOST_LABEL = "orion.localhost";
const REPO = "orion-deps";
const IMAGES_KEPT = 10;

/** @param own Orion's own sandbox image, with a compiler or without; built where it is missing */
export function preparedImages(docker: Docker, own: OwnImage, rules: SetupRules): PreparedImages {
  const shared = shareWork<PreparedSetup>();

  async function prepareOnce(setup: SandboxSetup, content: TarSource, signal: AbortSignal): Promise<PreparedSetup> {
    const image = setup.image ?? (await own(setup.toolchain ?? null));
    const imageId = await presentImage(docker, image, rules.onLine);
    const reference = `${REPO}:${setup.key}`;
    const kept = await inspectImage(docker, reference);
    if (kept?.labels[BASE_LABEL] === imageId) return { key: setup.key, reference };
    const target = { repo: REPO, tag: setup.key };
    await runSetup(docker, rules, { setup, image, imageId, content, target }, signal);
    await prune(docker, reference);
    return { key: setup.key, reference };
  }

  return {
    async prepare(setup, content, signal) {
      const image = await own(setup.toolchain ?? null);
      if (setup.commands.length === 0 && (setup.image === null || setup.image === image)) {
        return { key: setup.key, reference: image };
      }
      return shared.join(setup.key, (shared) => prepareOnce(setup, content, shared), signal);
    },
    async folders(reference) {
      const image = await inspectImage(docker, reference);
      if (image === null) throw imageMissing(reference);
      return readFolders(image.labels);
    },
    async resolver(reference) {
      const image = await inspectImage(docker, reference);
      if (image === null) throw imageMissing(reference);
      return image.labels[LOCALHOST_LABEL] === "1" ? "image" : "engine";
    },
  };
}

/** @param labels of an image, or of a container made from it */
export function readFolders(labels: Readonly<Record<string, string>>): readonly string[] {
  const text = labels[FOLDERS_LABEL];
  if (text === undefined) return [];
  const folders: unknown = JSON.parse(text);
  return Array.isArray(folders) ? folders.filter((folder) => typeof folder === "string") : [];
}

async function inspectImage(docker: Docker, image: string) {
  try {
    const found = await docker.getImage(image).inspect();
    return { id: found.Id, labels: found.Config.Labels ?? {} };
  } catch (error) {
    if (engineStatus(error) === 404) return null;
    throw error;
  }
}

/** @returns the image's id, pulled where it was missing */
async function presentImage(docker: Docker, image: string, onLine: (line: string) => void): Promise<string> {
  const found = await inspectImage(docker, image);
  if (found !== null) return found.id;
  onLine(`pulling ${image}`);
  try {
    await pullImage(docker, image);
  } catch (cause) {
    throw imageMissing(image, cause);
  }
  const pulled = await inspectImage(docker, image);
  if (pulled === null) throw imageMissing(image);
  return pulled.id;
}

/** Pulls an image and waits for the end of it. */
export async function pullImage(docker: Docker, image: string): Promise<void> {
  const name = /:[^/]+$|@/.test(image) ? image : `${image}:latest`;
  const progress = await docker.pull(name);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
}

function imageMissing(image: string, cause?: unknown): OrionError {
  return new OrionError(
    "IMAGE_MISSING",
    `the engine has no image ${image} and could not pull it; pull or load it there, or prepare again`,
    { image },
    cause,
  );
}

async function prune(docker: Docker, justMade: string): Promise<void> {
  const images = await docker.listImages({ filters: { label: [`${DEPS_LABEL}=1`] } });
  const old = images.sort((a, b) => b.Created - a.Created).slice(IMAGES_KEPT);
  for (const image of old) {
    if (image.RepoTags?.includes(justMade) === true) continue;
    try {
      await docker.getImage(image.Id).remove();
    } catch (error) {
      // 409: a sandbox still runs on it; the next prune takes it. 404: somebody else did.
      if (engineStatus(error) !== 409 && engineStatus(error) !== 404) throw error;
    }
  }
}
