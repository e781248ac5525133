/**
 * What every sandbox home promises, as tests that take the home under test.
 * It is not a test file by itself.
 */
import { extract, pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox, SandboxHome, TarSource } from "../../src/domain/sandbox-port.ts";

export interface TarEntry {
  readonly name: string;
  readonly type?: "file" | "symlink" | "directory" | "link" | "fifo";
  readonly text?: string;
  readonly mode?: number;
  readonly linkname?: string;
}

/** A content source of these entries. */
export function tarOf(entries: readonly TarEntry[]): TarSource {
  return () => {
    const tar = pack();
    for (const { text, ...header } of entries) {
      if (text === undefined) tar.entry(header);
      else tar.entry(header, text);
    }
    tar.finalize();
    return tar as AsyncIterable<Uint8Array>;
  };
}

/** Everything an export holds, by name. */
export async function readTar(source: AsyncIterable<Uint8Array>): Promise<Map<string, TarEntry>> {
  const reader = extract();
  const found = new Map<string, TarEntry>();
  const feeding = (async () => {
    for await (const chunk of source) reader.write(chunk);
    reader.end(null);
  })();
  feeding.catch((error: unknown) => reader.destroy(error instanceof Error ? error : new Error(String(error))));
  for await (const entry of reader) {
    const parts: Uint8Array[] = [];
    for await (const part of entry as AsyncIterable<Uint8Array>) parts.push(part);
    const { name, type, mode, linkname } = entry.header;
    const text = Buffer.concat(parts).toString("utf8");
    const kind = type as NonNullable<TarEntry["type"]>;
    found.set(name.replace(/\/$/, ""), { name, type: kind, mode, text, linkname });
  }
  await feeding;
  return found;
}

export const CONTENT: readonly TarEntry[] = [
  { name: "package.json", text: '{"name":"example"}\n' },
  { name: "bin/run.sh", text: "#!/bin/sh\necho ran\n", mode: 0o755 },
  { name: "docs/naïve ☃ file.md", text: "snow\n" },
  { name: "link.json", type: "symlink", linkname: "package.json" },
  { name: `deep/${"long-folder-name/".repeat(10)}end.txt`, text: "far away\n" },
];

const EXEC = { deadlineMs: 20_000 };
let counter = 0;
export const freshName = () => `contract-${process.pid}-${++counter}`;

export function opening(home: () => SandboxHome, content: readonly TarEntry[] = CONTENT) {
  return home().open({ name: freshName(), runId: "run-contract", prepared: null, content: tarOf(content) });
}

/**
 * @param makeHome called once; the home is stopped at the end
 * @param forget removes a set-up that a test prepared
 */
export function sandboxContract(
  title: string,
  makeHome: () => Promise<SandboxHome>,
  forget: (reference: string) => Promise<void> = async () => undefined,
): void {
  describe(title, () => {
    const prepareds: string[] = [];
    let home: SandboxHome;
    let sandbox: Sandbox;
    beforeAll(async () => {
      home = await makeHome();
      sandbox = await opening(() => home);
    });
    afterAll(async () => {
      await sandbox?.close();
      await home?.stop();
      for (const reference of prepareds) await forget(reference);
    });
    const sh = (script: string, deadlineMs = 20_000) => sandbox.exec(["sh", "-c", script], { deadlineMs });

    contentTests(() => sandbox);
    commandTests(() => sandbox, sh);
    fileTests(() => sandbox, sh);
    lifeTests(() => home);
    setupTests(() => home, prepareds);
  });
}

function contentTests(sandbox: () => Sandbox): void {
  it("gives back what it was filled with: run bits, links, long and unicode names", async () => {
    const found = await readTar(sandbox().export());
    for (const entry of CONTENT) expect(found.get(entry.name)?.text ?? "").toBe(entry.text ?? "");
    expect((found.get("bin/run.sh")?.mode ?? 0) & 0o111).toBe(0o111);
    expect((found.get("package.json")?.mode ?? 0) & 0o111).toBe(0);
    expect(found.get("link.json")).toMatchObject({ type: "symlink", linkname: "package.json" });
  });
}

function commandTests(
  sandbox: () => Sandbox,
  sh: (script: string, deadlineMs?: number) => ReturnType<Sandbox["exec"]>,
): void {
  it("runs in the workspace and tells exit code and output, both streams in the order written", async () => {
    const end = await sh("cat package.json; echo one; echo two >&2; echo three; exit 7");
    expect(end).toMatchObject({ exitCode: 7, timedOut: false, outOfMemory: false });
    expect(end.output).toBe('{"name":"example"}\none\ntwo\nthree\n');
  });
  it("hands arguments over as they are, empty, quoted and with newlines", async () => {
    const odd = ["", "a b", "'\"$HOME`id`", "line\nline", "ünï"];
    const end = await sandbox().exec(
      ["node", "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...odd],
      EXEC,
    );
    expect(JSON.parse(end.output)).toEqual(odd);
  });
  it("answers 127 and says why when there is no such program", async () => {
    const end = await sandbox().exec(["no-such-program"], EXEC);
    expect(end.exitCode).toBe(127);
    expect(end.output).toContain("no-such-program");
  });
  it("gives a command nothing to read", async () => {
    expect((await sh("cat; echo end")).output).toBe("end\n");
  });
  it("passes the variables of one command to that command only", async () => {
    const end = await sandbox().exec(["sh", "-c", 'echo "$GIVEN"'], { ...EXEC, env: { GIVEN: "a\nb" } });
    expect(end.output).toBe("a\nb\n");
    expect((await sh('echo "[$GIVEN]"')).output).toBe("[]\n");
  });
  it("kills a command with its children at the deadline and keeps what it printed", async () => {
    const end = await sh("echo before; sleep 300 & sleep 300", 400);
    expect(end).toMatchObject({ exitCode: null, timedOut: true, output: "before\n" });
    expect(end.durationMs).toBeLessThan(10_000);
    expect((await sh("ps -eo args | grep -c '[s]leep 300'")).output.trim()).toBe("0");
  });
  it("kills a command whose signal aborts, and says it was no deadline", async () => {
    const controller = new AbortController();
    const running = sandbox().exec(["sh", "-c", "echo up; sleep 301"], {
      deadlineMs: 60_000,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 300);
    expect(await running).toMatchObject({ exitCode: null, timedOut: false });
    expect((await sh("ps -eo args | grep -c '[s]leep 301'")).output.trim()).toBe("0");
  });
  it("keeps head and tail of an endless output and says how much is missing", async () => {
    const end = await sh("echo first; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo last");
    expect(end.output.length).toBeLessThan(2.1 * 1024 * 1024);
    expect(end.output.startsWith("first\nxxx")).toBe(true);
    expect(end.output.endsWith("xxx\nlast\n")).toBe(true);
    expect(end.output).toMatch(/\[… \d+ bytes left out …\]/);
  });
  it("returns at once from a command that leaves a process behind, and that process lives on unheard", async () => {
    const end = await sh("(while :; do echo noise; sleep 0.02; done) & echo started; echo $! > pid");
    expect(end.output).toContain("started\n");
    expect(end.durationMs).toBeLessThan(5_000);
    expect((await sh("sleep 0.2; kill -0 $(cat pid) && echo alive")).output).toBe("alive\n");
    expect((await sh("kill $(cat pid); rm pid; echo gone")).output).toBe("gone\n");
  });
  it("runs commands that come at the same time side by side", async () => {
    const ends = await Promise.all(["a", "b", "c"].map((word) => sh(`sleep 0.1; echo ${word}`)));
    expect(ends.map((end) => end.output)).toEqual(["a\n", "b\n", "c\n"]);
  });
  it("shows nothing of the host's environment", async () => {
    process.env.ORION_PLANTED_SECRET = "planted-secret-value";
    const end = await sh("env; cat /proc/self/environ | tr '\\0' '\\n'");
    delete process.env.ORION_PLANTED_SECRET;
    expect(end.output).not.toContain("planted-secret");
    const names = new Set([...end.output.matchAll(/^([A-Za-z_]+)=/gm)].map((match) => match[1]));
    const known = [
      "CI",
      "HOME",
      "HOSTNAME",
      "PATH",
      "PWD",
      "TMPDIR",
      "XDG_CACHE_HOME",
      "_",
      "npm_config_cache",
      "OLDPWD",
      "SHLVL",
    ];
    expect([...names].filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
    expect(end.output).toContain("CI=1\n");
  });
}

function fileTests(sandbox: () => Sandbox, sh: (script: string) => ReturnType<Sandbox["exec"]>): void {
  it("reads and writes files byte by byte, small and large, with parents made", async () => {
    for (const size of [0, 300, 200_000]) {
      const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7) % 256);
      await sandbox().writeFile(`made/for/it/${size}.bin`, bytes);
      expect(
        Buffer.from((await sandbox().readFile(`made/for/it/${size}.bin`)) ?? "absent").equals(Buffer.from(bytes)),
      ).toBe(true);
    }
  });
  it("answers null for what is no file", async () => {
    expect(await sandbox().readFile("absent.txt")).toBeNull();
    expect(await sandbox().readFile("docs")).toBeNull();
    expect(await sandbox().readFile("package.json/below")).toBeNull();
  });
  it("refuses names that leave the workspace", async () => {
    for (const path of ["../x", "/etc/passwd", "a/../../x", ""]) {
      await expect(sandbox().readFile(path)).rejects.toMatchObject({ code: "PATH_OUTSIDE_WORKSPACE" });
      await expect(sandbox().writeFile(path, Buffer.from("x"))).rejects.toMatchObject({
        code: "PATH_OUTSIDE_WORKSPACE",
      });
    }
  });
  it("follows no link out of the workspace, neither reading nor writing", async () => {
    await sh("ln -sfn /tmp outside; ln -sfn /etc/passwd users; ln -sfn package.json inner");
    expect(await sandbox().readFile("users")).toBeNull();
    expect(Buffer.from((await sandbox().readFile("inner")) ?? "").toString()).toContain("example");
    for (const path of ["outside/orion-escape", "users", "outside/new/deep"]) {
      await expect(sandbox().writeFile(path, Buffer.from("x"))).rejects.toMatchObject({
        code: "PATH_OUTSIDE_WORKSPACE",
      });
    }
    expect((await sh("ls /tmp/orion-escape /tmp/new 2>/dev/null; rm outside users inner")).output).toBe("");
  });
  it("exports hostile entries as what they are", async () => {
    await sh(
      "mkfifo pipe; ln -s /etc/passwd evil; mkdir -p .git/hooks; echo x > .git/hooks/pre-commit; ln package.json hard",
    );
    const found = await readTar(sandbox().export());
    expect(found.get("pipe")?.type).toBe("fifo");
    expect(found.get("evil")).toMatchObject({ type: "symlink", linkname: "/etc/passwd" });
    expect(found.get(".git/hooks/pre-commit")?.text).toBe("x\n");
    expect(["link", "file"]).toContain(found.get("hard")?.type);
    expect([...found.keys()].filter((name) => name.startsWith("/") || name.startsWith("workspace"))).toEqual([]);
    await sh("rm -rf pipe evil .git hard");
  });
}

function lifeTests(home: () => SandboxHome): void {
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

function setupTests(home: () => SandboxHome, prepareds: string[]): void {
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
