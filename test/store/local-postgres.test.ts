import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensurePostgres, findPostgres, type LocalPostgres } from "../../src/local/postgres/ensure-postgres.ts";
import { livingPostmaster } from "../../src/local/postgres/postmaster.ts";
import { stopPostgres } from "../../src/local/postgres/stop-postgres.ts";
import { until } from "./fixtures.ts";

const settings = { fsync: "off" };
let root: string;
let dataDir: string;
let lines: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "orion-postgres-"));
  chmodSync(root, 0o755);
  // longer than a unix socket's path may be, and with a space
  dataDir = join(root, "a checkout", "d".repeat(60), "e".repeat(60), "data");
  lines = [];
});

afterEach(async () => {
  await stopPostgres({ dataDir });
  rmSync(root, { recursive: true });
});

function ensure(): Promise<LocalPostgres> {
  return ensurePostgres({ dataDir, settings, onLine: (line) => lines.push(line) });
}

async function query(server: LocalPostgres, text: string, database = "postgres"): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.connectionString(database) });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function pid(server: LocalPostgres): Promise<number> {
  return (await livingPostmaster(join(server.home, "cluster")))?.pid ?? 0;
}

describe("ensurePostgres", () => {
  it("starts a server on 127.0.0.1 alone, finds it again at once, and keeps data and port over a restart", async () => {
    expect(await findPostgres({ dataDir })).toBeNull();
    const first = await ensure();
    expect(first.started).toBe(true);
    expect(await query(first, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    await first.createDatabase("orion data");
    await first.createDatabase("orion data");
    await query(first, "CREATE TABLE kept AS SELECT 7 AS n", "orion data");
    const began = performance.now();
    const second = await ensure();
    expect(performance.now() - began).toBeLessThan(300);
    expect(second).toMatchObject({ started: false, port: first.port });
    expect(await pid(second)).toBe(await pid(first));
    expect(await stopPostgres({ dataDir })).toBe(true);
    expect(await findPostgres({ dataDir })).toBeNull();
    const third = await ensure();
    expect(third).toMatchObject({ started: true, port: first.port });
    expect(await query(third, "SELECT n FROM kept", "orion data")).toEqual([{ n: 7 }]);
  });

  it("keeps a random password where only its owner can read it, and lets nobody in without", async () => {
    const server = await ensure();
    const file = join(server.home, "cluster", "orion.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const wrong = new URL(server.connectionString("postgres"));
    expect(readFileSync(file, "utf8")).toContain(wrong.password);
    wrong.password = "guess";
    await expect(new pg.Client({ connectionString: wrong.href }).connect()).rejects.toMatchObject({ code: "28P01" });
  });

  it("makes one server when several start it at once", async () => {
    const servers = await Promise.all([ensure(), ensure(), ensure()]);
    expect(new Set(servers.map((server) => server.connectionString("x"))).size).toBe(1);
    expect(servers.filter((server) => server.started)).toHaveLength(1);
    const cluster = join(servers[0]?.home ?? "", "cluster");
    expect(readdirSync(dirname(cluster)).filter((name) => name.startsWith("draft"))).toEqual([]);
    for (const server of servers) expect(await query(server, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });

  it("takes another port when its own was taken meanwhile", async () => {
    const first = await ensure();
    await stopPostgres({ dataDir });
    const squatter: Server = createServer();
    await new Promise<void>((listening) => squatter.listen({ host: "127.0.0.1", port: first.port }, listening));
    const second = await ensure();
    expect(second.port).not.toBe(first.port);
    expect(await query(second, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
    await new Promise((closed) => squatter.close(closed));
  });

  it("starts again after the server was killed, also when its number belongs to another process of its user now", async () => {
    const first = await ensure();
    const cluster = join(first.home, "cluster");
    const killed = await pid(first);
    process.kill(killed, "SIGKILL");
    await until(async () => (await livingPostmaster(cluster)) === null);
    const { uid, gid } = statSync(join(cluster, "PG_VERSION"));
    const heir = spawn("sleep", ["60"], { uid, gid, cwd: "/" });
    const file = join(cluster, "postmaster.pid");
    writeFileSync(file, readFileSync(file, "utf8").replace(String(killed), String(heir.pid)));
    const second = await ensure().finally(() => heir.kill());
    expect(second.started).toBe(true);
    expect(await query(second, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });

  it("leaves the server running when its starter is killed with its whole process group", async () => {
    const script = `import { ensurePostgres } from ${JSON.stringify(resolve("src/local/postgres/ensure-postgres.ts"))};
      await ensurePostgres({ dataDir: process.argv[1], settings: { fsync: "off" } });
      console.log("ready"); setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ["--input-type=module", "-e", script, dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    await new Promise((ready) => starter.stdout.once("data", ready));
    const server = await ensure();
    const before = await pid(server);
    const ended = new Promise((end) => starter.once("exit", end));
    process.kill(-(starter.pid ?? 0), "SIGKILL");
    await ended;
    expect(await query(server, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
    expect(await pid(server)).toBe(before);
  });

  it("tells the end of the log when the server does not start", async () => {
    const failing = ensurePostgres({ dataDir, settings: { shared_buffers: "nonsense" }, startDeadlineMs: 1_500 });
    await expect(failing).rejects.toMatchObject({
      code: "POSTGRES_START_FAILED",
      message: expect.stringContaining("nonsense"),
    });
  });
});

describe("the server's user", () => {
  it("is not root, and nobody else reads the data", async () => {
    const server = await ensure();
    expect(statSync(join(server.home, "cluster", "PG_VERSION")).uid).not.toBe(0);
    expect(statSync(server.home).mode & 0o077).toBe(0);
  });

  it("has its data elsewhere, and is told of, when started by root where only root comes", async () => {
    chmodSync(root, 0o700);
    const key = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
    const elsewhere = `/var/tmp/orion-postgres-${key}`;
    try {
      const server = await ensure();
      const { uid } = statSync(root);
      expect(server.home).toBe(uid === 0 ? elsewhere : dataDir);
      expect(lines).toContainEqual(expect.stringContaining(server.home));
      expect((await ensure()).started).toBe(false);
      expect(await stopPostgres({ dataDir })).toBe(true);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});

it("ends nothing when nothing runs", async () => {
  mkdirSync(dataDir, { recursive: true });
  expect(await stopPostgres({ dataDir })).toBe(false);
  expect(existsSync(join(dataDir, "cluster"))).toBe(false);
});
