import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { githubApp } from "../../src/github/github-app.ts";
import { type ReceivedWebhook, startWeb, WEBHOOK_PATH, type Web } from "../../src/web/server.ts";
import { KEY } from "../github/app-key.ts";

const SECRET = "a-secret-of-at-least-32-characters!";
const GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
const { verify } = githubApp({
  appId: 1,
  privateKey: KEY,
  webhookSecret: SECRET,
  baseUrl: "https://api.github.com",
  clean: (text) => text,
  onSecret: () => {},
});

let web: Web;
let received: ReceivedWebhook[];
let errors: unknown[];
let receive: (webhook: ReceivedWebhook) => Promise<"stored" | "duplicate">;
let ready: boolean;

beforeEach(async () => {
  received = [];
  errors = [];
  ready = true;
  receive = async (webhook) => {
    received.push(webhook);
    return "stored";
  };
  web = await startWeb({
    host: "127.0.0.1",
    port: 0,
    webhooks: { verify, receive: (webhook) => receive(webhook) },
    readiness: async () => ({ ready, version: "1.0.0", commit: "c0ffee", checks: { database: ready ? "ok" : "away" } }),
    status: async () => ["Orion 1.0.0", "scripted model"],
    pages: [async (path) => (path === "/runs/1" ? { contentType: "text/html", body: "<p>run</p>" } : null)],
    onError: (error) => errors.push(error),
  });
});
afterEach(() => web.stop(1_000));

const sign = (body: string | Buffer, secret = SECRET) =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

async function post(body: string | Buffer, headers: Record<string, string | null> = {}) {
  const all: Record<string, string | null> = {
    "content-type": "application/json",
    "x-github-event": "issues",
    "x-github-delivery": GUID,
    "x-hub-signature-256": sign(body),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  const init: RequestInit = { method: "POST", body: typeof body === "string" ? body : new Uint8Array(body) };
  return fetch(web.url + WEBHOOK_PATH, { ...init, headers: given });
}

describe("the webhook door", () => {
  const body = JSON.stringify({ action: "opened", text: "ünïcode 😀" });

  it("hands over what is signed, and answers 202 once it is stored", async () => {
    const reply = await post(body);
    expect([reply.status, (await reply.text()).trim()]).toEqual([202, "stored"]);
    expect(received).toEqual([{ guid: GUID, event: "issues", payload: { action: "opened", text: "ünïcode 😀" } }]);
  });

  it("answers only when the insert is done", async () => {
    const insert = Promise.withResolvers<"stored">();
    receive = () => insert.promise;
    let answered = false;
    const reply = post(body).then((response) => {
      answered = true;
      return response;
    });
    // a whole other request goes there and back while this one waits
    await (await fetch(`${web.url}/livez`)).text();
    expect(answered).toBe(false);
    insert.resolve("stored");
    expect((await reply).status).toBe(202);
  });

  it("answers 202 to a delivery that is known", async () => {
    receive = async () => "duplicate";
    expect((await post(body)).status).toBe(202);
  });

  it("answers 503, without saying why, when it cannot be stored", async () => {
    receive = async () => {
      throw new Error("database password was wrong");
    };
    const reply = await post(body);
    expect(reply.status).toBe(503);
    expect(await reply.text()).not.toContain("password");
    expect(errors).toMatchObject([{ message: "database password was wrong" }]);
  });

  const longer = `${body} `;
  const REFUSED: Record<string, [string | Buffer, Record<string, string | null>, number]> = {
    "no signature": [body, { "x-hub-signature-256": null }, 400],
    "an empty signature": [body, { "x-hub-signature-256": "" }, 400],
    "a signature of another secret": [
      body,
      { "x-hub-signature-256": sign(body, "another-secret-of-32-characters-!") },
      400,
    ],
    "Probot's default secret": [body, { "x-hub-signature-256": sign(body, "development") }, 400],
    "a signature of another body": [body, { "x-hub-signature-256": sign(longer) }, 400],
    "a signature in capitals": [body, { "x-hub-signature-256": sign(body).toUpperCase() }, 400],
    "a signature cut short": [body, { "x-hub-signature-256": sign(body).slice(0, -1) }, 400],
    "a signature that goes on": [body, { "x-hub-signature-256": `${sign(body)}00` }, 400],
    "the old algorithm": [
      body,
      {
        "x-hub-signature-256": null,
        "x-hub-signature": `sha1=${createHmac("sha1", SECRET).update(body).digest("hex")}`,
      },
      400,
    ],
    "sha1 in the new header": [
      body,
      { "x-hub-signature-256": `sha1=${createHmac("sha1", SECRET).update(body).digest("hex")}` },
      400,
    ],
    "a body written anew": [JSON.stringify(JSON.parse(body), null, 1), { "x-hub-signature-256": sign(body) }, 400],
    "a space more": [longer, { "x-hub-signature-256": sign(body) }, 400],
    "no event": [body, { "x-github-event": null }, 400],
    "an event of another shape": [body, { "x-github-event": "../issues" }, 400],
    "no delivery id": [body, { "x-github-delivery": null }, 400],
    "an endless delivery id": [body, { "x-github-delivery": "a".repeat(65) }, 400],
    "a delivery id of another shape": [body, { "x-github-delivery": "1; drop" }, 400],
    "another content type": [body, { "content-type": "text/plain" }, 415],
    "a form": [body, { "content-type": "application/x-www-form-urlencoded" }, 415],
    "no JSON": ["{", {}, 400],
    "JSON that is no object": ["1", {}, 400],
    "JSON null": ["null", {}, 400],
    "an empty body": ["", { "x-hub-signature-256": sign("") }, 400],
    "bytes that are no UTF-8": [Buffer.from([0x7b, 0xff, 0x7d]), {}, 400],
    "bytes that decode to the signed text": [
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]),
      { "x-hub-signature-256": sign('{"a":"\uFFFD"}') },
      400,
    ],
    "a byte order mark that was not signed": [`\uFEFF${body}`, { "x-hub-signature-256": sign(body) }, 400],
  };

  it.each(Object.entries(REFUSED))("refuses %s and stores nothing", async (_, [sent, headers, status]) => {
    expect((await post(sent, headers)).status).toBe(status);
    expect(received).toEqual([]);
  });

  it("refuses more than 10 MB by what is announced, before reading it", async () => {
    const socket = connect(web.port, "127.0.0.1");
    socket.write(
      `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-github-event: issues\r\nx-github-delivery: ${GUID}\r\nx-hub-signature-256: ${sign("x")}\r\ncontent-length: 10485761\r\n\r\n`,
    );
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("refuses more than 10 MB that were not announced", async () => {
    const socket = connect(web.port, "127.0.0.1");
    const answered = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    // the server closes while more is on the way
    socket.on("error", () => socket.destroy());
    socket.write(
      `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-github-event: issues\r\nx-github-delivery: ${GUID}\r\nx-hub-signature-256: ${sign("x")}\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const megabyte = Buffer.alloc(1024 * 1024, "a");
    for (let count = 0; count < 11; count += 1) {
      socket.write(`${megabyte.length.toString(16)}\r\n`);
      socket.write(megabyte);
      socket.write("\r\n");
    }
    expect(await answered).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    expect(received).toEqual([]);
  });

  it("takes a body just below 10 MB", async () => {
    const large = JSON.stringify({ text: "a".repeat(10 * 1024 * 1024 - 20) });
    expect((await post(large)).status).toBe(202);
  });

  it.each(["GET", "PUT", "DELETE"])("answers 405 to %s", async (method) => {
    expect((await fetch(web.url + WEBHOOK_PATH, { method })).status).toBe(405);
  });
});

describe("the rest of the face", () => {
  const get = async (path: string) => {
    const reply = await fetch(web.url + path);
    return { status: reply.status, text: (await reply.text()).trim(), headers: reply.headers };
  };

  it("is alive without asking anybody, and ready when it is told so", async () => {
    expect(await get("/livez")).toMatchObject({ status: 200, text: "alive" });
    const text = '{"ready":true,"version":"1.0.0","commit":"c0ffee","checks":{"database":"ok"}}';
    expect(await get("/readyz")).toMatchObject({ status: 200, text });
    ready = false;
    expect(await get("/readyz")).toMatchObject({ status: 503 });
    expect((await get("/livez")).status).toBe(200);
  });

  it("is not ready while it drains, and still takes webhooks", async () => {
    web.drain();
    expect((await get("/readyz")).status).toBe(503);
    expect((await post("{}")).status).toBe(202);
  });

  it("shows its status as plain text, pages by path, and nothing else", async () => {
    expect(await get("/")).toMatchObject({ status: 200, text: "Orion 1.0.0\nscripted model" });
    expect(await get("/runs/1")).toMatchObject({ status: 200, text: "<p>run</p>" });
    expect((await get("/runs/2")).status).toBe(404);
    expect((await get("//")).status).toBe(404);
    expect((await get("/")).headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await fetch(web.url, { method: "POST" })).status).toBe(405);
  });

  it("lets a webhook under way be stored before it stops", async () => {
    const insert = Promise.withResolvers<"stored">();
    const arrived = Promise.withResolvers<void>();
    receive = () => {
      arrived.resolve();
      return insert.promise;
    };
    const reply = post("{}");
    await arrived.promise;
    const stopped = web.stop(5_000);
    insert.resolve("stored");
    expect((await reply).status).toBe(202);
    await stopped;
    await expect(fetch(`${web.url}/livez`)).rejects.toThrow();
  });
});
