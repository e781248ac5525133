/** What a home promises about the life of sandboxes and about set-ups. It is not a test file by itself. */
import { expect, it } from "vitest";
import type { SandboxHome, TarSource } from "../../src/domain/ports/sandbox-port.ts";
import { CONTENT, freshName, opening, readTar, type TarEntry, tarOf } from "./tars.ts";

const EXEC = { deadlineMs: 20_000 };

export function lifeTests(home: () => SandboxHome): void {
  it("finds the sandbox of a name again, with what was done in it", async () => {
    const name = freshName();
    const made = await home().open({ name, runId: "run-find", prepared: null, content: tarOf(CONTENT) });
    await made.exec(["sh", "-c", "echo kept > kept.txt"], EXEC);
    const found = await home().find(name);
    expect(Buffer.from((await found?.readFile("kept.txt")) ?? "").toString()).toBe("kept\n");
    await found?.close();
    expect(await home().find(name)).toBeNull();
    await made.close();
  });
  it("replaces an older sandbox of the same name", async () => {
    const name = freshName();
    const request = { name, runId: "run-replace", prepared: null, content: tarOf(CONTENT) };
    const first = await home().open(request);
    await first.writeFile("old.txt", Buffer.from("old"));
    const second = await home().open(request);
    expect(await second.readFile("old.txt")).toBeNull();
    await second.close();
    await first.close();
  });
  it("says SANDBOX_GONE after it was closed, and closes twice without complaint", async () => {
    const made = await opening(home);
    await made.close();
    await made.close();
    await expect(made.exec(["true"], EXEC)).rejects.toMatchObject({ code: "SANDBOX_GONE" });
  });
  it("ends what still runs when it is closed", async () => {
    const made = await opening(home);
    const running = made.exec(["sleep", "302"], { deadlineMs: 60_000 }).catch((error: unknown) => error);
    await made.exec(["true"], EXEC);
    await made.close();
    const end = await running;
    expect(end).toSatisfy(
      (value: { code?: string; exitCode?: number | null }) => value.code === "SANDBOX_GONE" || value.exitCode !== 0,
    );
  });
  it("sweeps the sandboxes of runs that are not kept, and only those", async () => {
    const [kept, swept] = [freshName(), freshName()];
    const first = await home().open({ name: kept, runId: "run-kept", prepared: null, content: tarOf(CONTENT) });
    await home().open({ name: swept, runId: "run-swept", prepared: null, content: tarOf(CONTENT) });
    expect(await home().sweep(new Set(["run-kept", "run-contract"]))).toBe(1);
    expect(await home().find(swept)).toBeNull();
    expect((await first.exec(["echo", "here"], EXEC)).output).toBe("here\n");
    await first.close();
  });
  it("leaves nothing when the content breaks off", async () => {
    const name = freshName();
    const broken: TarSource = async function* () {
      yield new Uint8Array(512);
      throw new Error("mirror lost");
    };
    await expect(home().open({ name, runId: "run-broken", prepared: null, content: broken })).rejects.toThrow(
      "mirror lost",
    );
    expect(await home().find(name)).toBeNull();
  });
  it("refuses names that could be paths or patterns", async () => {
    for (const name of ["../up", "a.b", "", "A"]) {
      const request = { name, runId: "run", prepared: null, content: tarOf([]) };
      await expect(home().open(request)).rejects.toMatchObject({ code: "SANDBOX_NAME" });
    }
  });
}

const SETUP_LINES = [
  "mkdir -p node_modules/plain node_modules/@scope/pkg node_modules/.bin packages/a/node_modules/inner",
  "echo 'module.exports = 41' > node_modules/plain/index.js; echo dot > node_modules/.lock",
  "echo 'module.exports = require(\"plain\") + 1' > node_modules/@scope/pkg/index.js",
  "ln -s ../packages/a node_modules/own-a",
  "ln -s ../../packages/a node_modules/@scope/own-a",
  "mkdir -p src/store/generated && echo made > src/store/generated/client.js",
];
const SETUP_CONTENT: readonly TarEntry[] = [
  { name: "package.json", text: "{}\n" },
  { name: "packages/a/index.js", text: "module.exports = 'a of the workspace'\n" },
  { name: "src/store/index.js", text: "\n" },
];

export function setupTests(home: () => SandboxHome, prepareds: string[]): void {
  const key = (seed: string) =>
    Buffer.from(`${seed}-${process.pid}-${Date.now()}`).toString("hex").padEnd(64, "0").slice(0, 64);

  it("runs a set-up once for all who ask, links what it made, and leaves it out of the export", async () => {
    const setup = { image: null, commands: SETUP_LINES, key: key("deps") };
    const content = tarOf(SETUP_CONTENT);
    const both = await Promise.all([home().prepare(setup, content), home().prepare(setup, content)]);
    expect(both[0]).toEqual(both[1]);
    const started = performance.now();
    const prepared = await home().prepare(setup, content);
    expect(performance.now() - started).toBeLessThan(200);

    const sandbox = await home().open({ name: freshName(), runId: "run-deps", prepared, content });
    const run = (code: string) => sandbox.exec(["node", "-p", code], EXEC);
    expect((await run("require('plain')")).output).toBe("41\n");
    expect((await run("require('@scope/pkg')")).output).toBe("42\n");
    expect((await run("require('own-a')")).output).toBe("a of the workspace\n");
    expect((await run("require('@scope/own-a')")).output).toBe("a of the workspace\n");
    expect((await run("require('fs').readFileSync('src/store/generated/client.js','utf8').trim()")).output).toBe(
      "made\n",
    );
    await sandbox.writeFile("packages/a/index.js", Buffer.from("module.exports = 'changed'\n"));
    expect((await run("require('own-a')")).output).toBe("changed\n");
    const written = await sandbox.exec(
      ["sh", "-c", "mkdir node_modules/.cache && echo c > node_modules/.cache/x && ls -A node_modules"],
      EXEC,
    );
    expect(written.output.split("\n")).toEqual(expect.arrayContaining([".lock", ".cache", "plain", "@scope"]));

    const found = await readTar(sandbox.export());
    const names = [...found.keys()].filter((name) => found.get(name)?.type !== "directory").sort();
    expect(names).toEqual(["package.json", "packages/a/index.js", "src/store/index.js"]);
    await sandbox.close();
    prepareds.push(prepared.reference);
  });
  it("exports files of the content that stand in a folder the set-up made for an older commit", async () => {
    const setup = { image: null, commands: ["mkdir build && echo made > build/made.txt"], key: key("mixed") };
    const prepared = await home().prepare(setup, tarOf(SETUP_CONTENT));
    const newer = tarOf([...SETUP_CONTENT, { name: "build/tracked.txt", text: "tracked\n" }]);
    const sandbox = await home().open({ name: freshName(), runId: "run-mixed", prepared, content: newer });
    expect((await sandbox.exec(["cat", "build/made.txt"], EXEC)).output).toBe("made\n");
    const found = await readTar(sandbox.export());
    expect(found.get("build/tracked.txt")?.text).toBe("tracked\n");
    expect(found.has("build/made.txt")).toBe(false);
    await sandbox.close();
    prepareds.push(prepared.reference);
  });
  it("tells the command and its output when a set-up fails, and keeps nothing of it", async () => {
    const setup = {
      image: null,
      commands: ["true", "echo about to fail; false | cat; echo not reached"],
      key: key("fail"),
    };
    await expect(home().prepare(setup, tarOf(SETUP_CONTENT))).rejects.toMatchObject({
      code: "SETUP_FAILED",
      facts: { command: setup.commands[1], output: "about to fail" },
    });
    await expect(home().prepare(setup, tarOf(SETUP_CONTENT))).rejects.toMatchObject({ code: "SETUP_FAILED" });
  });
  it("calls a set-up off when its only caller does", async () => {
    const setup = { image: null, commands: ["sleep 303"], key: key("abort") };
    const caller = AbortSignal.timeout(500);
    await expect(home().prepare(setup, tarOf(SETUP_CONTENT), caller)).rejects.toMatchObject({ code: "ABORTED" });
  });
}
