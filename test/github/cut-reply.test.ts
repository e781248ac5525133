import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GitHub } from "../../src/domain/ports/github-port.ts";
import { githubApp } from "../../src/github/github-app.ts";
import { KEY } from "./app-key.ts";

const REPOSITORY = { id: 900, installationId: 77, owner: "acme", name: "web" };

let server: Server;
let answer: (response: ServerResponse) => void;
let asked: string[];
let github: GitHub;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    if (request.url?.endsWith("access_tokens")) {
      response.writeHead(201, { "content-type": "application/json" });
      response.end(JSON.stringify({ token: "ghs_1_x", expires_at: new Date(Date.now() + 3_600_000).toISOString() }));
      return;
    }
    asked.push(`${request.method} ${request.url}`);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  ({ github } = githubApp({
    appId: 42,
    privateKey: KEY,
    webhookSecret: "a-secret-of-at-least-32-characters!",
    baseUrl: `http://127.0.0.1:${port}/api/v3`,
    clean: (text) => text,
    onSecret: () => {},
    retryDelaysMs: [1],
    timeoutMs: 300,
  }));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ROLE = JSON.stringify({ permission: "admin", role_name: "admin" });
const head = (response: ServerResponse, type = "application/json") =>
  response.writeHead(200, { "content-type": type, "content-length": ROLE.length });

const CUTS: Record<string, (response: ServerResponse) => void> = {
  "nothing at all": () => {},
  "a head and no body": (response) => head(response).flushHeaders(),
  "half a body and silence": (response) => head(response).write(ROLE.slice(0, 20)),
  "half a body and a closed line": (response) => head(response).write(ROLE.slice(0, 20), () => response.destroy()),
  "a page instead of data": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>login</p>"),
};

describe("a server that answers with", () => {
  it.each(Object.entries(CUTS))("%s is unavailable, and nobody becomes a stranger by it", async (_, cut) => {
    answer = cut;
    await expect(github.role(REPOSITORY, "ada")).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
    expect(asked).toHaveLength(2);
  });

  it.each(Object.entries(CUTS))("%s to a comment is not sent the comment again", async (_, cut) => {
    answer = cut;
    await expect(github.createComment(REPOSITORY, 7, "x")).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
    expect(asked).toEqual(["POST /api/v3/repos/acme/web/issues/7/comments"]);
  });

  it("half a body the first time is asked again, and then believed", async () => {
    answer = (response) => {
      if (asked.length === 1) CUTS["half a body and a closed line"]?.(response);
      else head(response).end(ROLE);
    };
    expect(await github.role(REPOSITORY, "ada")).toBe("admin");
  });
});
