/** The image that is deployed: built, migrated with, booted, told to stop. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureSandboxImage } from "../../src/sandbox/docker/image.ts";
import { until } from "../flow/support/until.ts";
import { KEY } from "../github/app-key.ts";
import { docker as connection, engineHere, root } from "../sandbox/docker-here.ts";
import { emptyDatabase, type TestDatabase } from "../support/postgres.ts";

const here = await engineHere();
const IMAGE = "orion-app:test";
const CONTAINER = `orion-app-test-${process.pid}`;
const COMMIT = "c0ffee".padEnd(40, "0");
/** The first build fetches Debian's and npm's packages. */
const BUILD_MS = 600_000;
const STOP_MS = 20_000;

/** An engine's own client where there is one: another may stand before it on PATH. */
const CLIENT = existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker";

async function docker(...argv: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(CLIENT, argv, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  return `${stdout}${stderr}`.trim();
}

/** As Render sets it, save that the database is this machine's. */
const variables = (database: TestDatabase): readonly string[] =>
  Object.entries({
    ...{ RENDER: "true", RENDER_SERVICE_ID: "srv-c0ffee", RENDER_GIT_COMMIT: COMMIT },
    ...{ ORION_ROLE: "web", HOST: "127.0.0.1", PORT: "0", DATABASE_URL: database.connectionString },
    ...{ APP_ID: "1", PRIVATE_KEY: Buffer.from(KEY).toString("base64"), WEBHOOK_SECRET: "w".repeat(44) },
  }).flatMap(([name, value]) => ["--env", `${name}=${value}`]);

if (here) {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await emptyDatabase();
    // brings the base image, too
    await ensureSandboxImage({ docker: connection, root, onLine: () => undefined });
    await docker("build", "--network", "host", "--target", "app", "--tag", IMAGE, ".");
  }, BUILD_MS);
  afterAll(async () => {
    await docker("rm", "--force", CONTAINER).catch(() => undefined);
    await database.drop();
  });

  it("migrates an empty database, boots until it is ready, as nobody of weight, and stops when told", async () => {
    const run = ["run", "--network", "host", ...variables(database)];
    expect(await docker(...run, "--rm", IMAGE, "node", "src/migrate.ts")).toMatch(/applied \d+$/);
    await docker(...run, "--detach", "--name", CONTAINER, IMAGE);
    const logs = () => docker("logs", CONTAINER);
    const url = await until(async () => /^Orion listens on (\S+)$/m.exec(await logs())?.[1] ?? null, logs, 60_000);
    const answer = await fetch(`${url}/readyz`);
    const told = await answer.text();
    expect(answer.status, told).toBe(200);
    expect(JSON.parse(told)).toMatchObject({ ready: true, commit: COMMIT });

    expect(Number(await docker("exec", CONTAINER, "stat", "--format", "%u", "/proc/1"))).toBe(65_532);
    expect((await docker("exec", CONTAINER, "id", "-G")).split(" ")).toContain("1000");
    // what the sandboxes are built from is in it; tests, and what replaces the cloud on one machine, are not
    const held = await docker("exec", CONTAINER, "ls", "/app", "/app/src");
    for (const file of ["Dockerfile", "app.yml"]) expect(held).toContain(file);
    expect(held.split(/\s+/)).not.toContain("local");
    expect(held.split(/\s+/)).not.toContain("test");

    const asked = performance.now();
    await docker("stop", "--time", "30", CONTAINER);
    expect(performance.now() - asked).toBeLessThan(STOP_MS);
    expect(await docker("inspect", "--format", "{{.State.ExitCode}}", CONTAINER), await logs()).toBe("0");
  }, 120_000);
}
