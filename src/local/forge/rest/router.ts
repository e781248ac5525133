/**
 * Finds the handler of a REST request, has GitHub's description check what
 * goes in and what comes out, and turns refusals into answers.
 */
import { describeError, OrionError } from "../../../domain/errors.ts";
import { principalOf } from "../auth/principal.ts";
import { GithubFault } from "../fault.ts";
import { operationsOf } from "../openapi/contract.ts";
import type { OperationName } from "../openapi/operations.ts";
import type { World } from "../world.ts";
import type { Call, Route } from "./route.ts";

export interface RestRequest {
  readonly method: string;
  /** still encoded, without prefix, e.g. `/repos/octo/app` */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly accept: string;
  /** text of the body; empty when there is none */
  readonly body: string;
}

export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** null: no body */
  readonly body: unknown;
}

interface Endpoint {
  readonly route: Route;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly literals: number;
}

/** Parameters that may hold slashes, encoded or not. */
const DEEP = new Set(["ref", "branch", "basehead", "name"]);
const PAGE_DEFAULT = 30;
const PAGE_MAX = 100;

/**
 * @param prefix the base of links, e.g. `http://127.0.0.1:4000/api/v3`
 * @throws OrionError FORGE_ROUTES when an operation has no handler, or two
 */
export function createRouter(
  world: World,
  routes: readonly Route[],
): (request: RestRequest, prefix: string) => Promise<RestResponse> {
  const endpoints = endpointsOf(world, routes);
  return async (request, prefix) => {
    try {
      return await answer(world, endpoints, request, prefix);
    } catch (error) {
      if (error instanceof GithubFault) return { status: error.status, headers: {}, body: error.body() };
      const message = `The forge itself failed: ${describeError(error)}`;
      return { status: 500, headers: {}, body: { message, stack: error instanceof Error ? error.stack : undefined } };
    }
  };
}

function endpointsOf(world: World, routes: readonly Route[]): readonly Endpoint[] {
  const byOperation = new Map(routes.map((route) => [route.operation, route]));
  if (byOperation.size !== routes.length)
    throw new OrionError("FORGE_ROUTES", "an operation has two handlers; keep one");
  const endpoints = operationsOf(world.contract).map(([name, operation]) => {
    const route = byOperation.get(name);
    if (route === undefined) throw new OrionError("FORGE_ROUTES", `${name} has no handler; write one or drop it`);
    return { route, method: operation.method, ...patternOf(operation.path) };
  });
  return endpoints.sort((one, other) => other.literals - one.literals);
}

function patternOf(template: string): Pick<Endpoint, "pattern" | "names" | "literals"> {
  const names: string[] = [];
  const parts = template.split("/").map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return part;
    names.push(name);
    if (name === "path") return "(.*)";
    return DEEP.has(name) ? "(.+)" : "([^/]+)";
  });
  const literals = parts.filter((part) => !part.startsWith("(")).length;
  return { pattern: new RegExp(`^${parts.join("/")}$`), names, literals };
}

async function answer(
  world: World,
  endpoints: readonly Endpoint[],
  request: RestRequest,
  prefix: string,
): Promise<RestResponse> {
  const principal = principalOf(world, request.authorization);
  const found = findEndpoint(endpoints, request);
  if (found === null) throw new GithubFault(404, `Not Found: the forge serves no ${request.method} ${request.path}`);
  const { operation, handle } = found.route;
  const query = Object.fromEntries(request.query);
  const checked = world.contract.parameters(operation, { path: found.path, query });
  const body = request.body === "" ? undefined : parseJson(request.body);
  world.contract.body(operation, body);
  const page = pageAsked(request.query);
  const { path, query: asked } = checked;
  const call = { world, principal, page, accept: request.accept, body, path, named: path, query: asked };
  const reply = (await handle(call as unknown as Call<OperationName>)) as RestResponse & {
    readonly total?: number;
    readonly nextCursor?: number;
  };
  const raw = reply.headers !== undefined;
  const fault = raw ? null : world.contract.fault(operation, reply.status, reply.body);
  if (fault !== null) {
    throw new OrionError("FORGE_ANSWER", `the answer to ${operation} is not what GitHub describes: ${fault}`, {
      operation,
    });
  }
  const links = linksOf(`${prefix}${request.path}`, request.query, page, reply);
  return { status: reply.status, headers: { ...reply.headers, ...links }, body: reply.body };
}

function findEndpoint(
  endpoints: readonly Endpoint[],
  request: RestRequest,
): { readonly route: Route; readonly path: Record<string, string> } | null {
  for (const endpoint of endpoints) {
    if (endpoint.method !== request.method) continue;
    const match = endpoint.pattern.exec(request.path);
    if (match === null) continue;
    const values = endpoint.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]);
    return { route: endpoint.route, path: Object.fromEntries(values) };
  }
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GithubFault(400, `Problems parsing JSON: ${String(cause)}`);
  }
}

function pageAsked(query: URLSearchParams): Call<OperationName>["page"] {
  const size = Math.min(Math.max(Number(query.get("per_page") ?? PAGE_DEFAULT) || PAGE_DEFAULT, 1), PAGE_MAX);
  const page = Math.max(Number(query.get("page") ?? 1) || 1, 1);
  return { start: (page - 1) * size, size };
}

/** GitHub's Link header: by page numbers, or by a cursor where the list grows at its head. */
function linksOf(
  url: string,
  query: URLSearchParams,
  page: Call<OperationName>["page"],
  reply: { readonly total?: number; readonly nextCursor?: number },
): Record<string, string> {
  const link = (number: number, rel: string, parameter = "page"): string => {
    const target = new URLSearchParams(query);
    target.set(parameter, String(number));
    return `<${url}?${target}>; rel="${rel}"`;
  };
  if (reply.nextCursor !== undefined) return { link: link(reply.nextCursor, "next", "cursor") };
  if (reply.total === undefined) return {};
  const current = page.start / page.size + 1;
  const last = Math.max(Math.ceil(reply.total / page.size), 1);
  const links = [
    ...(current > 1 ? [link(current - 1, "prev"), link(1, "first")] : []),
    ...(current < last ? [link(current + 1, "next"), link(last, "last")] : []),
  ];
  return links.length === 0 ? {} : { link: links.join(", ") };
}
