/** Real TLS to a server of this machine; only names and the judgement of addresses are the test's. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo, LookupFunction } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fetchPublic } from "../../../src/tools/fetch/fetch-public.ts";

const folder = mkdtempSync(join(tmpdir(), "orion-tls-"));
let server: Server;
let port = 0;
let seen: string[] = [];

beforeAll(async () => {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=page.example", "-addext", "subjectAltName=DNS:page.example,DNS:inner.example"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject],
    {
      stdio: "ignore",
    },
  );
  server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    seen.push(`${request.headers.host} ${request.url}`);
    const path = request.url ?? "/";
    if (path === "/page")
      return response.setHeader("content-type", "text/html").end("<p>Hello <b>there</b><script>evil()</script></p>");
    if (path === "/to-inner")
      return response.writeHead(302, { location: `https://inner.example:${port}/secret` }).end();
    if (path === "/to-http") return response.writeHead(302, { location: "http://page.example/" }).end();
    if (path === "/loop") return response.writeHead(302, { location: "/loop" }).end();
    if (path === "/binary") return response.setHeader("content-type", "image/png").end("x");
    if (path === "/huge") return response.setHeader("content-type", "text/plain").end("x".repeat(600_000));
    if (path === "/hang") return;
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  seen = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** page.example is outside (by the test's word), inner.example inside; both are this server. */
const lookup: LookupFunction = (hostname, options, callback) => {
  const address = hostname === "inner.example" ? "127.0.0.2" : "127.0.0.1";
  if (options.all === true) return callback(null, [{ address, family: 4 }]);
  callback(null, address, 4);
};

function read(path: string, more: { readonly lookup?: LookupFunction; readonly signal?: AbortSignal } = {}) {
  return fetchPublic(`https://page.example:${port}${path}`, {
    signal: AbortSignal.timeout(5_000),
    lookup,
    allowed: (address) => address === "127.0.0.1",
    tls: { ca: readFileSync(join(folder, "cert.pem")) },
    ...more,
  });
}

describe("reading a public page", () => {
  it("gives its words", async () => {
    expect(await read("/page")).toBe("Hello there");
  });

  it.each([
    ["/to-inner", "URL_REFUSED"],
    ["/to-http", "URL_REFUSED"],
    ["/loop", "FETCH_FAILED"],
    ["/binary", "FETCH_FAILED"],
    ["/huge", "FETCH_FAILED"],
    ["/missing", "FETCH_FAILED"],
  ])("refuses %s", async (path, code) => {
    await expect(read(path)).rejects.toMatchObject({ code });
    expect(seen.some((one) => one.startsWith("inner"))).toBe(false);
  });

  it("connects to the address that was judged, whatever the name resolves to later", async () => {
    let asked = 0;
    const rebinding: LookupFunction = (hostname, options, callback) => {
      asked += 1;
      lookup(asked === 1 ? hostname : "inner.example", options, callback);
    };
    expect(await read("/page", { lookup: rebinding })).toBe("Hello there");
    expect(asked).toBe(1);
  });

  it("refuses a name with one address inside among others", async () => {
    const mixed: LookupFunction = (_, __, callback) =>
      callback(null, [
        { address: "127.0.0.1", family: 4 },
        { address: "127.0.0.2", family: 4 },
      ]);
    await expect(read("/page", { lookup: mixed })).rejects.toMatchObject({ code: "URL_REFUSED" });
    expect(seen).toEqual([]);
  });

  it("ends with its signal", async () => {
    await expect(read("/hang", { signal: AbortSignal.timeout(100) })).rejects.toThrow();
  });

  it.each(["http://page.example/", "https://user:pw@page.example/", "https://127.0.0.1/", "https://[::1]/"])(
    "does not even ask %s",
    async (url) => {
      await expect(fetchPublic(url, { signal: AbortSignal.timeout(1_000) })).rejects.toMatchObject({
        code: "URL_REFUSED",
      });
    },
  );
});
