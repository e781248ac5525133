/**
 * Keeps empty containers running ahead of need, so that a sandbox is handed
 * out in milliseconds. It knows nothing of names or runs.
 */
import type { EmptyBox } from "./container.ts";
import { removeContainer } from "./container.ts";

export interface Spares {
  /** A spare of that image, or one made now; a replacement is made behind it. */
  take(image: string): Promise<EmptyBox>;
  /** Makes spares of an image that will be needed soon. */
  fill(image: string): void;
  stop(): Promise<void>;
}

/** Images used last keep their spares; of others none is kept. */
const IMAGES_KEPT = 3;

interface Spare {
  readonly box: Promise<EmptyBox>;
  /** set once the engine or somebody's sweep took it */
  lost: boolean;
}

/**
 * @param size how many spares of each image
 * @param onTrouble hears of a spare that could not be made or removed; the next take makes one itself
 */
export function keepSpares(
  size: number,
  make: (image: string) => Promise<EmptyBox>,
  onTrouble: (error: unknown) => void,
): Spares {
  const kept = new Map<string, Spare[]>();
  const leaving = new Set<Promise<void>>();
  let stopped = false;

  function fill(image: string): void {
    if (stopped || size <= 0) return;
    const spares = (kept.get(image) ?? []).filter((spare) => !spare.lost);
    while (spares.length < size) spares.push(begin(make(image), onTrouble));
    // Set anew, so that the image used last is the last to be forgotten.
    kept.delete(image);
    kept.set(image, spares);
    const [oldest] = kept.keys();
    if (kept.size > IMAGES_KEPT && oldest !== undefined) forget(oldest);
  }

  function forget(image: string): void {
    const spares = kept.get(image) ?? [];
    kept.delete(image);
    for (const spare of spares) {
      // What could not be made has been told already.
      const job: Promise<void> = spare.box
        .then(
          (box) => drop(box).catch(onTrouble),
          () => undefined,
        )
        .finally(() => leaving.delete(job));
      leaving.add(job);
    }
  }

  async function take(image: string): Promise<EmptyBox> {
    const spare = kept.get(image)?.find((one) => !one.lost);
    if (spare !== undefined) kept.set(image, kept.get(image)?.filter((one) => one !== spare) ?? []);
    // A spare half made is nearer than a new one; one that fails leaves its taker to make his own.
    const box = spare === undefined ? null : await spare.box.catch(() => null);
    const taken = box !== null && spare?.lost === false ? box : await make(image);
    fill(image);
    return taken;
  }

  return {
    take,
    fill,
    async stop() {
      stopped = true;
      for (const image of [...kept.keys()]) forget(image);
      await Promise.all(leaving);
    },
  };
}

function begin(box: Promise<EmptyBox>, onTrouble: (error: unknown) => void): Spare {
  const spare: Spare = { box, lost: false };
  box
    .then((made) => made.loader.ended)
    .catch(onTrouble)
    .finally(() => {
      spare.lost = true;
    });
  return spare;
}

/** Removes a container that was made and is not used. */
export async function drop(box: EmptyBox): Promise<void> {
  box.commands.detach();
  box.loader.socket.destroy();
  await removeContainer(box.container);
}
