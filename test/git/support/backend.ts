/**
 * A git server for tests: real bare repositories behind `git http-backend`,
 * with Basic auth written down. Not a forge: it has no API and no rules.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
}

export interface Backend {
  readonly root: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** what the password must be */
  token: string;
  /** answered instead of git while it is set */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** @returns the address of a bare repository under root */
  url(name: string): string;
  close(): Promise<void>;
}

export async function startBackend(): Promise<Backend> {
  const root = mkdtempSync(path.join(tmpdir(), "orion-origin-"));
  const server = createServer((request, response) => answer(backend, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const backend: Backend = {
    root,
    port,
    seen: [],
    token: "ghs_secret-of-one-hour",
    instead: null,
    url: (name) => `http://127.0.0.1:${port}/${name}.git`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true, force: true });
    },
  };
  return backend;
}

function answer(backend: Backend, request: IncomingMessage, response: ServerResponse): void {
  const authorization = request.headers.authorization ?? null;
  backend.seen.push({ method: request.method ?? "", url: request.url ?? "", authorization });
  if (backend.instead?.(request, response) === true) return;
  const expected = `Basic ${Buffer.from(`x-access-token:${backend.token}`).toString("base64")}`;
  if (authorization !== expected) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
    return;
  }
  serve(backend.root, request, response);
}

function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      CONTENT_LENGTH: request.headers["content-length"] ?? "",
      HTTP_CONTENT_ENCODING: String(request.headers["content-encoding"] ?? ""),
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "x-access-token",
    },
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => child.stdin.destroy());
  child.stderr.resume();
  let head = Buffer.alloc(0);
  let headSent = false;
  child.stdout.on("data", (chunk: Buffer) => {
    if (headSent) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    headSent = true;
    writeHead(response, head.toString("latin1", 0, end));
    response.write(head.subarray(end + 4));
  });
  child.on("close", () => response.end());
}

function writeHead(response: ServerResponse, text: string): void {
  let status = 200;
  for (const line of text.split("\r\n")) {
    const [name = "", value = ""] = line.split(/: (.*)/s);
    if (name === "Status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

/** A file of a seeded commit: text, or bytes with a mode. */
export type SeedFile = string | { readonly mode: string; readonly data: string | Buffer };

/** Runs git in a repository of the test itself. */
export function originGit(gitDir: string, args: readonly string[], input: string | Buffer = ""): string {
  return execFileSync("git", [`--git-dir=${gitDir}`, ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: "/nonexistent",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Makes a bare repository that can be pushed to, its HEAD on main. */
export function makeOrigin(root: string, name: string): string {
  const gitDir = path.join(root, `${name}.git`);
  originGit(gitDir, ["init", "--quiet", "--bare", "--template=", "--initial-branch=main"]);
  originGit(gitDir, ["config", "http.receivepack", "true"]);
  return gitDir;
}

/** Replaces the whole tree of a branch by these files, in one commit. @returns its id */
export function seed(
  gitDir: string,
  branch: string,
  files: Readonly<Record<string, SeedFile>>,
  parent?: string,
): string {
  const parts: Buffer[] = [Buffer.from(`commit refs/heads/${branch}\ncommitter T <t@example.org> 1700000000 +0000\n`)];
  parts.push(Buffer.from("data 4\nseed"), Buffer.from(parent === undefined ? "\n" : `\nfrom ${parent}\n`));
  parts.push(Buffer.from("deleteall\n"));
  for (const [name, file] of Object.entries(files)) {
    const { mode, data } = typeof file === "string" ? { mode: "100644", data: file } : file;
    const quoted = `"${name.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
    if (mode === "160000") {
      parts.push(Buffer.from(`M 160000 ${data} ${quoted}\n`));
      continue;
    }
    const bytes = Buffer.from(data as string);
    parts.push(Buffer.from(`M ${mode} inline ${quoted}\ndata ${bytes.length}\n`), bytes, Buffer.from("\n"));
  }
  originGit(gitDir, ["fast-import", "--quiet", "--force"], Buffer.concat(parts));
  return originGit(gitDir, ["rev-parse", `refs/heads/${branch}`]).trim();
}

/** Puts a hook into an origin, e.g. an update hook that protects a branch. */
export function addHook(gitDir: string, name: string, script: string): void {
  execFileSync("mkdir", ["-p", path.join(gitDir, "hooks")]);
  writeFileSync(path.join(gitDir, "hooks", name), script, { mode: 0o755 });
}
