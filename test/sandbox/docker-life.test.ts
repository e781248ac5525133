/** What stays on the engine and what does not: spares, killed hosts, images of set-ups. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { connectDocker } from "../../src/sandbox/docker/connection.ts";
import { ensureSandboxImage } from "../../src/sandbox/docker/image.ts";
import { readContainerName } from "../../src/sandbox/docker/names.ts";
import { docker, engineHere, forgetSetup, homeHere, root, scope } from "./docker-here.ts";
import { freshName, readTar, tarOf } from "./tars.ts";

const EXEC = { deadlineMs: 20_000 };
const PATIENCE = { timeout: 20_000, interval: 50 };
const CONTENT = tarOf([{ name: "a.txt", text: "a\n" }]);

if (await engineHere()) {
  describe("what the engine holds", () => {
    const client = connectDocker(docker);
    const homes: Awaited<ReturnType<typeof homeHere>>[] = [];
    const home = async (...options: Parameters<typeof homeHere>) => {
      const made = await homeHere(...options);
      homes.push(made);
      return made;
    };
    const ours = async () => client.listContainers({ all: true, filters: { label: ["orion=1"] } });
    /** spares that this very process keeps; other test files run beside this one */
    const spares = async () => {
      const named = (await ours()).map((info) => ({ info, name: readContainerName(info.Names[0] ?? "") }));
      return named.filter(({ name }) => name?.kind === "spare" && name.pid === process.pid).map(({ info }) => info);
    };
    beforeAll(() => home().then(() => undefined), 300_000);
    afterEach(() => Promise.all(homes.splice(0).map((made) => made.stop())));

    it("removes container and volume when a sandbox is closed", async () => {
      const made = await (await home()).open({
        name: freshName(),
        runId: "run-gone",
        prepared: null,
        content: CONTENT,
      });
      const info = (await ours()).find((one) => one.Names[0] === `/orion.${made.name}.run-gone`);
      const volume = info?.Mounts.find((mount) => mount.Destination === "/workspace")?.Name ?? "";
      expect((await client.getVolume(volume).inspect()).Name).toBe(volume);
      await made.close();
      await expect(client.getVolume(volume).inspect()).rejects.toMatchObject({ statusCode: 404 });
      await expect(client.getContainer(info?.Id ?? "").inspect()).rejects.toMatchObject({ statusCode: 404 });
    });
    it("hands out a spare, makes another behind it, and removes spares when it stops", async () => {
      const warm = await home({ warm: 1 });
      const first = await warm.open({ name: freshName(), runId: "run-warm", prepared: null, content: CONTENT });
      const [spare] = await vi.waitFor(async () => {
        const found = (await spares()).filter((info) => info.State === "running");
        expect(found).toHaveLength(1);
        return found;
      }, PATIENCE);
      const second = await warm.open({ name: freshName(), runId: "run-warm", prepared: null, content: CONTENT });
      const handed = (await ours()).find((info) => info.Id === spare?.Id);
      expect(handed?.Names[0]).toBe(`/orion.${second.name}.run-warm`);
      expect((await second.exec(["cat", "a.txt"], EXEC)).output).toBe("a\n");
      await warm.stop();
      expect(await spares()).toEqual([]);
      await first.close();
      await second.close();
    });
    it("opens a sandbox although its spare was taken away", async () => {
      const warm = await home({ warm: 1 });
      const first = await warm.open({ name: freshName(), runId: "run-taken", prepared: null, content: CONTENT });
      const [spare] = await vi.waitFor(async () => {
        const found = (await spares()).filter((info) => info.State === "running");
        expect(found).toHaveLength(1);
        return found;
      }, PATIENCE);
      await client.getContainer(spare?.Id ?? "").remove({ force: true, v: true });
      const second = await warm.open({ name: freshName(), runId: "run-taken", prepared: null, content: CONTENT });
      expect((await second.exec(["cat", "a.txt"], EXEC)).output).toBe("a\n");
      await first.close();
      await second.close();
    });
    it("finds the sandbox of a host that was killed in the middle of a command, and sweeps its spares", async () => {
      const name = freshName();
      const image = await ensureSandboxImage({ docker, root, onLine: () => undefined });
      const script = fileURLToPath(new URL("./killed-host.ts", import.meta.url));
      const child = spawn(process.execPath, [script, JSON.stringify({ docker, image, name, scope })], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      child.kill("SIGKILL");
      await once(child, "exit");
      const mine = await home();
      const found = await mine.find(name);
      expect(Buffer.from((await found?.readFile("before.txt")) ?? "").toString()).toBe("written before the kill\n");
      expect((await found?.exec(["echo", "alive"], EXEC))?.output).toBe("alive\n");
      const leftBehind = async () =>
        (await ours()).filter(
          (info) =>
            readContainerName(info.Names[0] ?? "")?.kind === "spare" && info.Names[0]?.includes(`.${child.pid}.`),
        );
      expect((await leftBehind()).length).toBeGreaterThanOrEqual(1);
      await mine.sweep(keepAll(await ours()));
      expect(await leftBehind()).toEqual([]);
      await found?.close();
    });
    it("goes on with a sandbox that its host left paused", async () => {
      const first = await home();
      const made = await first.open({ name: freshName(), runId: "run-paused", prepared: null, content: CONTENT });
      const info = (await ours()).find((one) => one.Names[0]?.startsWith(`/orion.${made.name}.`));
      await client.getContainer(info?.Id ?? "").pause();
      const found = await (await home()).find(made.name);
      expect((await found?.exec(["cat", "a.txt"], EXEC))?.output).toBe("a\n");
      await found?.close();
    });
    it("stands still while it is exported, and goes on when the reader stops half-way", async () => {
      const made = await (await home()).open({
        name: freshName(),
        runId: "run-half",
        prepared: null,
        content: CONTENT,
      });
      await made.exec(["sh", "-c", "head -c 60000000 /dev/urandom > middle"], EXEC);
      // Two counters that are never apart by more than one, the first and the last entry of an archive.
      const count = "(while :; do echo >> counter-a; echo >> zz-counter; done) & sleep 0.2";
      await made.exec(["bash", "-c", count], EXEC);
      const found = await readTar(made.export());
      const length = (name: string) => found.get(name)?.text?.length ?? Number.NaN;
      expect(length("counter-a")).toBeGreaterThan(10);
      const apart = length("counter-a") - length("zz-counter");
      expect([0, 1]).toContain(apart);
      for await (const chunk of made.export()) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      const info = (await ours()).find((one) => one.Names[0]?.startsWith(`/orion.${made.name}.`));
      expect(info?.State).toBe("running");
      expect((await made.exec(["echo", "on"], EXEC)).output).toBe("on\n");
      await made.close();
    });
    it("sets up with network, its own variables and files, and gives none of them to the sandbox", async () => {
      const key = Buffer.from(`network-${process.pid}-${Date.now()}`).toString("hex").padEnd(64, "0").slice(0, 64);
      const setupFiles = [{ path: "/etc/orion-ca.pem", bytes: Buffer.from("certificate\n") }];
      const mine = await home({ setupEnv: { ORION_SETUP_ONLY: "operator" }, setupFiles });
      const commands = [
        "mkdir out && echo $ORION_SETUP_ONLY > out/env && cat /etc/orion-ca.pem > out/ca && ls /sys/class/net > out/net && id -u > out/user",
      ];
      const prepared = await mine.prepare({ image: null, commands, key }, CONTENT);
      const sandbox = await mine.open({ name: freshName(), runId: "run-setup", prepared, content: CONTENT });
      expect((await sandbox.exec(["sh", "-c", "cat out/env out/ca out/user; grep -c eth0 out/net"], EXEC)).output).toBe(
        "operator\ncertificate\n65532\n1\n",
      );
      expect((await sandbox.exec(["env"], EXEC)).output).not.toContain("ORION_SETUP_ONLY");
      expect((await sandbox.exec(["ls", "/sys/class/net"], EXEC)).output).toBe("lo\n");
      await sandbox.close();
      await forgetSetup(prepared.reference);
    });
    it("sets up on an image of the repository's choice that knows no sandbox user", async () => {
      const key = Buffer.from(`image-${process.pid}-${Date.now()}`).toString("hex").padEnd(64, "0").slice(0, 64);
      const mine = await home();
      const prepared = await mine.prepare({ image: "node:24-bookworm-slim", commands: [], key }, CONTENT);
      const sandbox = await mine.open({ name: freshName(), runId: "run-image", prepared, content: CONTENT });
      const end = await sandbox.exec(
        ["sh", "-c", "id -u; cat a.txt; getent hosts localhost >/dev/null && echo resolved; ls /sys/class/net"],
        EXEC,
      );
      expect(end.output).toBe("65532\na\nresolved\nlo\n");
      await sandbox.close();
      await forgetSetup(prepared.reference);
    });
    it("says which image is missing", async () => {
      const request = { image: "orion-no-such-image:1", commands: ["true"], key: "0".repeat(64) };
      await expect((await home()).prepare(request, CONTENT)).rejects.toMatchObject({
        code: "IMAGE_MISSING",
        facts: { image: "orion-no-such-image:1" },
      });
    });
  });
}

/** Every run there is: other test files run beside this one. */
function keepAll(containers: readonly { Names: string[] }[]): ReadonlySet<string> {
  const names = containers.map((info) => readContainerName(info.Names[0] ?? ""));
  return new Set(names.flatMap((name) => (name?.kind === "sandbox" ? [name.runId] : [])));
}
