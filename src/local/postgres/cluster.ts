/**
 * A PostgreSQL data directory of our own and the password and port that belong
 * to it. It appears whole or not at all, so two makers at once do no harm.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { OrionError } from "../../domain/errors.ts";
import type { Binaries } from "./binaries.ts";
import type { ServiceUser } from "./service-user.ts";

export const SUPERUSER = "orion";

const keySchema = z.object({ password: z.string(), port: z.number().int() });
export type ClusterKey = z.infer<typeof keySchema>;

export function clusterIn(home: string): string {
  return join(home, "cluster");
}

/** @returns null when there is no cluster */
export async function clusterKey(cluster: string): Promise<ClusterKey | null> {
  try {
    return keySchema.parse(JSON.parse(await readFile(join(cluster, "orion.json"), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Keeps password and port where only their owner reads them. */
export async function saveClusterKey(cluster: string, key: ClusterKey): Promise<void> {
  const draft = join(cluster, `orion.json.${process.pid}`);
  await writeFile(draft, JSON.stringify(key), { mode: 0o600 });
  await rename(draft, join(cluster, "orion.json"));
}

/**
 * Makes the cluster of a home unless it is there. Takes about two seconds.
 * @throws OrionError POSTGRES_INIT_FAILED with what initdb printed
 */
export async function makeCluster(home: string, binaries: Binaries, user: ServiceUser | null): Promise<ClusterKey> {
  const cluster = clusterIn(home);
  const known = await clusterKey(cluster);
  if (known !== null) return known;
  const draft = join(home, `draft-${randomBytes(6).toString("hex")}`);
  const key: ClusterKey = { password: randomBytes(24).toString("base64url"), port: await freePort() };
  await mkdir(draft, { mode: 0o700 });
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, `${key.password}\n`, { mode: 0o600 });
  try {
    if (user !== null) await Promise.all([draft, passwordFile].map((path) => chown(path, user.uid, user.gid)));
    await initdb(binaries.initdb, draft, passwordFile, user);
    await saveClusterKey(draft, key);
    await rename(draft, cluster);
    return key;
  } catch (error) {
    const others = await clusterKey(cluster);
    if (others !== null) return others;
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

function initdb(program: string, directory: string, passwordFile: string, user: ServiceUser | null): Promise<void> {
  const args = [
    `--pgdata=${directory}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    "--no-sync",
  ];
  return new Promise((done, fail) => {
    const child = spawn(program, args, { ...user, cwd: "/", env: {}, stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    child.stdout.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    child.on("error", fail);
    child.on("close", (exitCode) => {
      if (exitCode === 0) return done();
      const output = said.join("").slice(-2000);
      fail(
        new OrionError("POSTGRES_INIT_FAILED", `initdb failed: ${output}; remove ${directory} and try again`, {
          exitCode,
          directory,
        }),
      );
    });
  });
}

/** @returns a port of 127.0.0.1 nobody listens on now */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (wanted !== 0 && error.code === "EADDRINUSE") freePort().then(done, fail);
      else fail(error);
    });
    server.listen({ host: "127.0.0.1", port: wanted }, () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === "object" ? done(address.port) : fail(new Error("no port")),
      );
    });
  });
}
