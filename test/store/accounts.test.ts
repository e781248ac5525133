import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Evidence } from "../../src/domain/evidence.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { openTestStore } from "../support/postgres.ts";
import { claim, openTask, startRun, turn } from "./fixtures.ts";

let store: Store;
let close: () => Promise<void>;
let issue = 100;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
});

afterAll(() => close());

async function freshRun() {
  issue += 1;
  const task = await openTask(store, issue);
  const run = await startRun(store, task.id);
  return { task, run };
}

describe("a setting that is amended", () => {
  it("loses nothing of many at once, and is null at first", async () => {
    const seen: unknown[] = [];
    const add = (value: unknown) => {
      seen.push(value);
      const count = typeof value === "number" ? value : 0;
      return { value: count + 1, result: count };
    };
    const results = await Promise.all(Array.from({ length: 12 }, () => store.amendSetting("count", add)));
    expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(await store.setting("count")).toBe(12);
    expect(seen[0]).toBeNull();
  });
});

describe("turns, events and what else is kept", () => {
  it("keeps turns in the order they were first saved, replaces one by its number, and adds up the cost", async () => {
    const { task, run } = await freshRun();
    const fence = await claim(store, run.id);
    await store.saveTurn(fence, turn(run.id, 1));
    await store.saveTurn(fence, { ...turn(run.id, 1, "tara"), costUsd: null });
    await store.saveTurn(fence, turn(run.id, 2));
    const finished = { ...turn(run.id, 1), results: ["a\0b"], notes: ["hurry"], raw: [{ b: 1, a: 2 }], text: "NUL \0" };
    await store.saveTurn(fence, finished);
    const turns = await store.turns(run.id);
    expect(turns.map(({ role, ordinal }) => `${role} ${ordinal}`)).toEqual(["devon 1", "tara 1", "devon 2"]);
    expect(turns[0]).toEqual({ ...finished, text: "NUL \uFFFD" });
    expect(JSON.stringify(turns[0]?.raw)).toBe('[{"b":1,"a":2}]');
    expect(await store.spent(task.id)).toEqual({ usd: 0.5, inputTokens: 300, cachedTokens: 180, outputTokens: 30 });
  });

  it("has spent nothing on a task without turns", async () => {
    const task = await openTask(store, 30);
    expect(await store.spent(task.id)).toEqual({ usd: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0 });
  });

  it("tells the last events of a task, the newest last", async () => {
    const { task, run } = await freshRun();
    for (const text of ["one", "two", "three\0"])
      await store.appendEvent({ taskId: task.id, runId: run.id, kind: "k", text });
    await store.appendEvent({ taskId: task.id, runId: null, kind: "k", text: "four", data: { n: 4 } });
    const events = await store.events(task.id, 3);
    expect(events.map((event) => event.text)).toEqual(["two", "three\uFFFD", "four"]);
    expect(events[2]).toMatchObject({ runId: null, data: { n: 4 } });
    expect(events[0]).not.toHaveProperty("data");
  });

  it("keeps the newest evidence of a run and any setting", async () => {
    const { run } = await freshRun();
    const fence = await claim(store, run.id);
    await store.saveEvidence(fence, { headSha: "1" } as unknown as Evidence);
    await store.saveEvidence(fence, { headSha: "2" } as unknown as Evidence);
    expect(await store.evidence(run.id)).toEqual({ headSha: "2" });
    await store.saveSetting("paused", true);
    await store.saveSetting("paused", { by: "ada" });
    expect(await store.setting("paused")).toEqual({ by: "ada" });
    expect(await store.setting("absent")).toBeNull();
  });
});
