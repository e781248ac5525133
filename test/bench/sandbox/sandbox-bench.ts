/**
 * Sandboxes against the engine asked plainly: a hand-out from the warm pool and
 * one without it against create, start, first exec; a command against an exec
 * of the engine; a filled workspace against the same tar piped into tar.
 */
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { Sandbox, SandboxHome } from "../../../src/domain/ports/sandbox-port.ts";
import { connectDocker, dockerAnswers, dockerConnection } from "../../../src/sandbox/docker/connection.ts";
import { dockerHome } from "../../../src/sandbox/docker/home.ts";
import { ensureSandboxImage } from "../../../src/sandbox/docker/image.ts";
import { SCOPE_LABEL } from "../../../src/sandbox/docker/names.ts";
import { type Bench, compared, type Figure, quantile } from "../bench.ts";

const ROUNDS = 7;
const COMMANDS = 60;
const FILES = 3_950;
const LIMITS = { memoryMb: 1_024, workspaceMb: 512, pids: 256, cpus: 2 };

export const sandboxBench: Bench = {
  name: "sandbox",
  about: `a sandbox handed out, a command in it, ${FILES} files put in it, against the engine asked plainly; medians of ${ROUNDS}`,
  run: async () => {
    const connection = dockerConnection(null);
    if (!(await dockerAnswers(connection))) {
      process.stderr.write("no container engine answers: nothing is measured\n");
      return [];
    }
    const onLine = (line: string): void => void process.stderr.write(`${line}\n`);
    const image = await ensureSandboxImage({
      docker: connection,
      root: resolve(import.meta.dirname, "../../.."),
      onLine,
    });
    const docker = connectDocker(connection);
    const homeOf = (warm: number): SandboxHome => {
      const scope = `bench-${process.pid}-${warm}`;
      return dockerHome({ docker: connection, image, limits: LIMITS, setupEnv: {}, onLine, scope, warm });
    };
    return measure({ docker, image, cold: homeOf(0), warm: homeOf(1) });
  },
};

interface Places {
  readonly docker: Docker;
  readonly image: string;
  readonly cold: SandboxHome;
  readonly warm: SandboxHome;
}

async function measure({ docker, image, cold, warm }: Places): Promise<readonly Figure[]> {
  const [plain, without, ready]: [number[], number[], number[]] = [[], [], []];
  const few = await tarOf(3);
  try {
    await (await open(warm, "first", few)).close();
    for (let round = 0; round < ROUNDS; round += 1) {
      plain.push(await timed(async () => (await startPlainly(docker, image)).remove({ force: true })));
      without.push(await timed(async () => void (await (await open(cold, `cold-${round}`, few)).close())));
      await spareReady(docker, `bench-${process.pid}-1`);
      const begun = performance.now();
      const sandbox = await open(warm, `warm-${round}`, few);
      ready.push(performance.now() - begun);
      await sandbox.close();
    }
    return [
      compared("hand-out.warm.p50", "ms", quantile(ready, 0.5), quantile(plain, 0.5)),
      compared("hand-out.cold.p50", "ms", quantile(without, 0.5), quantile(plain, 0.5)),
      ...(await commands(docker, image, cold, few)),
      await workspace(docker, image, cold),
    ];
  } finally {
    await Promise.all([cold.stop(), warm.stop()]);
  }
}

async function commands(docker: Docker, image: string, home: SandboxHome, few: Buffer): Promise<readonly Figure[]> {
  const sandbox = await open(home, "commands", few);
  const container = await startPlainly(docker, image);
  try {
    const [ours, engine]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < COMMANDS; turn += 1) {
      ours.push(await timed(() => sandbox.exec(["true"], { deadlineMs: 10_000 })));
      engine.push(await timed(() => execPlainly(container, ["true"])));
    }
    return [0.5, 0.95].map((share) =>
      compared(`command.p${share * 100}`, "ms", quantile(ours, share), quantile(engine, share)),
    );
  } finally {
    await Promise.all([sandbox.close(), container.remove({ force: true })]);
  }
}

async function workspace(docker: Docker, image: string, home: SandboxHome): Promise<Figure> {
  const tar = await tarOf(FILES);
  const [ours, engine]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await timed(async () => void (await (await open(home, `full-${round}`, tar)).close())));
    engine.push(
      await timed(async () => {
        const container = await startPlainly(docker, image);
        await execPlainly(container, ["tar", "-x", "-C", "/tmp"], tar);
        await container.remove({ force: true });
      }),
    );
  }
  return compared(`open.${FILES}-files.p50`, "ms", quantile(ours, 0.5), quantile(engine, 0.5));
}

function open(home: SandboxHome, name: string, tar: Buffer): Promise<Sandbox> {
  const content = async function* () {
    yield tar;
  };
  return home.open({ name: `bench-${process.pid}-${name}`, runId: "bench", prepared: null, content });
}

async function startPlainly(docker: Docker, image: string): Promise<Docker.Container> {
  const HostConfig = { NetworkMode: "none", Tmpfs: { "/tmp": "rw,size=512m" } };
  const container = await docker.createContainer({ Image: image, Cmd: ["sleep", "600"], HostConfig });
  await container.start();
  await execPlainly(container, ["true"]);
  return container;
}

async function execPlainly(container: Docker.Container, Cmd: string[], input?: Buffer): Promise<void> {
  const AttachStdin = input !== undefined;
  const exec = await container.exec({ Cmd, AttachStdin, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: AttachStdin });
  stream.resume();
  const ended = new Promise((over) => stream.once("close", over).once("end", over));
  if (input !== undefined) stream.end(input);
  await ended;
}

/** The pool fills behind whoever took from it; a hand-out is warm once that is done. */
async function spareReady(docker: Docker, scope: string): Promise<void> {
  const filters = { label: [`${SCOPE_LABEL}=${scope}`], name: ["^/orion-spare\\."], status: ["running"] };
  while ((await docker.listContainers({ filters })).length === 0) await delay(20);
  // running, and its two streams attached
  await delay(300);
}

async function tarOf(files: number): Promise<Buffer> {
  const tar = pack();
  for (let index = 0; index < files; index += 1)
    tar.entry({ name: `folder-${index % 97}/file-${index}.ts` }, `export const value = ${index};\n`.repeat(20));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}
