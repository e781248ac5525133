/** The home without isolation keeps the contract, and refuses to stand in for isolation. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processHome } from "../../src/sandbox/process/home.ts";
import { sandboxContract } from "./contract.ts";
import { opening } from "./tars.ts";

const said: string[] = [];
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "orion-process-home-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const homeWith = (allowed: { scripted: boolean; production: boolean }) =>
  processHome({ dir, setupEnv: {}, onLine: (line) => said.push(line), allowed });

sandboxContract("the process home", async () => homeWith({ scripted: true, production: false }));

describe("the process home's limits", () => {
  it("is refused to a model and in production", () => {
    for (const allowed of [
      { scripted: false, production: false },
      { scripted: true, production: true },
      { scripted: false, production: true },
    ]) {
      expect(() => homeWith(allowed)).toThrow(expect.objectContaining({ code: "PROCESS_SANDBOX_REFUSED" }));
    }
  });
  it("says once and loudly that nothing is isolated", () => {
    said.length = 0;
    homeWith({ scripted: true, production: false });
    expect(said.filter((line) => line.includes("nothing is isolated"))).toHaveLength(1);
  });
  it("runs Orion's own Node", async () => {
    const home = homeWith({ scripted: true, production: false });
    const sandbox = await opening(() => home);
    const end = await sandbox.exec(["node", "-p", "process.version"], { deadlineMs: 10_000 });
    await sandbox.close();
    expect(end.output.trim()).toBe(process.version);
  });
  it("ends processes that left their group when it is closed, and removes the folder", async () => {
    const home = homeWith({ scripted: true, production: false });
    const sandbox = await opening(() => home);
    await sandbox.exec(["sh", "-c", "setsid sleep 304 & echo"], { deadlineMs: 10_000 });
    const other = await opening(() => home);
    const count = () => other.exec(["sh", "-c", "ps -eo args | grep -c '[s]leep 304'"], { deadlineMs: 10_000 });
    expect((await count()).output.trim()).toBe("1");
    await sandbox.close();
    expect((await count()).output.trim()).toBe("0");
    await other.close();
    expect(await readdir(join(dir, "boxes"))).not.toContain(sandbox.name);
  });
});
