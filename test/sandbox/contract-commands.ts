/** What a sandbox promises about commands and files. It is not a test file by itself. */
import { randomInt } from "node:crypto";
import { expect, it } from "vitest";
import type { Sandbox } from "../../src/domain/ports/sandbox-port.ts";
import { CONTENT, readTar } from "./tars.ts";

const EXEC = { deadlineMs: 20_000 };

/** Seconds nobody else on this machine sleeps: the processes of every sandbox are the machine's, too. */
const longSleep = (): number => 10_000 + randomInt(1_000_000);

export function contentTests(sandbox: () => Sandbox): void {
  it("gives back what it was filled with: run bits, links, long and unicode names", async () => {
    const found = await readTar(sandbox().export());
    for (const entry of CONTENT) expect(found.get(entry.name)?.text ?? "").toBe(entry.text ?? "");
    expect((found.get("bin/run.sh")?.mode ?? 0) & 0o111).toBe(0o111);
    expect((found.get("package.json")?.mode ?? 0) & 0o111).toBe(0);
    expect(found.get("link.json")).toMatchObject({ type: "symlink", linkname: "package.json" });
  });
}

export function commandTests(
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
    const seconds = longSleep();
    const end = await sh(`echo before; sleep ${seconds} & sleep ${seconds}`, 400);
    expect(end).toMatchObject({ exitCode: null, timedOut: true, output: "before\n" });
    expect(end.durationMs).toBeLessThan(10_000);
    expect((await sh(`ps -eo args | grep -c '[s]leep ${seconds}'`)).output.trim()).toBe("0");
  });
  it("kills a command whose signal aborts, and says it was no deadline", async () => {
    const controller = new AbortController();
    const seconds = longSleep();
    const running = sandbox().exec(["sh", "-c", `echo up; sleep ${seconds}`], {
      deadlineMs: 60_000,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 300);
    expect(await running).toMatchObject({ exitCode: null, timedOut: false });
    expect((await sh(`ps -eo args | grep -c '[s]leep ${seconds}'`)).output.trim()).toBe("0");
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
      "PYTHONDONTWRITEBYTECODE",
      "GIT_CEILING_DIRECTORIES",
    ];
    expect([...names].filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
    expect(end.output).toContain("CI=1\n");
  });
}

export function fileTests(sandbox: () => Sandbox, sh: (script: string) => ReturnType<Sandbox["exec"]>): void {
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
