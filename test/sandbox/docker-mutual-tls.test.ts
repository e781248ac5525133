/** An engine on another machine: our client through real TLS, with the certificates that docs/sandbox-machine.md makes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { dockerConnection, dockerTrouble } from "../../src/sandbox/docker/connection.ts";
import { openHome } from "../../src/wiring/open-home.ts";
import { docker, engineHere, homeHere, root, scope } from "./docker-here.ts";
import { freshName, readTar, tarOf } from "./tars.ts";

const here = await engineHere();
const folder = mkdtempSync(join(tmpdir(), "orion-engine-"));

/** @returns the folder that holds an authority, `engine` and `orion` */
function certificates(name: string, ...machine: readonly string[]): string {
  const made = join(folder, name);
  execFileSync("bash", [join(root, "scripts/engine-certs.sh"), made, ...machine], { stdio: "pipe" });
  return made;
}
const holder = (path: string) => {
  const read = (name: string): string => readFileSync(join(path, name), "utf8");
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
};

if (here) {
  describe("an engine behind mutual TLS", () => {
    const ours = certificates("ours", "127.0.0.1", "localhost");
    const theirs = certificates("theirs", "127.0.0.1");
    const misnamed = certificates("misnamed", "engine.example.org");
    const servers: Server[] = [];

    /** As dockerd with --tlsverify: whoever shows no certificate of the authority gets nothing. */
    async function serve(certs: string): Promise<string> {
      const options = { ...holder(join(certs, "engine")), requestCert: true, allowHalfOpen: true };
      const server = createServer(options, (secure) => {
        const socket = connect({ path: docker.kind === "socket" ? docker.path : "", allowHalfOpen: true });
        secure.pipe(socket).pipe(secure);
        secure.on("error", () => socket.destroy());
        socket.on("error", () => secure.destroy());
      });
      servers.push(server);
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
    let address: string;
    beforeAll(async () => {
      address = await serve(ours);
    });
    afterAll(() => {
      for (const server of servers) server.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it("takes content in, runs a command and gives content out", async () => {
      const remote = dockerConnection(address, holder(join(ours, "orion")));
      const home = await homeHere({ docker: remote, scope: `${scope}-tls` });
      const content = tarOf([{ name: "a.txt", text: "from afar\n" }]);
      const sandbox = await home.open({ name: freshName(), runId: "run-tls", prepared: null, content });
      const { output } = await sandbox.exec(["sh", "-c", "tee b.txt < a.txt"], { deadlineMs: 20_000 });
      expect(output).toBe("from afar\n");
      const files = await readTar(sandbox.export());
      await sandbox.close();
      await home.stop();
      expect(files.get("b.txt")).toMatchObject({ text: "from afar\n" });
    }, 120_000);

    it.each([
      ["shows no certificate", () => null],
      [
        "shows one of another authority",
        () => ({ ...holder(join(theirs, "orion")), ca: holder(join(ours, "orion")).ca }),
      ],
      ["shows the engine's own, which is not for clients", () => holder(join(ours, "engine"))],
    ])("answers nobody who %s", async (_, tls) => {
      expect(await dockerTrouble(dockerConnection(address, tls()))).toBeInstanceOf(Error);
    });

    it("is not trusted with a certificate of another authority, or for another machine", async () => {
      const client = holder(join(ours, "orion"));
      const foreign = dockerConnection(await serve(theirs), client);
      expect(await dockerTrouble(foreign)).toMatchObject({ message: expect.stringMatching(/certificate/) });
      const other = dockerConnection(await serve(misnamed), holder(join(misnamed, "orion")));
      expect(await dockerTrouble(other)).toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    });

    it("is what DOCKER_HOST and DOCKER_CERT_PATH name; what is wrong with them is said", async () => {
      const facts = { env: {}, scripted: false, scope: `${scope}-tls`, onLine: () => undefined };
      const open = (DOCKER_HOST: string, DOCKER_CERT_PATH = "") =>
        openHome(loadConfig({ NODE_ENV: "production", ORION_SANDBOX: "docker", DOCKER_HOST, DOCKER_CERT_PATH }), facts);
      const home = await open(address, join(ours, "orion"));
      expect(home.kind).toBe("docker");
      await home.stop();
      await expect(open(address, folder)).rejects.toMatchObject({ code: "DOCKER_CERTS" });
      await expect(open("tcp://engine.example.org:2375")).rejects.toMatchObject({ code: "DOCKER_OPEN" });
      await expect(open(address, join(theirs, "orion"))).rejects.toMatchObject({
        ...{ code: "DOCKER_UNREACHABLE", message: expect.stringMatching(/certificate/) },
      });
    }, 120_000);
  });
}
