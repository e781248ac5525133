/**
 * The one HTTP server: sends each request to REST, GraphQL, git or a page.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { describeError } from "../../domain/errors.ts";
import { principalOf } from "./auth/principal.ts";
import { GithubFault } from "./fault.ts";
import { answerGit, type GitServer, isGitPath } from "./git/serve.ts";
import { createGraphql, type GraphqlRequest } from "./graphql/execute.ts";
import { pageAt } from "./pages.ts";
import { createRouter, type RestResponse } from "./rest/router.ts";
import { ROUTES } from "./rest/routes.ts";
import type { World } from "./world.ts";

const LOCAL_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);
const BODY_MAX = 25 * 1024 * 1024;
const PREFIX = "/api/v3";
/** Where a person's browser brings a manifest, from a page of the App that is to be. */
const NEW_APP = /^(?:\/organizations\/[\w-]+)?\/settings\/apps\/new$/;
const GRAPHQL = new Set(["/graphql", "/api/graphql", "/api/v3/graphql"]);

/** @returns the server, not yet listening */
export function createForgeServer(world: World, git: GitServer, onLine: (line: string) => void): Server {
  const rest = createRouter(world, ROUTES);
  const runGraphql = createGraphql(world);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://forge.invalid");
    if (!isLocal(world, request, url.pathname)) {
      return send(response, { status: 403, headers: {}, body: { message: "The forge answers this machine only" } });
    }
    if (isGitPath(url.pathname)) return answerGit(world, git, request, response, url);
    const page = request.method === "GET" ? await pageAt(world, url.pathname) : null;
    if (page !== null)
      return send(response, { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: page });
    const body = await readBody(request);
    if (request.method === "POST" && NEW_APP.test(url.pathname)) return send(response, newApp(world, url, body));
    if (GRAPHQL.has(url.pathname)) return send(response, await answerGraphql(world, runGraphql, request, body));
    const prefixed = url.pathname.startsWith(`${PREFIX}/`);
    const path = prefixed ? url.pathname.slice(PREFIX.length) : url.pathname;
    const reply = await rest(
      {
        method: request.method ?? "GET",
        path,
        query: url.searchParams,
        authorization: request.headers.authorization,
        accept: request.headers.accept ?? "",
        body,
      },
      `${world.url()}${prefixed ? PREFIX : ""}`,
    );
    if (reply.status >= 400) onLine(`forge: ${request.method} ${path} answered ${reply.status}`);
    send(response, reply);
  };
  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      onLine(`forge: ${request.method} ${request.url} failed: ${describeError(error)}`);
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, headers: {}, body: { message: describeError(error) } });
    });
  });
}

/** A page of the open web may name this port, but neither as its host nor as its origin. */
function isLocal(world: World, request: IncomingMessage, path: string): boolean {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  const { origin } = request.headers;
  if (!LOCAL_NAMES.has(host)) return false;
  if (origin === undefined || origin === world.url()) return true;
  return NEW_APP.test(path) && URL.canParse(origin) && LOCAL_NAMES.has(new URL(origin).hostname);
}

/** As if the person had read GitHub's page and confirmed. */
function newApp(world: World, url: URL, body: string): RestResponse {
  try {
    const manifest = new URLSearchParams(body).get("manifest") ?? "";
    const location = world.registrations.begin(manifest, url.searchParams.get("state") ?? "");
    return { status: 302, headers: { location }, body: null };
  } catch (error) {
    if (error instanceof GithubFault) return { status: error.status, headers: {}, body: error.body() };
    throw error;
  }
}

async function answerGraphql(
  world: World,
  run: ReturnType<typeof createGraphql>,
  request: IncomingMessage,
  body: string,
): Promise<RestResponse> {
  try {
    const principal = principalOf(world, request.headers.authorization);
    if (principal.kind === "anonymous" || principal.kind === "app") throw new GithubFault(401, "Bad credentials");
    const asked: GraphqlRequest = JSON.parse(body);
    const result = await run(principal, asked);
    const errors = result.errors?.map((error) => {
      const { type, ...rest } = { ...error.toJSON(), type: error.extensions.type };
      return type === undefined ? rest : { type, ...rest };
    });
    return {
      status: 200,
      headers: {},
      body: errors === undefined ? { data: result.data } : { data: result.data, errors },
    };
  } catch (error) {
    if (error instanceof GithubFault) return { status: error.status, headers: {}, body: error.body() };
    if (error instanceof SyntaxError) return { status: 400, headers: {}, body: { message: "Problems parsing JSON" } };
    throw error;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_MAX) throw new GithubFault(413, "Payload too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, reply: RestResponse): void {
  const { status, headers, body } = reply;
  if (body === null || status === 204) {
    response.writeHead(status, headers).end();
    return;
  }
  const raw = typeof body === "string" || Buffer.isBuffer(body);
  const bytes = raw ? body : JSON.stringify(body);
  const type = { "content-type": "application/json; charset=utf-8" };
  response.writeHead(status, { ...type, "x-github-media-type": "github.v3; format=json", ...headers }).end(bytes);
}
