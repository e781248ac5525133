/**
 * `it` for these tests: hands out `start`, which starts a world, and after the
 * test stops it and fails the test when the default branch moved or a sandbox
 * or process was left behind.
 */
import { expect, it as plain, vi } from "vitest";
import { type Gate, openGate } from "./gate.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker.ts";
import { startWorld, type World, type WorldOptions } from "./world.ts";

// A whole way takes seconds, on a busy machine many.
vi.setConfig({ testTimeout: 120_000 });

export interface Flow {
  start(options: WorldOptions): Promise<World>;
  /** A worker of this world as a process of its own, that speaks with the forge through the gate. */
  worker(world: World, gate?: Gate, variables?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  gate(world: World): Promise<Gate>;
}

export const it = plain.extend<{ flow: Flow }>({
  flow: async ({ task }, use) => {
    const worlds: World[] = [];
    const gates: Gate[] = [];
    const workers: WorkerProcess[] = [];
    await use({
      worker: async (world, gate, variables = {}) => {
        const api = gate === undefined ? {} : { GITHUB_API_URL: gate.apiUrl };
        const worker = await startWorkerProcess({ ...world.variables, ...api, ...variables });
        workers.push(worker);
        return worker;
      },
      gate: async (world) => {
        const gate = await openGate(world.forge.url);
        gates.push(gate);
        return gate;
      },
      start: async (options) => {
        const world = await startWorld(options);
        worlds.push(world);
        return world;
      },
    });
    for (const worker of workers) await worker.end("SIGKILL");
    for (const gate of gates) await gate.close();
    const left: string[] = [];
    for (const world of worlds) left.push(...(await world.stop()));
    expect(left).toEqual([]);
    const failed = (task.result?.errors ?? []).length > 0;
    if (!failed) for (const world of worlds) await world.forget();
  },
});
