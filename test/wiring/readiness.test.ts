import { generateKeyPairSync } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { OrionError } from "../../src/domain/errors.ts";
import { githubApp } from "../../src/github/github-app.ts";
import { judged, openReadiness } from "../../src/wiring/service/readiness.ts";
import { ask } from "../flow/support/database.ts";
import { KEY } from "../github/app-key.ts";
import { emptyDatabase, openTestStore } from "../support/postgres.ts";

let memory: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  memory = await openTestStore();
});
afterAll(() => memory.close());

/** A trigger that no release of ours or pg-boss's knows of: what is sent is due tomorrow. */
const LATER = `
  CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN NEW.start_after := now() + interval '1 day'; RETURN NEW; END $$;
  CREATE TRIGGER later BEFORE INSERT ON pgboss.job FOR EACH ROW EXECUTE FUNCTION later()`;

const lines: string[] = [];
const quiet = { clean: (text: string) => text, onLine: (line: string) => void lines.push(line) };

function readiness(
  more: { readonly databaseUrl?: string; readonly privateKey?: string; readonly started?: () => boolean } = {},
  { connectionString, store, probeQueue } = memory,
) {
  const app = githubApp({
    ...{ appId: 1, privateKey: more.privateKey ?? KEY, webhookSecret: "a-secret-of-at-least-32-characters!" },
    // nobody listens there: the key is judged without asking
    ...{ baseUrl: "http://127.0.0.1:1", clean: quiet.clean, onSecret: () => {} },
  });
  const { databaseUrl = connectionString, started = () => true } = more;
  return openReadiness({
    databaseUrl,
    store,
    memory: { probeQueue },
    app,
    started,
    version: "1.2.3",
    commit: "c0ffee",
    ...quiet,
  });
}

describe("readiness", () => {
  it("says what runs, and that database, schema, queue and key are well", async () => {
    const checks = { start: "ok", database: "ok", schema: "ok", queue: "ok", appKey: "ok" };
    expect(await readiness()()).toEqual({ ready: true, checks, version: "1.2.3", commit: "c0ffee" });
    expect(await ask(memory.connectionString, "SELECT id FROM pgboss.job")).toEqual([]);
  });

  it("is not while the process starts", async () => {
    const starting = { ready: false, checks: { start: "not done yet", database: "ok" } };
    expect(await readiness({ started: () => false })()).toMatchObject(starting);
  });

  it("is ready on a schema that has more than it knows", async () => {
    await ask(
      memory.connectionString,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ('later', '-', '29990101000000_later', now(), 1)`,
    );
    expect((await readiness()()).ready).toBe(true);
  });

  it("is not on a database without its schema", async () => {
    const empty = await emptyDatabase();
    const { ready, checks } = await readiness({ databaseUrl: empty.connectionString })();
    await empty.drop();
    expect(ready).toBe(false);
    expect(checks.schema).toContain("npm run migrate has not applied");
  });

  it.each([
    ["takes no job", "ALTER TABLE pgboss.job ADD CONSTRAINT closed CHECK (name <> 'probe') NOT VALID"],
    ["hands none out", LATER],
  ])("is not when the queue %s", async (_, breaking) => {
    const broken = await openTestStore();
    await ask(broken.connectionString, breaking);
    expect((await readiness({}, broken)()).checks).toMatchObject({ database: "ok", schema: "ok", queue: /\w/ });
    await broken.close();
  });

  it("is not with a key that cannot sign, and shows nothing of it", async () => {
    const { privateKey } = generateKeyPairSync("ed25519", {
      ...{ privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } },
    });
    const answer = await readiness({ privateKey })();
    expect(answer).toMatchObject({ ready: false, checks: { database: "ok" } });
    expect(answer.checks.appKey).toContain("PRIVATE_KEY cannot sign");
    expect(JSON.stringify(answer)).not.toContain(privateKey.split("\n")[1]);
  });

  it("answers while a check hangs, and does not hang a second one behind it", async () => {
    const asked: string[] = [];
    const silent = createServer((socket) => {
      asked.push("asked");
      onTestFinished(() => void socket.destroy());
    });
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const look = readiness({ databaseUrl: `postgresql://orion:hidden@127.0.0.1:${port}/orion` });
    const started = performance.now();
    const { ready, checks } = await look();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(ready).toBe(false);
    expect(checks.schema).toBe("no answer within 4000 ms");
    expect(asked).toHaveLength(1);
  });
});

describe("checks", () => {
  it("are made once for many who ask, and again when the answer is old", async () => {
    let made = 0;
    const one = async () => {
      made += 1;
    };
    const checks = { one };
    const look = judged(checks, { ...quiet, keptMs: 60_000 });
    await Promise.all([look(), look()]);
    await look();
    expect(made).toBe(1);
    const again = judged(checks, { ...quiet, keptMs: 0 });
    await again();
    await again();
    expect(made).toBe(3);
  });

  it("that hang are not begun a second time before they end", async () => {
    let made = 0;
    const end = Promise.withResolvers<void>();
    const check = () => {
      made += 1;
      return end.promise;
    };
    const look = judged({ check }, { ...quiet, keptMs: 0, checkMs: 5 });
    await look();
    await look();
    expect(made).toBe(1);
    end.resolve();
    await end.promise;
    expect(await look()).toEqual({ ready: true, checks: { check: "ok" } });
  });

  it("show the words of the house, cleaned, and of other errors nothing; the log has them once", async () => {
    const seen: string[] = [];
    const checks = {
      ours: async () => {
        throw new OrionError("STORE_UNREACHABLE", "no way to secret");
      },
      other: async () => {
        throw new Error("password hunter2");
      },
    };
    const clean = (text: string) => text.replaceAll("secret", "…");
    const look = judged(checks, { clean, onLine: (line) => seen.push(line), keptMs: 0 });
    await look();
    expect(await look()).toEqual({
      ...{ ready: false, checks: { ours: "no way to …", other: "failed; the log says why" } },
    });
    expect(seen).toHaveLength(2);
  });
});
