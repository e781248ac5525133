import { describe, expect, it } from "vitest";
import { closers } from "../../src/wiring/closers.ts";

describe("what was opened", () => {
  it("is closed once, the last first, past an error that is told at the end", async () => {
    const closed: string[] = [];
    const opened = closers();
    opened.push(async () => void closed.push("store"));
    opened.push(() => Promise.reject(new Error("web would not close")));
    opened.push(async () => void closed.push("worker"));
    await expect(opened.closeAll()).rejects.toThrow("web would not close");
    expect(closed).toEqual(["worker", "store"]);
    await opened.closeAll();
    expect(closed).toHaveLength(2);
  });
});
