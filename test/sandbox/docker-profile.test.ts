/** What an agent's container cannot do, tried from inside, and what it still can. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox, SandboxHome } from "../../src/domain/ports/sandbox-port.ts";
import { engineHere, homeHere } from "./docker-here.ts";
import { opening } from "./tars.ts";

const EXEC = { deadlineMs: 60_000 };
const PROBES = readFileSync(new URL("./probes.py", import.meta.url), "utf8");

if (await engineHere()) {
  describe("the container's profile", () => {
    let home: SandboxHome;
    let sandbox: Sandbox;
    beforeAll(async () => {
      home = await homeHere();
      sandbox = await opening(() => home);
    }, 300_000);
    afterAll(async () => {
      await sandbox?.close();
      await home?.stop();
    });
    const sh = (script: string) => sandbox.exec(["bash", "-c", script], EXEC);

    it("leaves every probe closed", async () => {
      const end = await sandbox.exec(["python3", "-c", PROBES], EXEC);
      const found: Record<string, string> = JSON.parse(end.output);
      expect(Object.keys(found).length).toBeGreaterThan(60);
      expect(Object.entries(found).filter(([, state]) => state !== "closed")).toEqual([]);
    });
    it("still resolves localhost and serves on it", async () => {
      const code =
        "const s=require('http').createServer((q,r)=>r.end('served')).listen(0,async()=>{console.log(await (await fetch('http://localhost:'+s.address().port)).text());process.exit()})";
      expect((await sandbox.exec(["node", "-e", code], EXEC)).output).toBe("served\n");
    });
    it("still runs worker threads, child processes, git and programs built in the workspace and in HOME", async () => {
      const worker = "new (require('worker_threads').Worker)('console.log(1+1)',{eval:true})";
      expect((await sandbox.exec(["node", "-e", worker], EXEC)).output).toBe("2\n");
      const end = await sh(
        'git init -q && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log --format=%s && for d in . "$HOME"; do cp /bin/true $d/built && $d/built && rm $d/built && echo ran; done; rm -rf .git',
      );
      expect(end).toMatchObject({ exitCode: 0, output: "x\nran\nran\n" });
    });
    it("stops the workspace at its quota of bytes", async () => {
      const end = await sh("head -c 400M /dev/zero > big; ls -l big | awk '{print $5 <= 256*1024*1024}'; rm big");
      expect(end.output).toContain("No space left");
      expect(end.output.trim().endsWith("1")).toBe(true);
    });
    it("stops a fork bomb at its quota of processes, and goes on working", async () => {
      const end = await sandbox.exec(["bash", "-c", "b() { b | b & }; b; sleep 60"], { deadlineMs: 1_500 });
      expect(end.timedOut).toBe(true);
      const after = await sh("ls /proc | grep -c '^[0-9]'");
      expect(after.exitCode).toBe(0);
      expect(Number(after.output)).toBeLessThan(20);
    });
    it("reports a command that was killed for memory, and goes on working", async () => {
      const end = await sandbox.exec(["python3", "-c", "x = bytearray(3_000_000_000)"], EXEC);
      expect(end).toMatchObject({ exitCode: null, outOfMemory: true, timedOut: false });
      expect(await sh("echo well")).toMatchObject({ exitCode: 0, outOfMemory: false, output: "well\n" });
    });
    it("ends processes that left the group of a command past its deadline", async () => {
      await sandbox.exec(["bash", "-c", "setsid sleep 305 & (setsid sleep 305 &); sleep 305"], { deadlineMs: 500 });
      expect((await sh("pgrep -fc '[s]leep 305'")).output.trim()).toBe("0");
    });
    it("goes on when a command kills every process it may, its own shell among them", async () => {
      const end = await sandbox.exec(["bash", "-c", "pkill -KILL -f orion/shell; sleep 30"], { deadlineMs: 20_000 });
      expect(end.exitCode).toBeNull();
      expect((await sh("echo back")).output).toBe("back\n");
    });
    it("believes no end of a command that the command prints itself", async () => {
      const forged = await sh(
        "for i in 1 2 3; do head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \\n'; echo ' 0 0 0'; done; exit 9",
      );
      expect(forged.exitCode).toBe(9);
      expect(forged.output.split("\n").filter((line) => / 0 0 0$/.test(line))).toHaveLength(3);
    });
  });
}
