import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, it, vi } from "vitest";
import { until } from "../flow/support/until.ts";
import { KEY } from "../github/app-key.ts";
import { testDatabase } from "../support/postgres.ts";
import { spawnServer, startServerProcess } from "./server-process.ts";

vi.setConfig({ testTimeout: 60_000 });
const STOP_MS = 20_000;

const VARIABLES = {
  ...{ NODE_ENV: "test", PORT: "0", ORION_ROLE: "web", ORION_COMMIT: "0".repeat(40) },
  ...{ APP_ID: "1", PRIVATE_KEY: KEY, WEBHOOK_SECRET: "a-secret-of-at-least-32-characters!" },
};

async function server(more: Readonly<Record<string, string>> = {}) {
  const { connectionString } = await testDatabase();
  return startServerProcess({ ...VARIABLES, DATABASE_URL: connectionString, ...more });
}

const HALF_A_WEBHOOK = [
  "POST /api/github/webhooks HTTP/1.1",
  "host: orion",
  "content-type: application/json",
  "x-github-delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958",
  "x-github-event: ping",
  `x-hub-signature-256: sha256=${"0".repeat(64)}`,
  "content-length: 100",
];

const readyz = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, text: await answer.text() };
};

it("a server told to stop is not ready from then on, and is gone within 20 seconds though a request never ends", async () => {
  const orion = await server();
  const before = await readyz(orion.url);
  expect(before.status, before.text).toBe(200);
  expect(JSON.parse(before.text)).toMatchObject({ ready: true, commit: "0".repeat(40) });
  const { port } = new URL(orion.url);
  const stuck = connect(Number(port), "127.0.0.1");
  await once(stuck, "connect");
  stuck.on("error", () => undefined);
  stuck.write(`${HALF_A_WEBHOOK.join("\r\n")}\r\n\r\n{`);
  orion.kill("SIGTERM");
  const asked = performance.now();
  await until(
    async () => ((await readyz(orion.url).catch(() => null))?.status === 200 ? null : true),
    () => "it to be not ready",
  );
  let gone = false;
  const ended = orion.ended.finally(() => {
    gone = true;
  });
  while (!gone) expect((await readyz(orion.url).catch(() => null))?.status).not.toBe(200);
  expect(await ended, orion.lines.join("\n")).toBe(0);
  expect(performance.now() - asked).toBeLessThan(STOP_MS);
  stuck.destroy();
});

it("a release becomes ready while its engine is away, and stops all the same", async () => {
  const orion = await server({
    ...{ NODE_ENV: "production", HOST: "127.0.0.1", ORION_ROLE: "all", OPENAI_API_KEY: "sk-of-a-test" },
    ...{ ORION_SANDBOX: "docker", DOCKER_HOST: "tcp://127.0.0.1:1" },
  });
  const { status, text } = await readyz(orion.url);
  expect(status, text).toBe(200);
  expect(orion.lines.join("\n")).toContain("no Docker engine answers");
  orion.kill("SIGTERM");
  expect(await orion.ended, orion.lines.join("\n")).toBe(0);
});

it("a process told to stop while it starts is gone at once", async () => {
  const asked = Promise.withResolvers<void>();
  const silent = createServer((socket) => {
    socket.on("error", () => undefined);
    asked.resolve();
  });
  await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
  const { port } = silent.address() as AddressInfo;
  const orion = spawnServer({ ...VARIABLES, DATABASE_URL: `postgresql://orion@127.0.0.1:${port}/orion` });
  await asked.promise;
  orion.kill("SIGTERM");
  expect(await orion.ended, orion.lines.join("\n")).toBe(0);
  silent.close();
});
