import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenStore } from "../../../src/store/open-store.ts";
import { openTestStore } from "../../support/postgres.ts";
import { delivery, openTask, startRun, until } from "../fixtures.ts";

interface Worker {
  readonly child: ChildProcess;
  /** everything it said, oldest first */
  readonly lines: Record<string, unknown>[];
}

let opened: OpenStore & { readonly connectionString: string };
let children: ChildProcess[] = [];

beforeEach(async () => {
  opened = await openTestStore();
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await new Promise((ended) => child.once("exit", ended));
    }
  }
  await opened.close();
});

async function worker(behaviour: "hang" | "finish"): Promise<Worker> {
  const program = join(import.meta.dirname, "worker-process.ts");
  const child = spawn(process.execPath, [program, opened.connectionString, behaviour], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
  await until(() => lines.some((line) => line.working === true));
  return { child, lines };
}

describe("a worker process", () => {
  it("that is killed in the middle of a run and a delivery loses both to another within 18 seconds", async () => {
    const { store } = opened;
    const task = await openTask(store);
    const run = await startRun(store, task.id);
    await store.receiveDelivery(delivery("orphan"));
    const victim = await worker("hang");
    await until(() => victim.lines.some((line) => line.run === run.id) && victim.lines.some((line) => line.delivery));
    const heir = await worker("finish");
    victim.child.kill("SIGKILL");
    const killed = performance.now();
    await until(async () => (await store.run(run.id))?.status === "done");
    expect(performance.now() - killed).toBeLessThan(18_000);
    expect(heir.lines).toContainEqual({ run: run.id, attempt: 2 });
    await until(() => heir.lines.some((line) => line.delivery === "orphan"));
  }, 40_000);

  it("that is asked to end by SIGTERM hands its run over at once", async () => {
    const { store } = opened;
    const task = await openTask(store);
    const run = await startRun(store, task.id);
    const leaving = await worker("hang");
    await until(() => leaving.lines.some((line) => line.run === run.id));
    const heir = await worker("finish");
    leaving.child.kill("SIGTERM");
    const asked = performance.now();
    await until(async () => (await store.run(run.id))?.status === "done");
    expect(performance.now() - asked).toBeLessThan(3_000);
    expect(heir.lines).toContainEqual({ run: run.id, attempt: 2 });
    await until(() => leaving.child.exitCode === 0);
  });
});
