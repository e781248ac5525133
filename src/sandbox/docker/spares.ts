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
  /** Settles when no spare is being made. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Images used last keep their spares; of others none is kept. */
const IMAGES_KEPT = 3;

/**
 * @param size how many spares of each image
 * @param onTrouble hears of a spare that could not be made; the next take makes one itself
 */
export function keepSpares(
  size: number,
  make: (image: string) => Promise<EmptyBox>,
  onTrouble: (error: unknown) => void,
): Spares {
  const ready = new Map<string, EmptyBox[]>();
  const making = new Map<Promise<void>, string>();
  let stopped = false;

  function fill(image: string): void {
    if (stopped || size <= 0) return;
    const boxes = ready.get(image) ?? [];
    ready.delete(image);
    ready.set(image, boxes);
    forgetOldest();
    const underWay = [...making.values()].filter((other) => other === image).length;
    for (let missing = size - boxes.length - underWay; missing > 0; missing--) makeOne(image);
  }

  function makeOne(image: string): void {
    const job: Promise<void> = make(image)
      .then(async (box) => {
        const boxes = ready.get(image);
        if (stopped || boxes === undefined) return drop(box);
        boxes.push(box);
        // The engine or somebody's sweep may take it; then it must not be handed out.
        void box.loader.ended.then(() => forget(image, box));
      })
      .catch(onTrouble)
      .finally(() => making.delete(job));
    making.set(job, image);
  }

  function forget(image: string, box: EmptyBox): void {
    const boxes = ready.get(image);
    const at = boxes?.indexOf(box) ?? -1;
    if (at >= 0) boxes?.splice(at, 1);
  }

  function forgetOldest(): void {
    for (const [image, boxes] of ready) {
      if (ready.size <= IMAGES_KEPT) return;
      ready.delete(image);
      for (const box of boxes) track(drop(box));
    }
  }

  function track(work: Promise<void>): void {
    const job: Promise<void> = work.catch(onTrouble).finally(() => making.delete(job));
    making.set(job, "");
  }

  async function settled(): Promise<void> {
    while (making.size > 0) await Promise.all(making.keys());
  }

  return {
    async take(image) {
      const box = ready.get(image)?.shift();
      const taken = box ?? (await make(image));
      fill(image);
      return taken;
    },
    fill,
    settled,
    async stop() {
      stopped = true;
      const boxes = [...ready.values()].flat();
      ready.clear();
      await Promise.all(boxes.map(drop));
      await settled();
    },
  };
}

async function drop(box: EmptyBox): Promise<void> {
  box.commands.detach();
  box.loader.socket.destroy();
  await removeContainer(box.container);
}
