import { describe, expect, it } from "vitest";
import { openLedger } from "../../src/domain/ledger.ts";
import type { StepRecord, Store } from "../../src/domain/ports/store-port.ts";

/** The step table of a store in memory; what a run has once it was killed is what stays here. */
function steps() {
  const kept = new Map<string, StepRecord>();
  const store: Pick<Store, "step" | "intendStep" | "completeStep"> = {
    step: async (scope, key) => kept.get(`${scope}/${key}`) ?? null,
    intendStep: async (_fence, scope, key) => {
      const record = kept.get(`${scope}/${key}`) ?? {
        scope,
        key,
        state: "intent" as const,
        result: null,
        createdAt: new Date(1),
      };
      kept.set(`${scope}/${key}`, record);
      return record;
    },
    completeStep: async (_fence, scope, key, result) => {
      kept.set(`${scope}/${key}`, { scope, key, state: "done", result, createdAt: new Date(1) });
    },
  };
  return openLedger(store, null, "run:1");
}

describe("the ledger", () => {
  it("acts once and gives the stored result ever after", async () => {
    const ledger = steps();
    let acts = 0;
    const act = async () => ++acts;
    const find = async () => null;
    expect(await ledger.effect("push", { find, act })).toBe(1);
    expect(await ledger.effect("push", { find, act })).toBe(1);
    expect(acts).toBe(1);
  });

  it("looks for an effect that was intended and cut off, and does not act when it is there", async () => {
    const ledger = steps();
    const dying = ledger.effect("pull", {
      find: async () => null,
      act: () => Promise.reject(new Error("killed after the call went out")),
    });
    await expect(dying).rejects.toThrow("killed");
    const acted: string[] = [];
    const result = await ledger.effect("pull", {
      find: async () => "#7",
      act: async () => {
        acted.push("opened a second one");
        return "#8";
      },
    });
    expect(result).toBe("#7");
    expect(acted).toEqual([]);
  });

  it("lets a worker that lost the run neither look nor act, though the intent is there", async () => {
    const lost = new Error("FENCED");
    const store: Pick<Store, "step" | "intendStep"> = {
      step: async (scope, key) => ({ scope, key, state: "intent", result: null, createdAt: new Date(1) }),
      intendStep: () => Promise.reject(lost),
    };
    const did: string[] = [];
    const step = { find: async () => did.push("looked"), act: async () => did.push("acted") };
    await expect(openLedger(store as Store, { runId: "1", attempt: 1 }, "run:1").effect("push", step)).rejects.toBe(
      lost,
    );
    expect(did).toEqual([]);
  });

  it("does not look before the first try", async () => {
    const ledger = steps();
    const find = async (): Promise<never> => {
      throw new Error("nothing can be there yet");
    };
    await expect(ledger.effect("comment", { find, act: async () => 5 })).resolves.toBe(5);
  });

  it("computes again what was cut off, and reads null until it is done", async () => {
    const ledger = steps();
    await expect(ledger.once("witness", () => Promise.reject(new Error("killed")))).rejects.toThrow("killed");
    expect(await ledger.read("witness")).toBeNull();
    expect(await ledger.once("witness", async () => "seen")).toBe("seen");
    expect(await ledger.read("witness")).toBe("seen");
  });
});
