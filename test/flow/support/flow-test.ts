/**
 * `it` for these tests: hands out `start`, which starts a world, and after the
 * test stops it and fails the test when the default branch moved or a sandbox
 * or process was left behind.
 */
import { expect, it as plain } from "vitest";
import { startWorld, type World, type WorldOptions } from "./world.ts";

export interface Flow {
  start(options: WorldOptions): Promise<World>;
}

export const it = plain.extend<{ flow: Flow }>({
  flow: async ({ task }, use) => {
    const worlds: World[] = [];
    await use({
      start: async (options) => {
        const world = await startWorld(options);
        worlds.push(world);
        return world;
      },
    });
    const left: string[] = [];
    for (const world of worlds) left.push(...(await world.stop()));
    expect(left).toEqual([]);
    const failed = (task.result?.errors ?? []).length > 0;
    if (!failed) for (const world of worlds) await world.forget();
  },
});
