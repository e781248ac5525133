/**
 * Git over HTTP: hands one request to `git http-backend` as CGI and its answer
 * back. Who may come in is decided before; what a push means, after.
 */
import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { OrionError } from "../../../domain/errors.ts";
import { git, gitEnvironment } from "./run.ts";

export interface BackendRequest {
  /** folder of the bare repositories */
  readonly projectRoot: string;
  /** path below it, e.g. `/octo/app.git/info/refs` */
  readonly pathInfo: string;
  readonly queryString: string;
  readonly remoteUser: string;
  readonly hooksPath: string;
  /** for the hooks */
  readonly environment: Readonly<Record<string, string>>;
}

/** @returns the program's path; asked of git because distributions put it in different places */
export async function findBackend(): Promise<string> {
  return `${(await git("/", ["--exec-path"])).trim()}/git-http-backend`;
}

/**
 * Resolves when git has ended and all but the end of the answer is sent: the
 * caller ends it, so that a client finds done what its push brings about.
 * @throws OrionError FORGE_GIT when the program could not be started
 */
export function serveGit(
  backend: string,
  request: IncomingMessage,
  response: ServerResponse,
  given: BackendRequest,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(backend, [], { env: cgiEnvironment(request, given), stdio: ["pipe", "pipe", "pipe"] });
    const errors: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.stdin.on("error", () => request.unpipe(child.stdin));
    request.pipe(child.stdin);
    let head = Buffer.alloc(0);
    let started = false;
    child.stdout.on("data", (chunk: Buffer) => {
      if (started) return void response.write(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      started = true;
      writeHead(response, head.subarray(0, end).toString("latin1"));
      response.write(head.subarray(end + 4));
    });
    response.on("close", () => {
      if (!response.writableFinished) child.kill("SIGTERM");
    });
    child.on("error", (cause) => {
      reject(new OrionError("FORGE_GIT", "git http-backend could not run; is git installed?", { backend }, cause));
    });
    child.on("close", () => {
      if (!started) response.writeHead(500, { "content-type": "text/plain" }).write(Buffer.concat(errors));
      resolve();
    });
  });
}

function writeHead(response: ServerResponse, text: string): void {
  let status = 200;
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon === -1) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

function cgiEnvironment(request: IncomingMessage, given: BackendRequest): Record<string, string> {
  const header = (name: string): string => {
    const value = request.headers[name];
    return typeof value === "string" ? value : "";
  };
  return {
    ...gitEnvironment([
      ["core.hooksPath", given.hooksPath],
      ["http.receivepack", "true"],
      ["receive.fsckObjects", "true"],
      ["receive.hideRefs", "refs/pull"],
      ["uploadpack.allowAnySHA1InWant", "true"],
      ["uploadpack.allowFilter", "true"],
    ]),
    ...given.environment,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_PROJECT_ROOT: given.projectRoot,
    GIT_PROTOCOL: header("git-protocol"),
    PATH_INFO: given.pathInfo,
    QUERY_STRING: given.queryString,
    REQUEST_METHOD: request.method ?? "GET",
    CONTENT_TYPE: header("content-type"),
    CONTENT_LENGTH: header("content-length"),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
    REMOTE_USER: given.remoteUser,
    REMOTE_ADDR: request.socket.remoteAddress ?? "127.0.0.1",
    GATEWAY_INTERFACE: "CGI/1.1",
    SERVER_PROTOCOL: "HTTP/1.1",
  };
}
